/**
 * A backup becomes a data directory again. It may be older than what was acknowledged, and nothing inside it can tell; so the directory is
 * marked, and a node that starts on it must first hear its witnesses (docs/operate/backup-and-restore.md).
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { KEY_FILES } from '@tabularium/engine-cometbft';
import { StorageDamaged } from '@tabularium/engine-port';
import { type BackupReport, openLedgerReader } from '@tabularium/store';
import { syncPath } from '@tabularium/store/durable';
import { type DataDirectory, dataDirectory, writeWhole } from './data-directory.ts';
import { ledgerMachine } from './ledger-machine.ts';
import { NodeFault } from './node-fault.ts';

export interface RestoreOptions {
  /** Folder that `backup` made. */
  readonly backup: string;
  /** Data directory to make; must be new or empty. */
  readonly dir: string;
  /** The operator's own copy of the node's keys, where the backup holds none; CometBFT's two may lie among them. */
  readonly keys?: string;
}

export interface RestoreReport {
  readonly height: number;
  readonly size: number;
  /** Whether the node's keys are there. */
  readonly keys: boolean;
  /** Whether several agencies run the ledger: then the node comes to what the others have now. */
  readonly shared: boolean;
}

/** Throws `NodeFault`: `input-invalid` where the folder is no whole backup, `directory-taken` where something lies in the way. */
export function restoreBackup({ backup, dir, keys }: RestoreOptions): RestoreReport {
  const report = readReport(backup);
  const target = resolve(dir);
  if (existsSync(target) && (!statSync(target).isDirectory() || readdirSync(target).length > 0)) {
    throw new NodeFault('directory-taken', `there is something in ${target} already`, { next: 'restore into a new folder' });
  }
  const partial = `${target}.partial`;
  rmSync(partial, { recursive: true, force: true });
  try {
    for (const name of report.files) copyPrivate(join(backup, name), join(partial, name));
    if (keys !== undefined) {
      for (const name of readdirSync(keys)) copyPrivate(join(keys, name), keyPath(dataDirectory(partial), name));
    }
    check(partial, report);
    const { height, size, checkpoint } = report;
    writeWhole(dataDirectory(partial).restored, `${JSON.stringify({ height, size, checkpoint: checkpoint ?? null }, undefined, 2)}\n`);
    if (existsSync(target)) rmSync(target, { recursive: true });
    renameSync(partial, target);
    syncPath(dirname(target));
    return { height, size, keys: existsSync(dataDirectory(target).keys), shared: isShared(target) };
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Where a key file belongs. */
function keyPath(place: DataDirectory, name: string): string {
  const ofComet = KEY_FILES.find((file) => basename(file) === name);
  return ofComet === undefined ? join(place.keys, name) : join(place.comet, ofComet);
}

function isShared(dir: string): boolean {
  const reader = openLedgerReader(dataDirectory(dir).ledger);
  try {
    return ledgerMachine().validators(reader).length > 0;
  } finally {
    reader.close();
  }
}

function readReport(backup: string): BackupReport {
  const path = join(backup, 'backup.json');
  if (!existsSync(path)) throw new NodeFault('input-invalid', `${backup} is no backup: it holds no backup.json`);
  const report = JSON.parse(readFileSync(path, 'utf8')) as BackupReport;
  const missing = report.files.find((name) => !existsSync(join(backup, name)));
  if (missing !== undefined) throw new NodeFault('input-invalid', `the backup in ${backup} lacks ${missing}`);
  return report;
}

function copyPrivate(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  copyFileSync(from, to);
  chmodSync(to, 0o600);
}

/** What was copied is whole, and of the moment that the backup says. */
function check(dir: string, { files, height, size }: BackupReport): void {
  for (const name of files.filter((file) => file.endsWith('.db'))) {
    const db = new DatabaseSync(join(dir, name));
    try {
      const answer = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
      if (answer !== 'ok') throw new NodeFault('input-invalid', `${name} of the backup is damaged: ${String(answer)}`);
    } catch (cause) {
      if (cause instanceof NodeFault) throw cause;
      throw new NodeFault('input-invalid', `${name} of the backup cannot be read: ${(cause as Error).message}`, { cause });
    } finally {
      db.close();
    }
  }
  try {
    const reader = openLedgerReader(dataDirectory(dir).ledger);
    const head = reader.head();
    reader.close();
    if (head.height !== height || head.size !== size)
      throw new NodeFault('input-invalid', 'the backup is not of the moment that its backup.json says');
  } catch (cause) {
    if (cause instanceof StorageDamaged) throw new NodeFault('input-invalid', cause.message, { cause });
    throw cause;
  }
}
