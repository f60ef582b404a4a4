/**
 * Which records stand in `state_order`, the order of keys.
 *
 * Whoever decides knows a record's `ref` from the state tree, so that only what is listed by key needs this order. Records of the
 * collections that are found by id alone are left out of it: their ids are random, and each would touch a page of its own in the index,
 * which grows dearer as the ledger grows. Ranges over them are still answered, by reading all records.
 */
import type { DatabaseSync } from 'node:sqlite';
import { scalar } from './ledger-schema.ts';

export class KeyOrder {
  readonly #unordered: readonly string[];

  private constructor(unordered: readonly string[]) {
    this.#unordered = unordered;
  }

  /** As the file has it. */
  static of(db: DatabaseSync): KeyOrder {
    return new KeyOrder(JSON.parse(String(scalar(db, "SELECT value FROM meta WHERE name = 'unordered'") ?? '[]')) as string[]);
  }

  /** For an owner whose modules leave out these collections, as `module/collection/`; the table is made anew where the file has it otherwise. */
  static settle(db: DatabaseSync, collections: readonly string[]): KeyOrder {
    const unordered = [...collections].sort();
    const present = KeyOrder.of(db);
    if (unordered.join() === present.#unordered.join()) return present;
    const order = new KeyOrder(unordered);
    db.function('is_ordered', { deterministic: true }, (key) => Number(order.has(String(key))));
    db.exec(`BEGIN IMMEDIATE; DELETE FROM state_order; INSERT INTO state_order SELECT key, ref FROM state WHERE is_ordered(key)`);
    db.prepare("INSERT INTO meta VALUES ('unordered', ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(JSON.stringify(unordered));
    db.exec('COMMIT');
    return order;
  }

  has(key: string): boolean {
    for (const collection of this.#unordered) if (key.startsWith(collection)) return false;
    return true;
  }

  /** True if every key with start ≤ key < end stands in the order. */
  covers(start: string, end: string): boolean {
    // The last character of a collection's prefix is "/", and "0" follows it.
    return this.#unordered.every((collection) => end <= collection || start >= `${collection.slice(0, -1)}0`);
  }
}
