/**
 * From a transaction's name to its place in the log.
 *
 * Names are random, so each new one would touch a page of its own in the index: the most costly row of a write. They can be had from
 * the entries again, so the newest are kept in memory only, and go to the table sorted, some with each block: neighbours then share a
 * page. At open the names above the watermark (`meta.named`) are computed from their entries, some 4 µs each.
 *
 * The table keeps the first 47 bits of a name (six-byte integers in SQLite, and exact in a float64); each hit is checked against the
 * entry itself by `LedgerReader`.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { scalar } from './ledger-schema.ts';

/** Names gathered before they are sorted and sent to the table. */
const BATCH = 32_768;

/** Names in (nearly) ascending order of prefix, in columns. */
export interface NameRows {
  readonly prefixes: Float64Array;
  readonly indexes: Float64Array;
}

/** First 47 bits of a name (base64url) as a number. */
export function namePrefix(name: string): number {
  return digestPrefix(Buffer.from(name.slice(0, 8), 'base64url'));
}

/** The same from the digest itself. */
export function digestPrefix(digest: Uint8Array): number {
  const high = digest[0]! * 0x1000000 + digest[1]! * 0x10000 + digest[2]! * 0x100 + digest[3]!;
  return Math.floor((high * 0x10000 + digest[4]! * 0x100 + digest[5]!) / 2);
}

/** Names of the newest entries, found by prefix; two that share one are kept as a list. */
class NameTail {
  readonly #indexes = new Map<number, number | number[]>();
  size = 0;

  add(prefix: number, index: number): void {
    const there = this.#indexes.get(prefix);
    if (there === undefined) this.#indexes.set(prefix, index);
    else if (typeof there === 'number') this.#indexes.set(prefix, [there, index]);
    else there.push(index);
    this.size++;
  }

  find(prefix: number): readonly number[] {
    const there = this.#indexes.get(prefix);
    return there === undefined ? [] : typeof there === 'number' ? [there] : there;
  }

  /** In the order of their first bits: that suffices for neighbours to meet on one page. */
  sorted(): NameRows {
    const positions = 2 ** 20;
    const keys = new Float64Array(this.size);
    const names = { prefixes: new Float64Array(this.size), indexes: new Float64Array(this.size) };
    let n = 0;
    for (const [prefix, found] of this.#indexes) {
      for (const index of typeof found === 'number' ? [found] : found) {
        keys[n] = Math.floor(prefix / 2 ** 14) * positions + n;
        names.prefixes[n] = prefix;
        names.indexes[n++] = index;
      }
    }
    keys.sort();
    return {
      prefixes: keys.map((key) => names.prefixes[key % positions]!),
      indexes: keys.map((key) => names.indexes[key % positions]!),
    };
  }
}

export class NameIndex {
  readonly #find: StatementSync;
  #filling = new NameTail();
  /** First leaf whose name is in `#filling` or will be. */
  #fillingFrom: number;
  #draining: { readonly tail: NameTail; readonly rows: NameRows } | undefined;
  #drained = 0;

  constructor(db: DatabaseSync) {
    this.#fillingFrom = watermark(db);
    this.#find = db.prepare('SELECT idx FROM name WHERE prefix = ?');
    this.#find.setReturnArrays(true);
  }

  /** Log indexes of the entries that may bear this name. */
  candidates(name: string): number[] {
    const prefix = namePrefix(name);
    const rows = this.#find.all(prefix) as unknown as [number][];
    const found = new Set(rows.map(([index]) => index));
    for (const tail of [this.#draining?.tail, this.#filling]) for (const index of tail?.find(prefix) ?? []) found.add(index);
    return [...found].sort((a, b) => a - b);
  }

  /** Note a name that is not in the table. `size` is the log's size after the block that holds it. */
  add(prefix: number, index: number): void {
    this.#filling.add(prefix, index);
  }

  /**
   * Rows [from, to) that the next block should bring to the table, and the watermark to write with them if they are the last. Nothing
   * changes in here until `settle`.
   */
  due(
    newNames: number,
  ): { readonly rows: NameRows; readonly from: number; readonly to: number; readonly named: number | undefined } | undefined {
    if (this.#draining === undefined) return undefined;
    const { rows } = this.#draining;
    const to = Math.min(rows.indexes.length, this.#drained + 2 * newNames + 8);
    return { rows, from: this.#drained, to, named: to === rows.indexes.length ? this.#fillingFrom : undefined };
  }

  /** A block is durable and its names are added: the table holds the draining rows up to `drained`. `size` is the log's size now. */
  settle(drained: number, size: number): void {
    this.#drained = drained;
    if (this.#draining !== undefined && drained === this.#draining.rows.indexes.length) this.#draining = undefined;
    if (this.#draining === undefined && this.#filling.size >= BATCH) {
      this.#draining = { tail: this.#filling, rows: this.#filling.sorted() };
      this.#drained = 0;
      this.#filling = new NameTail();
      this.#fillingFrom = size;
    }
  }
}

/** Names of all entries below this leaf are in the table. */
export function watermark(db: DatabaseSync): number {
  return Number(scalar(db, "SELECT value FROM meta WHERE name = 'named'") ?? 0);
}
