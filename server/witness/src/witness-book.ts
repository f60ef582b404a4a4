/**
 * What a witness has seen, on disk: for each log the newest checkpoint it cosigned, and signed checkpoints that
 * contradict it.
 *
 * The whole worth of a witness is that it never forgets the size and root it last vouched for, so a cosignature leaves
 * this machine only after the row is durable (synchronous=FULL), and one process alone holds the file.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { toHex } from '@tabularium/protocol';

export interface Seen {
  readonly size: number;
  readonly root: Uint8Array;
  /** The checkpoint with the log's signatures and this witness's cosignature. */
  readonly note: string;
  /** When it was cosigned, seconds since the epoch. */
  readonly time: number;
}

/** A checkpoint with a valid signature of the log that does not follow from what was seen. */
export interface Evidence {
  readonly time: number;
  readonly reason: 'other-root' | 'not-consistent';
  /** The signed note that was refused. */
  readonly note: string;
}

/** Another witness process holds this directory. */
export class WitnessRunning extends Error {
  override readonly name = 'WitnessRunning';
}

/** Rows of evidence kept for each log; the first ones are the ones that matter. */
const MAX_EVIDENCE = 100;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS seen (
  origin_hash TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL, time INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS evidence (
  origin_hash TEXT NOT NULL, note TEXT NOT NULL, time INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (origin_hash, note)
) STRICT;
`;

export class WitnessBook {
  readonly #database: DatabaseSync;

  /** Opens or makes `witness.db` in `dir`. Throws `WitnessRunning` when another process has it. */
  constructor(dir: string) {
    const path = join(dir, 'witness.db');
    this.#database = new DatabaseSync(path, { timeout: 0 });
    try {
      this.#database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      this.#database.exec(`BEGIN EXCLUSIVE; ${SCHEMA} COMMIT;`);
    } catch (error) {
      this.#database.close();
      // SQLITE_BUSY: the lock is held elsewhere.
      if ((error as { errcode?: number }).errcode === 5) throw new WitnessRunning(`another witness process uses ${dir}`);
      throw error;
    }
  }

  /** A value kept under a name, or nothing. */
  about(name: string): string | undefined {
    return this.#database.prepare('SELECT value FROM about WHERE name = ?').get(name)?.value as string | undefined;
  }

  setAbout(name: string, value: string): void {
    this.#database.prepare('INSERT OR REPLACE INTO about (name, value) VALUES (?, ?)').run(name, value);
  }

  seen(originHash: string): Seen | undefined {
    const row = this.#database.prepare('SELECT size, root, note, time FROM seen WHERE origin_hash = ?').get(originHash);
    if (row === undefined) return undefined;
    return { size: row.size as number, root: row.root as Uint8Array, note: row.note as string, time: row.time as number };
  }

  /** Durable when it returns. Throws if the size would shrink or the root of one size change: that is never asked. */
  save(originHash: string, seen: Seen): void {
    const last = this.seen(originHash);
    if (last !== undefined && (seen.size < last.size || (seen.size === last.size && toHex(seen.root) !== toHex(last.root)))) {
      throw new Error(`a witness does not go back: ${last.size} to ${seen.size}`);
    }
    this.#database
      .prepare('INSERT OR REPLACE INTO seen (origin_hash, size, root, note, time) VALUES (?, ?, ?, ?, ?)')
      .run(originHash, seen.size, seen.root, seen.note, seen.time);
  }

  evidence(originHash: string): readonly Evidence[] {
    return this.#database
      .prepare('SELECT note, time, reason FROM evidence WHERE origin_hash = ? ORDER BY time, rowid')
      .all(originHash)
      .map((row) => ({ note: row.note as string, time: row.time as number, reason: row.reason as Evidence['reason'] }));
  }

  /** Keeps a refused checkpoint; true when it is new. The same note is kept once. */
  saveEvidence(originHash: string, evidence: Evidence): boolean {
    const count = this.#database.prepare('SELECT count(*) AS count FROM evidence WHERE origin_hash = ?').get(originHash)?.count as number;
    if (count >= MAX_EVIDENCE) return false;
    const { changes } = this.#database
      .prepare('INSERT OR IGNORE INTO evidence (origin_hash, note, time, reason) VALUES (?, ?, ?, ?)')
      .run(originHash, evidence.note, evidence.time, evidence.reason);
    return Number(changes) === 1;
  }

  close(): void {
    this.#database.close();
  }
}
