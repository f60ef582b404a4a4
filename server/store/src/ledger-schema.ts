/**
 * How a ledger lies in `ledger.db` (docs/spec names what is hashed; nothing here is, so the layout may change with `LAYOUT`).
 *
 * Measured choices: the leaves of a block are one blob, its events another, in tables of their own (together they leave a quarter of
 * each page empty where blocks are small, and a projection that is rebuilt reads events only); hash tiles are kept when full, and the
 * right edge is recomputed at open; the state tree has no row per node (see state-run.ts); the newest checkpoint is kept in place,
 * older ones are not kept at all. Records are clustered by `ref`, so that what was written lately lies together; those that are listed
 * by key have their order in a table of its own (see key-order.ts).
 */
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StorageDamaged } from '@tabularium/engine-port';

/** "Tabu" in the file's header, so that nothing else is taken for a ledger. */
const APPLICATION_ID = 0x54616275;
/** Version of this layout. */
export const LAYOUT = 2;

const TABLES = `
CREATE TABLE block (height INTEGER PRIMARY KEY, time INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL, leaves BLOB NOT NULL);
CREATE TABLE event (height INTEGER PRIMARY KEY, time INTEGER NOT NULL, first INTEGER NOT NULL, events BLOB NOT NULL);
CREATE TABLE tile (place INTEGER PRIMARY KEY, hashes BLOB NOT NULL);
CREATE TABLE state (ref INTEGER PRIMARY KEY, key TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE state_order (key TEXT PRIMARY KEY, ref INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE state_delta (height INTEGER PRIMARY KEY, leaves BLOB NOT NULL);
CREATE TABLE id (id BLOB NOT NULL, kid BLOB NOT NULL, exp INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (id, kid)) WITHOUT ROWID;
CREATE TABLE name (prefix INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (prefix, idx)) WITHOUT ROWID;
CREATE TABLE refusal (name TEXT PRIMARY KEY, kid TEXT NOT NULL, id TEXT NOT NULL, until INTEGER NOT NULL, refusal TEXT NOT NULL, notice TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX refusal_by_id ON refusal (kid, id);
CREATE INDEX refusal_by_end ON refusal (until);
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
`;

/** Names in `meta` of a ledger that was restored from a snapshot: the first block it brought, and the first after it, which has its events. */
export const LEAVES_FROM = 'leaves-from';
export const EVENTS_FROM = 'events-from';

/** Pages of cache of a connection that writes, and of one that reads. */
const WRITER_CACHE_KIB = 32_768;
const READER_CACHE_KIB = 8_192;

/**
 * Open `ledger.db` for writing, laying it out when it is new. Throws `StorageDamaged` when the file is something else or of another
 * layout.
 */
export function openLedger(path: string): DatabaseSync {
  // SQLite makes files by the process's mask; a ledger that is not public is nobody else's to read.
  closeSync(openSync(path, 'a', 0o600));
  const db = new DatabaseSync(path);
  try {
    // A folder that cannot do WAL (some network file systems) would silently lose what the settings below promise.
    const mode = scalar(db, 'PRAGMA journal_mode = WAL');
    if (mode !== 'wal') throw new StorageDamaged(`${path} cannot be used with a write-ahead log (its mode is ${mode})`);
    db.exec(`PRAGMA synchronous = FULL; PRAGMA cache_size = -${WRITER_CACHE_KIB}; PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 5000`);
    if (scalar(db, 'PRAGMA user_version') === 0 && scalar(db, 'SELECT count(*) FROM sqlite_schema') === 0) {
      db.exec(`BEGIN IMMEDIATE; ${TABLES} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${LAYOUT}; COMMIT`);
    }
    checkLayout(db, path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Open `ledger.db` to read only: while its owner writes, from another thread or process. */
export function openLedgerReadOnly(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    db.exec(`PRAGMA cache_size = -${READER_CACHE_KIB}`);
    checkLayout(db, path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function checkLayout(db: DatabaseSync, path: string): void {
  if (scalar(db, 'PRAGMA application_id') !== APPLICATION_ID) throw new StorageDamaged(`${path} is not a ledger`);
  const layout = scalar(db, 'PRAGMA user_version');
  if (layout !== LAYOUT) throw new StorageDamaged(`${path} has layout ${layout}; this version reads layout ${LAYOUT}`);
}

/** First column of the first row, if there is one. */
export function scalar(db: DatabaseSync, sql: string): unknown {
  const row = db.prepare(sql).get();
  return row === undefined ? undefined : Object.values(row)[0];
}

/** Height of the newest block, 0 if there is none. */
export function newestHeight(db: DatabaseSync): number {
  return Number(scalar(db, 'SELECT max(height) FROM block') ?? 0);
}

/** Where a full hash tile lies: levels apart by 2^44, so that tiles of a level are neighbours. */
export function tilePlace(level: number, index: number): number {
  return level * 2 ** 44 + index;
}
