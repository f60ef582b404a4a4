/**
 * The ledger of one node in a directory of its own: `ledger.db` (see ledger-schema.ts), `state-tree.base` (see state-run.ts) and
 * `lock.db` (see directory-lock.ts).
 *
 * One block is one transaction of SQLite with synchronous=FULL in WAL mode: when `commit` returns, its frames have been fsynced; if
 * anything fails before, the next opening does not see them. Whatever lies in memory beside the file (values, names, what is due for
 * pruning) changes only after that.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type BlockCommit,
  type Head,
  type KeptRefusal,
  type StateLeaves,
  type Storage,
  StorageDamaged,
  StorageFull,
  type StoredBlock,
} from '@tabularium/engine-port';
import { encodeEntryBundle, HASH_LENGTH, leafHash, parseSeal, type Sha256, TILE_WIDTH } from '@tabularium/log';
import { equalBytes } from '@tabularium/protocol';
import { encodeEvents } from './block-rows.ts';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import { kidBytes, ulidBytes, ulidText } from './id-key.ts';
import { IdPruner } from './id-pruner.ts';
import { KeyOrder } from './key-order.ts';
import { asArrays, type BlockEvents, entryDigest, LedgerReader } from './ledger-reader.ts';
import { openLedger, scalar, tilePlace } from './ledger-schema.ts';
import { digestPrefix, namePrefix } from './name-index.ts';
import { RecentIds } from './recent-ids.ts';
import { encodeDelta, leavesFromRecords, leavesFromRun } from './state-leaves.ts';
import { RUN_FILE, writeRun } from './state-run.ts';
import { StateRunKeeper } from './state-run-keeper.ts';
import { ValueCache } from './value-cache.ts';
import { WalKeeper } from './wal-keeper.ts';

const SQLITE_FULL = 13;
const SQLITE_IOERR_SHMSIZE = 4874;
const CACHED_CHARACTERS = 6_000_000;
/** Refusals deleted with one call of `saveRefusals` beyond those it brings. */
const REFUSALS_PRUNED = 64;

export interface SqliteStorageOptions {
  readonly sha256: Sha256;
  /** Bytes that `ledger.db` may reach (its write-ahead log comes on top); absent: as the disk allows. */
  readonly maxBytes?: number;
  /** Changed leaves that make a new `state-tree.base`; absent: 100,000, or a sixth of all leaves. */
  readonly runChangesMin?: number;
  /** Pages of the write-ahead log that are copied back at a time; absent: 4,000. */
  readonly copyPages?: number;
  /** Collections whose records are found by id alone, as `module/collection/` (see key-order.ts); absent: as the ledger has them. */
  readonly unordered?: readonly string[];
}

/**
 * Open the ledger in `dir`, making both if they are not there. Throws `DirectoryInUse` when another process (or this one) has it open,
 * `StorageDamaged` when what lies there is no ledger.
 */
export function openSqliteStorage(dir: string, options: SqliteStorageOptions): SqliteStorage {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const lock = lockDirectory(dir);
  try {
    return new SqliteStorage(dir, lock, options);
  } catch (error) {
    lock.release();
    throw error;
  }
}

export class SqliteStorage implements Storage {
  readonly #db: DatabaseSync;
  readonly #lock: DirectoryLock;
  readonly #sha256: Sha256;
  readonly #runPath: string;
  readonly #reader: LedgerReader;
  readonly #values = new ValueCache(CACHED_CHARACTERS);
  readonly #runs: StateRunKeeper;
  readonly #wal: WalKeeper;
  readonly #ids: IdPruner;
  readonly #recentIds: RecentIds;
  readonly #order: KeyOrder;
  readonly #write: ReturnType<typeof prepareWrites>;
  #head: Head;
  #open = false;

  constructor(dir: string, lock: DirectoryLock, { sha256, maxBytes, runChangesMin, copyPages, unordered }: SqliteStorageOptions) {
    this.#lock = lock;
    this.#sha256 = sha256;
    this.#runPath = join(dir, RUN_FILE);
    const ledgerPath = join(dir, 'ledger.db');
    this.#db = openLedger(ledgerPath);
    try {
      this.#order = unordered === undefined ? KeyOrder.of(this.#db) : KeyOrder.settle(this.#db, unordered);
      this.#reader = new LedgerReader(this.#db, sha256, this.#order);
      this.#head = this.#reader.head();
      this.#reader.names();
      this.#write = prepareWrites(this.#db);
      this.#runs = new StateRunKeeper(this.#db, { runPath: this.#runPath, changesMin: runChangesMin });
      this.#wal = new WalKeeper(this.#db, ledgerPath, copyPages);
      this.#ids = new IdPruner(this.#db);
      this.#recentIds = new RecentIds(latestId(this.#db));
      if (maxBytes !== undefined) this.limit(maxBytes);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** Set how many bytes `ledger.db` may reach; at once, and not below what it has. */
  limit(maxBytes: number): void {
    if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) throw new RangeError(`a limit of ${maxBytes} bytes`);
    const pageSize = Number(scalar(this.#db, 'PRAGMA page_size'));
    scalar(this.#db, `PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / pageSize))}`);
  }

  head(): Head {
    return this.#head;
  }

  commit(block: BlockCommit): readonly number[] {
    const { height, time, first, leaves, events, tiles, changes, ids, checkpoint, anchor, seal, stateRoot } = block;
    this.#checkNext(block);
    const write = this.#write;
    const refs: number[] = new Array(changes.length);
    const names = this.#reader.names();
    const due = names.due(ids.length);
    let prunedTo = 0;
    this.#transaction(() => {
      write.block.run(height, time, first, leaves.length, encodeEntryBundle(leaves));
      write.event.run(height, time, first, encodeEvents(events));
      for (const { level, index, hashes } of tiles) write.tile.run(tilePlace(level, index), hashes);
      for (let i = 0; i < changes.length; i++) refs[i] = this.#change(changes[i]!);
      if (changes.length > 0) write.delta.run(height, encodeDelta(changes, refs));
      for (const { kid, id, exp, index } of ids) write.id.run(ulidBytes(id), kidBytes(kid), exp, index);
      if (due !== undefined) {
        for (let i = due.from; i < due.to; i++) write.name.run(due.rows.prefixes[i]!, due.rows.indexes[i]!);
        if (due.named !== undefined) write.meta.run('named', due.named);
      }
      if (checkpoint !== undefined) write.meta.run('checkpoint', checkpoint);
      if (anchor !== undefined) write.meta.run('anchor', anchor);
      this.#ids.prune(ids.length, Math.floor(time / 1000));
      prunedTo = this.#runs.prune();
    });
    this.#wal.committed(leaves.length);
    for (const { key, value } of changes) {
      if (value === null) this.#values.delete(key);
      else this.#values.renew(key, value);
    }
    for (const { name, kid, id, exp, index } of ids) {
      names.add(namePrefix(name), index);
      this.#recentIds.add(kid, id, exp, index);
    }
    const size = first + leaves.length;
    names.settle(due?.to ?? 0, size);
    this.#runs.settle(prunedTo, changes.length);
    const { checkpoint: signed, agreed, witnessed } = this.#head;
    this.#head = { height, size, time, seal, state: stateRoot, checkpoint: checkpoint ?? signed, agreed, witnessed };
    return refs;
  }

  #checkNext({ height, time, first, leaves }: BlockCommit): void {
    const head = this.#head;
    if (height !== head.height + 1) throw new Error(`block ${height} after block ${head.height}`);
    if (first !== head.size || leaves.length === 0) throw new Error(`block ${height} begins at leaf ${first} of a log of ${head.size}`);
    if (time < head.time) throw new Error(`block ${height} is older than the one before it`);
  }

  #change({ key, value, ref }: BlockCommit['changes'][number]): number {
    const write = this.#write;
    if (value === null) {
      if (write.remove.run(ref, key).changes !== 1) throw new Error(`${key} is not the record ${ref} to be removed`);
      if (this.#order.has(key)) write.disorder.run(key);
      return 0;
    }
    if (ref === 0) {
      const made = Number(write.insert.run(key, value).lastInsertRowid);
      if (this.#order.has(key)) write.order.run(key, made);
      return made;
    }
    if (write.update.run(value, ref, key).changes !== 1) throw new Error(`${key} is not the record ${ref} to be replaced`);
    return ref;
  }

  /**
   * Read within a transaction that stays open until the next write: a statement on its own takes and gives back its locks by system
   * calls, which costs more than looking up a record. Nobody else writes, so the view is never an old one.
   */
  #reading(): LedgerReader {
    if (!this.#open) {
      this.#write.begin.run();
      this.#open = true;
    }
    return this.#reader;
  }

  #transaction(work: () => void): void {
    const { commit, rollback } = this.#write;
    this.#reading();
    try {
      work();
      commit.run();
      this.#open = false;
    } catch (error) {
      this.#open = false;
      if (this.#db.isTransaction) rollback.run();
      throw isFull(error) ? new StorageFull('the disk of the ledger is full', { cause: error }) : error;
    }
  }

  /** Written without waiting for the disk: a process that dies loses nothing of it, a machine that loses power may lose the last of it. */
  #hastily(work: () => void): void {
    if (this.#open) this.#write.commit.run();
    this.#open = false;
    this.#db.exec('PRAGMA synchronous = NORMAL');
    try {
      this.#transaction(work);
    } finally {
      this.#db.exec('PRAGMA synchronous = FULL');
    }
  }

  saveCheckpoint(checkpoint: string, which: 'newest' | 'agreed' | 'witnessed' = 'newest'): void {
    const name = which === 'newest' ? 'checkpoint' : which;
    this.#hastily(() => this.#write.meta.run(name, checkpoint));
    this.#head = { ...this.#head, [name]: checkpoint };
  }

  /** What a ledger that was restored from a snapshot does not have yet, see `LedgerReader`. */
  missing(): { readonly from: number; readonly to: number } | undefined {
    return this.#reading().missing();
  }

  /**
   * Brings a block of the past to a ledger that was restored from a snapshot, the oldest missing one first; one that is here is passed
   * over. Need not be durable; the head stays where it is. Throws RangeError where it is another block than the log has, or not the next.
   */
  fillBlock({ leaves, events }: Pick<BlockCommit, 'leaves' | 'events'>): void {
    const seal = leaves.length === 0 ? undefined : parseSeal(leaves.at(-1)!);
    if (seal === undefined || seal.count !== leaves.length - 1) throw new RangeError('a block ends with its seal');
    const { height, time, first } = seal;
    for (const [i, leaf] of leaves.entries()) {
      const known = this.leafHashAt(first + i);
      if (known === undefined || !equalBytes(leafHash(leaf, this.#sha256), known)) throw new RangeError(`leaf ${first + i} is another one`);
    }
    const from = this.missing()?.from ?? Number.POSITIVE_INFINITY;
    if (height < from) return;
    if (height > from) throw new RangeError(`block ${height} cannot be filled in before block ${from}`);
    this.#hastily(() => {
      if (this.block(height) === undefined) {
        this.#write.block.run(height, time, first, leaves.length, encodeEntryBundle(leaves));
        for (const [i, leaf] of leaves.entries()) {
          const digest = entryDigest(leaf, this.#sha256);
          if (digest !== undefined) this.#write.name.run(digestPrefix(digest), first + i);
        }
      }
      this.#write.event.run(height, time, first, encodeEvents(events));
    });
  }

  /** The hash of a leaf, which may itself be missing; undefined where the log has none. */
  leafHashAt(index: number): Uint8Array | undefined {
    const at = (index % TILE_WIDTH) * HASH_LENGTH;
    const tile = this.tile(0, Math.floor(index / TILE_WIDTH));
    if (tile !== undefined) return tile.subarray(at, at + HASH_LENGTH);
    const [leaf] = this.leaves(index, index + 1);
    return leaf === undefined ? undefined : leafHash(leaf, this.#sha256);
  }

  anchor(): string | undefined {
    return this.#reading().anchor();
  }

  saveAnchor(anchor: string): void {
    this.#hastily(() => this.#write.meta.run('anchor', anchor));
  }

  saveRefusals(refusals: readonly KeptRefusal[]): void {
    if (refusals.length === 0) return;
    this.#hastily(() => {
      for (const { name, kid, id, until, refusal, notice } of refusals) {
        this.#write.refusal.run(name, kid, id, until, JSON.stringify(refusal), notice);
      }
      this.#write.pruneRefusals.run(this.#seconds(), REFUSALS_PRUNED + refusals.length);
    });
  }

  /** Block time, NumericDate: a store has no clock. */
  #seconds(): number {
    return Math.floor(this.#head.time / 1000);
  }

  findRefusal(name: string): KeptRefusal | undefined {
    return this.#reading().findRefusal(name, this.#seconds());
  }

  findRefusalById(kid: string, id: string): KeptRefusal | undefined {
    return this.#reading().findRefusalById(kid, id, this.#seconds());
  }

  get(key: string, locate?: (key: string) => number): string | undefined {
    const cached = this.#values.get(key);
    if (cached !== undefined) return cached;
    const value = locate === undefined ? this.#reading().get(key) : this.#at(key, locate(key));
    if (value !== undefined) this.#values.set(key, value);
    return value;
  }

  #at(key: string, ref: number): string | undefined {
    if (ref === 0) return undefined;
    const record = this.#reading().record(ref);
    if (record?.key !== key) throw new StorageDamaged(`the record ${ref} is not that of ${key}`);
    return record.value;
  }

  scan(start: string, end: string, limit: number): readonly (readonly [string, string])[] {
    return this.#reading().scan(start, end, limit);
  }

  leaves(from: number, to: number): readonly Uint8Array[] {
    return this.#reading().leaves(from, to);
  }

  tile(level: number, index: number): Uint8Array | undefined {
    return this.#reading().tile(level, index);
  }

  block(height: number): StoredBlock | undefined {
    return this.#reading().block(height);
  }

  blockOf(index: number): StoredBlock | undefined {
    return this.#reading().blockOf(index);
  }

  events(from: number, to: number): Iterable<BlockEvents> {
    return this.#reading().events(from, to);
  }

  findId(kid: string, id: string, now: number): number | undefined {
    const known = this.#recentIds.find(kid, id, now);
    if (known !== undefined) return known === 'none' ? undefined : known;
    return this.#reading().findId(kid, id, now);
  }

  /** Log indexes of the entries whose names begin so; eight characters and more. */
  findNames(start: string): readonly number[] {
    return this.#reading().findNames(start);
  }

  /** Log indexes of the entries that may bear this name, without a look at them. */
  nameCandidates(name: string): readonly number[] {
    return this.#reading().names().candidates(name);
  }

  findName(name: string): number | undefined {
    return this.#reading().findName(name);
  }

  record(ref: number): { readonly key: string; readonly value: string } | undefined {
    return this.#reading().record(ref);
  }

  stateLeaves(source: 'quick' | 'records' = 'quick'): StateLeaves {
    const quick = source === 'quick' ? leavesFromRun(this.#db, this.#runPath, this.#sha256) : undefined;
    if (quick !== undefined) {
      this.#runs.opened(quick.base, quick.changes);
      return quick.run;
    }
    const run = leavesFromRecords(this.#db, this.#sha256);
    try {
      writeRun(this.#runPath, run);
      this.#runs.opened(run, 0);
    } catch (error) {
      // Without the file this opening is as right, and the next one as slow.
      process.emitWarning(error instanceof Error ? error : String(error));
    }
    return run;
  }

  get wantsLeaves(): boolean {
    return this.#runs.wants;
  }

  keepLeaves(leaves: StateLeaves): void {
    this.#runs.keep({ height: this.#head.height, ...leaves });
  }

  /** Drops pages held in memory. */
  letGo(): void {
    if (!this.#db.isOpen) return;
    this.#reader.letGo();
    this.#wal.rest();
  }

  /** May be called again. */
  close(): void {
    if (!this.#db.isOpen) return;
    this.#runs.close();
    if (this.#open) this.#write.commit.run();
    try {
      // All in one file, so that a copy of the closed directory is whole. Where there is no room, the log beside it stays and is as good.
      this.#wal.close();
    } catch (error) {
      if (!isFull(error)) throw error;
    } finally {
      this.#db.close();
      this.#lock.release();
    }
  }
}

function prepareWrites(db: DatabaseSync): Readonly<Record<WriteName, StatementSync>> {
  const prepared = {} as Record<WriteName, StatementSync>;
  for (const name of Object.keys(WRITES) as WriteName[]) prepared[name] = asArrays(db.prepare(WRITES[name]));
  return prepared;
}

const WRITES = {
  begin: 'BEGIN',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  block: 'INSERT INTO block VALUES (?, ?, ?, ?, ?)',
  event: 'INSERT INTO event VALUES (?, ?, ?, ?)',
  tile: 'INSERT INTO tile VALUES (?, ?)',
  insert: 'INSERT INTO state (key, value) VALUES (?, ?)',
  update: 'UPDATE state SET value = ? WHERE ref = ? AND key = ?',
  remove: 'DELETE FROM state WHERE ref = ? AND key = ?',
  order: 'INSERT INTO state_order VALUES (?, ?)',
  disorder: 'DELETE FROM state_order WHERE key = ?',
  delta: 'INSERT INTO state_delta VALUES (?, ?)',
  id: 'INSERT INTO id VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET exp = excluded.exp, idx = excluded.idx',
  name: 'INSERT OR IGNORE INTO name VALUES (?, ?)',
  meta: 'INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  refusal: 'INSERT OR REPLACE INTO refusal VALUES (?, ?, ?, ?, ?, ?)',
  pruneRefusals: 'DELETE FROM refusal WHERE name IN (SELECT name FROM refusal WHERE until <= ? LIMIT ?)',
} as const;
type WriteName = keyof typeof WRITES;

function latestId(db: DatabaseSync): string {
  const id = scalar(db, 'SELECT max(id) FROM id');
  return id === null || id === undefined ? '' : ulidText(id as Uint8Array);
}

function isFull(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error)) return false;
  return Number(error.errcode) === SQLITE_FULL || Number(error.errcode) === SQLITE_IOERR_SHMSIZE;
}
