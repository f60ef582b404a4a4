/**
 * One process at a time on a data directory.
 *
 * `ledger.db` must stay open to readers in other threads, so it cannot be locked itself; a second, empty database beside it is
 * held exclusively for as long as the owner lives. The operating system lets go of the lock when the process dies, however it
 * dies, so that nothing has to be cleaned up by hand. Nobody may open `lock.db` with plain file calls in the owner's process: POSIX
 * drops all of a process's locks on a file when any of its descriptors is closed.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DirectoryInUse } from '@tabularium/engine-port';

const SQLITE_BUSY = 5;

export interface DirectoryLock {
  release(): void;
}

/** Take the lock of `dir` (which exists). Throws `DirectoryInUse` when somebody has it. */
export function lockDirectory(dir: string): DirectoryLock {
  const db = new DatabaseSync(join(dir, 'lock.db'), { timeout: 0 });
  try {
    db.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (isBusy(error)) throw new DirectoryInUse(`${dir} is in use by another process; stop it first, or ask it over its socket`);
    throw error;
  }
  return {
    release: () => db.close(),
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
}
