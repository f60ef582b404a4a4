/**
 * A ledger that is being put together from a snapshot, in a folder of its own; it takes its place in the data directory whole, or never.
 *
 * Nothing waits for the disk until the end, since whatever a crash leaves behind is thrown away. Blocks below the snapshot's are missing
 * from such a ledger until they are filled in (`SqliteStorage.fillBlock`), and so are all events; `meta` says from where on they are there.
 */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { SEAL_BYTES } from '@tabularium/engine-port';
import { encodeEntryBundle, LogTree, leafHash, MAX_LEAF_BYTES, parseSeal, type Seal, type Sha256, StateTree } from '@tabularium/log';
import { type Crypto, equalBytes, parseTransaction, toHex } from '@tabularium/protocol';
import { sliceLeaves } from './block-rows.ts';
import { kidBytes, ulidBytes } from './id-key.ts';
import { KeyOrder } from './key-order.ts';
import { EVENTS_FROM, LEAVES_FROM, openLedger, tilePlace } from './ledger-schema.ts';
import { leavesFromRecords } from './state-leaves.ts';
import { RUN_FILE, writeRun } from './state-run.ts';
import { syncPath } from './write-durably.ts';

const LEDGER_FILE = 'ledger.db';
/** A block that is longer is none: twice what engines take in, and its seal. */
const MAX_BLOCK_BYTES = 8 * 1024 * 1024 + SEAL_BYTES;

/** What others sent is not the ledger that it is said to be. */
export class SnapshotMismatch extends Error {
  override readonly name = 'SnapshotMismatch';
}

export interface RestoredLedgerOptions {
  /** New folder. */
  readonly folder: string;
  readonly crypto: Crypto;
  readonly origin: string;
  /** The first leaf that comes. */
  readonly first: number;
  readonly unordered: readonly string[];
}

export class RestoredLedger {
  readonly #options: RestoredLedgerOptions;
  readonly #db: DatabaseSync;
  readonly #order: KeyOrder;
  readonly #write: Writes;
  readonly #tile: StatementSync;
  /** Leaves since the last seal. */
  #block: Uint8Array[] = [];
  #blockBytes = 0;
  #leavesFrom = 0;
  #seal: Seal | undefined;
  /** Leaves of the log so far. */
  #size: number;

  constructor(options: RestoredLedgerOptions) {
    const { folder, first, unordered } = options;
    this.#options = options;
    this.#size = first;
    mkdirSync(folder, { mode: 0o700 });
    this.#db = openLedger(join(folder, LEDGER_FILE));
    this.#db.exec('PRAGMA synchronous = OFF');
    this.#order = KeyOrder.settle(this.#db, unordered);
    this.#write = Object.fromEntries(Object.entries(WRITES).map(([name, sql]) => [name, this.#db.prepare(sql)])) as Writes;
    this.#tile = this.#db.prepare('SELECT hashes FROM tile WHERE place = ?');
  }

  get size(): number {
    return this.#size;
  }

  /** The newest block's seal. Throws `SnapshotMismatch` where leaves follow it, or none has come. */
  get seal(): Seal {
    if (this.#seal === undefined || this.#block.length > 0) throw new SnapshotMismatch('the last leaf is no seal');
    return this.#seal;
  }

  /** The next leaves. Throws `SnapshotMismatch` where they make no blocks. */
  addLeaves(leaves: readonly Uint8Array[]): void {
    this.#atOnce(() => {
      for (const leaf of leaves) this.#addLeaf(leaf);
    });
  }

  #addLeaf(leaf: Uint8Array): void {
    this.#block.push(leaf);
    this.#blockBytes += leaf.length;
    this.#size++;
    if (leaf.length > MAX_LEAF_BYTES || this.#blockBytes > MAX_BLOCK_BYTES)
      throw new SnapshotMismatch(`leaf ${this.#size - 1} is longer than a block`);
    const seal = parseSeal(leaf);
    if (seal === undefined) return;
    const { height, first, count, time, ledger } = seal;
    const follows = this.#seal === undefined || height === this.#seal.height + 1;
    const fits = count === this.#block.length - 1 && first === this.#size - this.#block.length;
    if (!follows || !fits || ledger !== this.#options.origin) throw new SnapshotMismatch(`leaf ${this.#size - 1} seals another block`);
    if (this.#seal === undefined) this.#leavesFrom = height;
    this.#write.block.run(height, time, first, this.#block.length, encodeEntryBundle(this.#block));
    for (const [i, entry] of this.#block.entries()) this.#addId(entry, first + i);
    this.#seal = seal;
    this.#block = [];
    this.#blockBytes = 0;
  }

  #addId(leaf: Uint8Array, index: number): void {
    if (leaf[0] === 0x7b) return;
    const parsed = parseTransaction(leaf, this.#options.crypto);
    if (!parsed.ok) throw new SnapshotMismatch(`leaf ${index} is no transaction: ${parsed.detail}`);
    const { kid, payload } = parsed.transaction;
    this.#write.id.run(ulidBytes(payload.id), kidBytes(kid), payload.exp, index);
  }

  addRecords(records: readonly (readonly [key: string, value: string])[]): void {
    this.#atOnce(() => {
      for (const [key, value] of records) {
        const { lastInsertRowid } = this.#write.record.run(key, value);
        if (this.#order.has(key)) this.#write.order.run(key, lastInsertRowid);
      }
    });
  }

  /** Slow: looks through all records. */
  record(key: string): string | undefined {
    return this.#db.prepare('SELECT value FROM state WHERE key = ?').get(key)?.value as string | undefined;
  }

  addTiles(tiles: readonly { readonly level: number; readonly index: number; readonly hashes: Uint8Array }[]): void {
    this.#atOnce(() => {
      for (const { level, index, hashes } of tiles) this.#write.tile.run(tilePlace(level, index), hashes);
    });
  }

  tile(level: number, index: number): Uint8Array | undefined {
    return this.#tile.get(tilePlace(level, index))?.hashes as Uint8Array | undefined;
  }

  /** Throws `SnapshotMismatch` where the records do not have the state root in the newest seal. */
  checkState(): void {
    const { folder, crypto } = this.#options;
    const run = leavesFromRecords(this.#db, crypto.sha256);
    writeRun(join(folder, RUN_FILE), run);
    const root = rootOf(run, crypto.sha256);
    if (root !== this.seal.state) throw new SnapshotMismatch(`the records do not have the state root of height ${this.seal.height}`);
  }

  /**
   * The last step before `install`, when all tiles below the first leaf are there and checked: those that its own leaves fill, and what the
   * ledger notes of itself. `tail`: the hashes before the first leaf in its tile.
   */
  finish({ anchor, tail, root }: { readonly anchor: string; readonly tail: Uint8Array; readonly root: Uint8Array }): void {
    const { crypto, first } = this.#options;
    const log = new LogTree(crypto.sha256, first, (level, index) => this.tile(level, index), tail);
    const rows = this.#db.prepare('SELECT count, leaves FROM block WHERE height = ?');
    for (let height = this.#leavesFrom; height <= this.seal.height; height++) {
      const { count, leaves } = rows.get(height) as { readonly count: number; readonly leaves: Uint8Array };
      for (const leaf of sliceLeaves(leaves, 0, count, height)) log.append(leafHash(leaf, crypto.sha256));
      this.addTiles(log.takeFullTiles());
    }
    if (!equalBytes(log.root(), root)) throw new SnapshotMismatch('the log does not have the root that its edge has');
    const { height } = this.seal;
    const notes = { anchor, named: first, pruned: height, [LEAVES_FROM]: this.#leavesFrom, [EVENTS_FROM]: height + 1 };
    this.#atOnce(() => {
      for (const [name, value] of Object.entries(notes)) this.#write.meta.run(name, value);
    });
  }

  /** Puts it in the place of whatever ledger lies in `dir`; it cannot be used after this. Interrupted, it leaves no ledger or this one. */
  install(dir: string): void {
    const { folder } = this.#options;
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#db.close();
    for (const file of [LEDGER_FILE, RUN_FILE]) syncPath(join(folder, file));
    // The database before its log: alone, that is nobody's, but another database with it would be damaged.
    for (const end of ['', '-wal', '-shm']) rmSync(join(dir, LEDGER_FILE + end), { force: true });
    syncPath(dir);
    for (const file of [RUN_FILE, LEDGER_FILE]) renameSync(join(folder, file), join(dir, file));
    syncPath(dir);
    rmSync(folder, { recursive: true, force: true });
  }

  /** Leaves nothing behind. */
  discard(): void {
    if (this.#db.isOpen) this.#db.close();
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  #atOnce(work: () => void): void {
    this.#db.exec('BEGIN');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}

function rootOf({ count, keyHashes, leafHashes, refs }: ReturnType<typeof leavesFromRecords>, sha256: Sha256): string | undefined {
  try {
    return toHex(StateTree.load(sha256, count, keyHashes, leafHashes, refs).root);
  } catch {
    // One key twice.
    return undefined;
  }
}

const WRITES = {
  block: 'INSERT INTO block VALUES (?, ?, ?, ?, ?)',
  id: 'INSERT INTO id VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET exp = excluded.exp, idx = excluded.idx',
  record: 'INSERT INTO state (key, value) VALUES (?, ?)',
  order: 'INSERT OR IGNORE INTO state_order VALUES (?, ?)',
  tile: 'INSERT INTO tile VALUES (?, ?)',
  meta: 'INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
} as const;
type Writes = Readonly<Record<keyof typeof WRITES, StatementSync>>;
