/** State kept a second way, in a map and a sorted list of keys, so that a replay shares nothing with the store it judges. */
import type { StateReader } from '@tabularium/kernel';

export class ReplayState implements StateReader {
  readonly #values = new Map<string, string>();
  /** Keys in code-unit order. */
  readonly #keys: string[] = [];

  get size(): number {
    return this.#values.size;
  }

  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  scan(start: string, end: string, limit: number): readonly (readonly [key: string, value: string])[] {
    const found: [string, string][] = [];
    for (let at = this.#place(start); at < this.#keys.length && found.length < limit; at++) {
      const key = this.#keys[at]!;
      if (key >= end) break;
      found.push([key, this.#values.get(key)!]);
    }
    return found;
  }

  entries(): IterableIterator<[string, string]> {
    return this.#values.entries();
  }

  /** Takes in a block's writes; null removes. */
  apply(writes: ReadonlyMap<string, string | null>): void {
    for (const [key, value] of writes) {
      const known = this.#values.has(key);
      if (value === null) {
        if (known) {
          this.#values.delete(key);
          this.#keys.splice(this.#place(key), 1);
        }
        continue;
      }
      if (!known) this.#keys.splice(this.#place(key), 0, key);
      this.#values.set(key, value);
    }
  }

  #place(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
