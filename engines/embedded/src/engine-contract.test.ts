/** The embedded engine keeps the contract of engines/port, over each store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCrypto } from '@tabularium/crypto';
import { engineContract } from '@tabularium/engine-port/contract';
import { MemoryStorage, openSqliteStorage } from '@tabularium/store';
import { openRig } from './engine-rig.test.ts';

const { sha256 } = nodeCrypto;

engineContract({
  name: 'embedded over memory',
  crypto: nodeCrypto,
  open: async () => openRig({ storage: new MemoryStorage({ sha256 }) }),
});

engineContract({
  name: 'embedded over SQLite',
  crypto: nodeCrypto,
  open: async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tabularium-engine-'));
    let storage = openSqliteStorage(dir, { sha256 });
    return openRig({
      storage,
      reopen: () => {
        storage.close();
        storage = openSqliteStorage(dir, { sha256 });
        return storage;
      },
      dispose: () => {
        storage.close();
        rmSync(dir, { recursive: true, force: true });
      },
    });
  },
});
