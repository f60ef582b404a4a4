/** Both stores keep the contract of engines/port. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCrypto } from '@tabularium/crypto';
import { storageContract } from '@tabularium/engine-port/contract';
import { MemoryStorage } from './memory-storage.ts';
import { openSqliteStorage } from './sqlite-storage.ts';

const { sha256 } = nodeCrypto;

storageContract({
  name: 'memory',
  crypto: nodeCrypto,
  open: () => ({ storage: new MemoryStorage({ sha256 }), dispose: () => undefined }),
});

storageContract({
  name: 'SQLite',
  crypto: nodeCrypto,
  open: () => {
    const dir = mkdtempSync(join(tmpdir(), 'tabularium-store-'));
    let storage = openSqliteStorage(dir, { sha256 });
    return {
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
    };
  },
});
