/**
 * Everything that is read from `ledger.db`, on one connection: by the owner, and by anyone else who opens the file read-only
 * (projections in their worker, audit and backup in another process). What is read is checked where it can be.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { sha256 } from '@tabularium/crypto';
import { type Head, type KeptRefusal, StorageDamaged, type StoredBlock } from '@tabularium/engine-port';
import type { Refusal, StateReader, StoredEvent } from '@tabularium/kernel';
import { parseSeal, type Sha256 } from '@tabularium/log';
import { fromHex, toHex } from '@tabularium/protocol';
import { decodeEvents, sliceLeaves } from './block-rows.ts';
import { kidBytes, ulidBytes } from './id-key.ts';
import { KeyOrder } from './key-order.ts';
import { EVENTS_FROM, LEAVES_FROM, newestHeight, openLedgerReadOnly, scalar, tilePlace } from './ledger-schema.ts';
import { digestPrefix, NameIndex, watermark } from './name-index.ts';

const NO_SEAL = '0'.repeat(64);
const SYSTEM_LEAF = 0x7b;
const DOT = 0x2e;
/** Blocks of events, and records, read at once. */
const EVENT_PAGE = 64;
const RECORD_PAGE = 1_000;
const SCAN = 'SELECT key, value FROM';
/** Parameters within expressions, or SQLite would look at their values and plan anew whenever these change. */
const RANGE = 'WHERE key >= +? AND key < +? ORDER BY key LIMIT ? + 0';

export interface BlockEvents {
  readonly height: number;
  readonly time: number;
  readonly first: number;
  readonly events: readonly StoredEvent[];
}

/** SHA-256 of a JWS's signing input; undefined for a system leaf. */
export function entryDigest(leaf: Uint8Array, sha256: Sha256): Uint8Array | undefined {
  return leaf[0] === SYSTEM_LEAF ? undefined : sha256(leaf.subarray(0, leaf.lastIndexOf(DOT)));
}

export class LedgerReader implements StateReader {
  readonly #db: DatabaseSync;
  readonly #sha256: Sha256;
  readonly #order: KeyOrder;
  readonly #ordered: StatementSync;
  readonly #anywhere: StatementSync;
  readonly #scan: StatementSync;
  readonly #search: StatementSync;
  readonly #block: StatementSync;
  readonly #newest: StatementSync;
  readonly #leaves: StatementSync;
  readonly #tile: StatementSync;
  readonly #record: StatementSync;
  readonly #id: StatementSync;
  /** Height of the first block that a snapshot brought, where the ledger was restored from one; otherwise 1. */
  readonly #leavesFrom: number;
  #names: NameIndex | undefined;

  constructor(db: DatabaseSync, sha256: Sha256, order: KeyOrder = KeyOrder.of(db)) {
    this.#db = db;
    this.#sha256 = sha256;
    this.#order = order;
    this.#ordered = asArrays(db.prepare('SELECT value FROM state_order JOIN state USING (ref) WHERE state_order.key = ?'));
    this.#anywhere = asArrays(db.prepare('SELECT value FROM state WHERE key = ?'));
    this.#scan = asArrays(db.prepare(`${SCAN} state_order JOIN state USING (ref) ${RANGE}`.replaceAll('key', 'state_order.key')));
    this.#search = asArrays(db.prepare(`${SCAN} state ${RANGE}`));
    this.#block = asArrays(db.prepare('SELECT height, time, first, count FROM block WHERE height = ?'));
    this.#newest = asArrays(db.prepare('SELECT max(height) FROM block'));
    this.#leaves = asArrays(db.prepare('SELECT first, count, leaves FROM block WHERE height = ?'));
    this.#tile = asArrays(db.prepare('SELECT hashes FROM tile WHERE place = ?'));
    this.#record = asArrays(db.prepare('SELECT key, value FROM state WHERE ref = ?'));
    this.#id = asArrays(db.prepare('SELECT idx FROM id WHERE id = ? AND kid = ? AND exp > ?'));
    this.#leavesFrom = Number(this.meta(LEAVES_FROM) ?? 1);
  }

  /** Newest block and checkpoints. Throws `StorageDamaged` when the newest seal is not what its row says. */
  head(): Head {
    const row = this.#db.prepare('SELECT height, time, first, count FROM block ORDER BY height DESC LIMIT 1').get();
    const checkpoint = this.meta('checkpoint') as string | undefined;
    const witnessed = this.meta('witnessed') as string | undefined;
    const agreed = this.meta('agreed') as string | undefined;
    if (row === undefined) return { height: 0, size: 0, time: 0, seal: NO_SEAL, state: new Uint8Array(32), checkpoint, agreed, witnessed };
    const { height, time, first, count } = row as unknown as StoredBlock;
    const size = first + count;
    const [leaf] = this.leaves(size - 1, size);
    const seal = leaf === undefined ? undefined : parseSeal(leaf);
    if (leaf === undefined || seal === undefined || seal.height !== height || seal.first !== first || seal.count !== count - 1) {
      throw new StorageDamaged(`the seal of block ${height} is not the one of its row`);
    }
    return { height, size, time, seal: toHex(this.#sha256(leaf)), state: fromHex(seal.state), checkpoint, agreed, witnessed };
  }

  /** The engine's note. */
  anchor(): string | undefined {
    return this.meta('anchor') as string | undefined;
  }

  meta(name: string): unknown {
    return this.#db.prepare('SELECT value FROM meta WHERE name = ?').get(name)?.value;
  }

  /** Slow for records outside the order of keys. */
  get(key: string): string | undefined {
    return ((this.#order.has(key) ? this.#ordered : this.#anywhere).get(key) as [string] | undefined)?.[0];
  }

  /** Slow where the range reaches records outside the order of keys. */
  scan(start: string, end: string, limit: number): readonly (readonly [string, string])[] {
    return (this.#order.covers(start, end) ? this.#scan : this.#search).all(start, end, limit) as unknown as [string, string][];
  }

  /** All records, in no order that means anything. */
  *records(): Iterable<readonly [key: string, value: string]> {
    const page = asArrays(this.#db.prepare('SELECT ref, key, value FROM state WHERE ref > ? ORDER BY ref LIMIT ?'));
    // In pages, as events are.
    for (let last = 0, more = true; more; ) {
      const rows = page.all(last, RECORD_PAGE) as unknown as [number, string, string][];
      for (const [ref, key, value] of rows) {
        last = ref;
        yield [key, value];
      }
      more = rows.length === RECORD_PAGE;
    }
  }

  /** All records by the bytes of their keys. Sorted by key and read one by one, for a sort of whole records would need the room of all of them. */
  *recordsByKey(): Iterable<readonly [key: string, value: string]> {
    const sorted = asArrays(this.#db.prepare('SELECT ref FROM state ORDER BY key'));
    for (const [ref] of sorted.iterate() as Iterable<unknown> as Iterable<[number]>) {
      const { key, value } = this.record(ref)!;
      yield [key, value];
    }
  }

  /** True if the order of keys lists every record that it should, and nothing else. Reads them all. */
  isOrderWhole(): boolean {
    let ordered = 0;
    for (const [key] of this.records()) if (this.#order.has(key)) ordered++;
    const listed = 'SELECT count(*) FROM state_order';
    const rightly = `${listed} JOIN state USING (ref) WHERE state.key = state_order.key`;
    return Number(scalar(this.#db, listed)) === ordered && Number(scalar(this.#db, rightly)) === ordered;
  }

  block(height: number): StoredBlock | undefined {
    const row = this.#block.get(height) as [number, number, number, number] | undefined;
    return row === undefined ? undefined : { height: row[0], time: row[1], first: row[2], count: row[3] };
  }

  /** Blocks have no index by leaf: their first leaves ascend with height, so a search that guesses by proportion needs a few rows only. */
  blockOf(index: number): StoredBlock | undefined {
    const newest = (this.#newest.get() as unknown as [number | null])[0] ?? 0;
    if (newest === 0 || !Number.isSafeInteger(index) || index < 0) return undefined;
    const [from, to] = this.#spanOf(index, newest);
    if (to === 0) return undefined;
    let low = this.#existing(from);
    let high = this.#existing(to);
    if (index >= high.first + high.count) return undefined;
    for (let turn = 0; ; turn++) {
      if (index >= high.first) return high;
      if (index < low.first + low.count) return low;
      if (high.height - low.height < 2) throw new StorageDamaged(`no block holds leaf ${index}`);
      const share = (index - low.first) / (high.first - low.first);
      const guess = turn % 3 === 2 ? (low.height + high.height) >>> 1 : low.height + Math.floor(share * (high.height - low.height));
      const block = this.#existing(Math.min(high.height - 1, Math.max(low.height + 1, guess)));
      if (index < block.first) high = block;
      else if (index >= block.first + block.count) low = block;
      else return block;
    }
  }

  /**
   * Heights whose events are not here yet, in a ledger that was restored from a snapshot; undefined where it is whole. Below the blocks
   * that the snapshot brought, their leaves are not here either.
   */
  missing(): { readonly from: number; readonly to: number } | undefined {
    const to = Number(this.meta(EVENTS_FROM) ?? 1) - 1;
    const from = this.#filledTo('event', to + 1) + 1;
    return from > to ? undefined : { from, to };
  }

  /** The blocks among which a leaf must lie, first and last; none is missing between them. */
  #spanOf(index: number, newest: number): readonly [number, number] {
    const from = this.#leavesFrom;
    return from === 1 || index >= this.#existing(from).first ? [from, newest] : [1, this.#filledTo('block', from)];
  }

  /** Newest height of a table below `height`, where rows come in order from 1; 0 if there is none. */
  #filledTo(table: 'block' | 'event', height: number): number {
    return Number(this.#db.prepare(`SELECT max(height) AS height FROM ${table} WHERE height < ?`).get(height)?.height ?? 0);
  }

  #existing(height: number): StoredBlock {
    const block = this.block(height);
    if (block === undefined) throw new StorageDamaged(`block ${height} is missing`);
    return block;
  }

  leaves(from: number, to: number): readonly Uint8Array[] {
    const leaves: Uint8Array[] = [];
    const start = from < to ? this.blockOf(from) : undefined;
    if (start === undefined) return leaves;
    for (let height = start.height; ; height++) {
      const row = this.#leaves.get(height) as [number, number, Uint8Array] | undefined;
      if (row === undefined) return leaves;
      const [first, count, blob] = row;
      for (const leaf of sliceLeaves(blob, Math.max(0, from - first), Math.min(count, to - first), height)) leaves.push(leaf);
      if (first + count >= to) return leaves;
    }
  }

  tile(level: number, index: number): Uint8Array | undefined {
    return (this.#tile.get(tilePlace(level, index)) as [Uint8Array] | undefined)?.[0];
  }

  /** Events of blocks from…to, inclusive, in order, up to the first that is missing; blocks without events too. */
  *events(from: number, to: number): Iterable<BlockEvents> {
    const rows = asArrays(this.#db.prepare('SELECT height, time, first, events FROM event WHERE height BETWEEN ? AND ? ORDER BY height'));
    // In pages, so that a slow taker holds no read transaction open and the write-ahead log can start anew.
    for (let at = from; at <= to; at += EVENT_PAGE) {
      const page = rows.all(at, Math.min(to, at + EVENT_PAGE - 1)) as unknown as [number, number, number, Uint8Array][];
      for (const [i, [height, time, first, blob]] of page.entries()) {
        if (height !== at + i) return;
        yield { height, time, first, events: decodeEvents(blob, height) };
      }
      if (page.length < EVENT_PAGE) return;
    }
  }

  record(ref: number): { readonly key: string; readonly value: string } | undefined {
    const row = this.#record.get(ref) as [string, string] | undefined;
    return row === undefined ? undefined : { key: row[0], value: row[1] };
  }

  findId(kid: string, id: string, now: number): number | undefined {
    return (this.#id.get(ulidBytes(id), kidBytes(kid), now) as [number] | undefined)?.[0];
  }

  /** The first leaf whose id may not be used again yet; `now`: NumericDate seconds. Looks through all ids. */
  firstLivingId(now: number): number | undefined {
    return (this.#db.prepare('SELECT min(idx) AS first FROM id WHERE exp > ?').get(now)?.first as number | null) ?? undefined;
  }

  findName(name: string): number | undefined {
    return this.findNames(name)[0];
  }

  /** Log indexes of the entries whose names begin so; eight characters and more. */
  findNames(start: string): readonly number[] {
    return this.names()
      .candidates(start)
      .filter((index) => {
        const [leaf] = this.leaves(index, index + 1);
        const digest = leaf === undefined ? undefined : entryDigest(leaf, this.#sha256);
        return digest !== undefined && Buffer.from(digest).toString('base64url').startsWith(start);
      });
  }

  /** The index by name; made at first use, from the table and the newest entries. */
  names(): NameIndex {
    if (this.#names === undefined) {
      this.#names = new NameIndex(this.#db);
      let at = watermark(this.#db);
      for (let leaves = this.leaves(at, at + 1024); leaves.length > 0; leaves = this.leaves(at, at + 1024)) {
        for (const leaf of leaves) {
          const digest = entryDigest(leaf, this.#sha256);
          if (digest !== undefined) this.#names.add(digestPrefix(digest), at);
          at++;
        }
      }
      this.#names.settle(0, at);
    }
    return this.#names;
  }

  /** `now`: NumericDate seconds; what ended before it is as good as gone. */
  findRefusal(name: string, now: number): KeptRefusal | undefined {
    return refusalOf(this.#db.prepare('SELECT * FROM refusal WHERE name = ? AND until > ?').get(name, now));
  }

  findRefusalById(kid: string, id: string, now: number): KeptRefusal | undefined {
    return refusalOf(
      this.#db.prepare('SELECT * FROM refusal WHERE kid = ? AND id = ? AND until > ? ORDER BY until DESC').get(kid, id, now),
    );
  }

  /** Drops pages held in memory. */
  letGo(): void {
    if (this.#db.isOpen) this.#db.exec('PRAGMA shrink_memory');
  }

  close(): void {
    this.#db.close();
  }
}

export interface ReaderOptions {
  /** Everything read is of the moment of opening, whatever is written meanwhile; for audits, since the write-ahead log cannot shrink until `close`. */
  readonly snapshot?: boolean;
}

/** Read a ledger (`ledger.db`) that another thread or process may be writing. Throws `StorageDamaged` when the file is no ledger. */
export function openLedgerReader(path: string, { snapshot = false }: ReaderOptions = {}): LedgerReader {
  const db = openLedgerReadOnly(path);
  if (snapshot) {
    db.exec('BEGIN');
    newestHeight(db);
  }
  return new LedgerReader(db, sha256);
}

/** Rows as arrays: a third cheaper than objects. */
export function asArrays(statement: StatementSync): StatementSync {
  statement.setReturnArrays(true);
  return statement;
}

function refusalOf(row: Record<string, unknown> | undefined): KeptRefusal | undefined {
  if (row === undefined) return undefined;
  const { name, kid, id, until, refusal, notice } = row as Record<'name' | 'kid' | 'id' | 'refusal' | 'notice', string> & { until: number };
  return { name, kid, id, refusal: JSON.parse(refusal) as Refusal, notice, until };
}
