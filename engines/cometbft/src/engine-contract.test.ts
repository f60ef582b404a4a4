/** The CometBFT engine keeps the contract of engines/port, over each store, with consensus speaking ABCI to it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCrypto } from '@tabularium/crypto';
import { engineContract } from '@tabularium/engine-port/contract';
import { MemoryStorage, openSqliteStorage } from '@tabularium/store';
import { openCometRig } from './comet-rig.test.ts';

const { sha256 } = nodeCrypto;

engineContract({
  name: 'CometBFT over memory',
  crypto: nodeCrypto,
  open: () => openCometRig({ storage: new MemoryStorage({ sha256 }) }),
});

engineContract({
  name: 'CometBFT over SQLite',
  crypto: nodeCrypto,
  open: async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tabularium-comet-'));
    let storage = openSqliteStorage(dir, { sha256 });
    return openCometRig({
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
