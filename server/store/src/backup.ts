/**
 * A copy of a ledger while it runs, made by its own process or by another.
 *
 * Each database is copied page by page within one read transaction, so the copy is of one moment and the writer is not held up. The
 * ledger comes first: what an entry refers to in the other databases was durable before the entry was. `state-tree.base` is left out, the
 * first opening makes it anew; a node's keys are left out unless they are asked for, since whoever has them can sign as the node.
 *
 * The folder appears under its name when everything in it is on disk, never half made.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { openLedgerReader } from './ledger-reader.ts';
import { syncPath } from './write-durably.ts';

export interface BackupOptions {
  /** Data directory; it may be in use. */
  readonly from: string;
  /** Folder to make; must not be there yet. */
  readonly to: string;
  /** Databases besides `ledger.db`, by file name: those that cannot be rebuilt. Missing ones are passed over. */
  readonly databases?: readonly string[];
  /** Further files, by name; the charter if nothing is said. Missing ones are passed over. */
  readonly files?: readonly string[];
  /** Copy `keys/` too. */
  readonly keys?: boolean;
  readonly onProgress?: (progress: { readonly file: string; readonly pages: number; readonly pagesLeft: number }) => void;
}

/** What was saved, also in the folder as `backup.json`. */
export interface BackupReport {
  readonly height: number;
  /** Leaves. */
  readonly size: number;
  readonly checkpoint: string | undefined;
  readonly files: readonly string[];
  /** Bytes of all files. */
  readonly bytes: number;
}

const PAGES_AT_ONCE = 1_000;

/** Copy the ledger in `from` to the new folder `to`. Throws EEXIST when that is there, `StorageDamaged` when there is no ledger to copy. */
export async function backupLedger(options: BackupOptions): Promise<BackupReport> {
  const { from, databases = [], files = ['charter.json'], keys = false } = options;
  const to = resolve(options.to);
  if (existsSync(to)) throw Object.assign(new Error(`${to} is there already; name a new folder`), { code: 'EEXIST' });
  const partial = `${to}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  try {
    for (const name of ['ledger.db', ...databases.filter((name) => existsSync(join(from, name)))]) {
      mkdirSync(dirname(join(partial, name)), { recursive: true, mode: 0o700 });
      await copyDatabase(join(from, name), join(partial, name), options.onProgress);
    }
    for (const name of files) {
      if (!existsSync(join(from, name))) continue;
      mkdirSync(dirname(join(partial, name)), { recursive: true, mode: 0o700 });
      copyFileSync(join(from, name), join(partial, name));
    }
    if (keys) copyKeys(join(from, 'keys'), join(partial, 'keys'));
    const report = describe(partial);
    writeFileSync(join(partial, 'backup.json'), `${JSON.stringify(report, undefined, 2)}\n`);
    syncAll(partial);
    renameSync(partial, to);
    syncPath(dirname(to));
    return report;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

async function copyDatabase(from: string, to: string, onProgress: BackupOptions['onProgress']): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
  try {
    // An open read transaction: every page copied is of this moment, however long it takes.
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    const pages = await backup(source, to, {
      rate: PAGES_AT_ONCE,
      progress: ({ totalPages, remainingPages }) => onProgress?.({ file: to, pages: totalPages, pagesLeft: remainingPages }),
    });
    onProgress?.({ file: to, pages, pagesLeft: 0 });
  } finally {
    source.close();
  }
}

function copyKeys(from: string, to: string): void {
  mkdirSync(to, { mode: 0o700 });
  for (const name of readdirSync(from)) {
    copyFileSync(join(from, name), join(to, name));
    chmodSync(join(to, name), 0o600);
  }
}

/** Reads the copy, not the original: what cannot be opened is no backup. */
function describe(dir: string): BackupReport {
  const reader = openLedgerReader(join(dir, 'ledger.db'));
  try {
    const { height, size, checkpoint } = reader.head();
    const files = readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/-(?:wal|shm)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    return { height, size, checkpoint, files: files.map((file) => file.slice(dir.length + 1)).sort(), bytes };
  } finally {
    reader.close();
    // A reader of a WAL database leaves two empty companions behind.
    for (const end of ['-wal', '-shm']) rmSync(join(dir, `ledger.db${end}`), { force: true });
  }
}

function syncAll(dir: string): void {
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) syncPath(join(entry.parentPath, entry.name));
  syncPath(dir);
}
