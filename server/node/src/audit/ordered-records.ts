/**
 * State in memory as an audit builds it: values by key, and the keys in order for scans. Keys lie in short sorted runs, so that a new one
 * costs little among millions.
 */
import type { StateReader } from '@tabularium/kernel';

const RUN_MAX = 1_024;

export class OrderedRecords implements StateReader {
  readonly #values = new Map<string, string>();
  /** Sorted keys in sorted runs; none is empty but the very first. */
  readonly #runs: string[][] = [[]];

  get size(): number {
    return this.#values.size;
  }

  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: string): void {
    if (!this.#values.has(key)) this.#insert(key);
    this.#values.set(key, value);
  }

  delete(key: string): void {
    if (!this.#values.delete(key)) return;
    const at = this.#runOf(key);
    const run = this.#runs[at]!;
    run.splice(lowerBound(run, key), 1);
    if (run.length === 0 && this.#runs.length > 1) this.#runs.splice(at, 1);
  }

  scan(start: string, end: string, limit: number): readonly (readonly [string, string])[] {
    const found: [string, string][] = [];
    let at = this.#runOf(start);
    let i = lowerBound(this.#runs[at]!, start);
    for (; at < this.#runs.length; at++, i = 0) {
      const run = this.#runs[at]!;
      for (; i < run.length; i++) {
        const key = run[i]!;
        if (key >= end || found.length >= limit) return found;
        found.push([key, this.#values.get(key)!]);
      }
    }
    return found;
  }

  /** All records in key order. */
  *[Symbol.iterator](): Generator<readonly [string, string]> {
    for (const run of this.#runs) for (const key of run) yield [key, this.#values.get(key)!];
  }

  #insert(key: string): void {
    const at = this.#runOf(key);
    const run = this.#runs[at]!;
    run.splice(lowerBound(run, key), 0, key);
    if (run.length > RUN_MAX) this.#runs.splice(at + 1, 0, run.splice(RUN_MAX >>> 1));
  }

  /** The last run whose first key is not above. */
  #runOf(key: string): number {
    let low = 0;
    let high = this.#runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#runs[middle]![0]! <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** First place whose key is not below. */
function lowerBound(run: readonly string[], key: string): number {
  let low = 0;
  let high = run.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (run[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
