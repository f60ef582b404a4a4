/**
 * State as a block sees it: what is committed, under layers of what has been written since. A layer is opened for each transaction (and
 * for each dry run) and is either kept, falling into the one below, or dropped without a trace; so a refusal changes nothing.
 *
 * Values are parsed records; canonical text is made once per changed key, when the block ends. What `get` returns is shared: nobody may
 * change it.
 */
import { canonicalJson, type JsonObject } from '@tabularium/protocol';
import type { StateReader } from './machine-types.ts';

/** Parsed records of committed state, kept across blocks; an entry counts only while the text under it is the same. */
export class RecordCache {
  readonly #records = new Map<string, { readonly text: string; readonly value: JsonObject }>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  parse(key: string, text: string): JsonObject {
    const known = this.#records.get(key);
    if (known !== undefined && known.text === text) return known.value;
    const value = JSON.parse(text) as JsonObject;
    if (this.#records.size >= this.#limit) this.#records.clear();
    this.#records.set(key, { text, value });
    return value;
  }
}

export class Overlay {
  readonly #state: StateReader;
  readonly #cache: RecordCache;
  readonly #layers: Map<string, JsonObject | null>[] = [new Map()];

  constructor(state: StateReader, cache: RecordCache) {
    this.#state = state;
    this.#cache = cache;
  }

  get(key: string): JsonObject | undefined {
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const value = this.#layers[i]!.get(key);
      if (value !== undefined) return value === null ? undefined : value;
    }
    const text = this.#state.get(key);
    return text === undefined ? undefined : this.#cache.parse(key, text);
  }

  put(key: string, value: JsonObject): void {
    this.#layers[this.#layers.length - 1]!.set(key, value);
  }

  remove(key: string): void {
    this.#layers[this.#layers.length - 1]!.set(key, null);
  }

  open(): void {
    this.#layers.push(new Map());
  }

  keep(): void {
    const top = this.#layers.pop()!;
    const below = this.#layers[this.#layers.length - 1];
    if (below === undefined) throw new Error('the ground layer is not opened, so it cannot be kept');
    for (const [key, value] of top) below.set(key, value);
  }

  drop(): void {
    if (this.#layers.length === 1) throw new Error('the ground layer is not opened, so it cannot be dropped');
    this.#layers.pop();
  }

  /** Records with start ≤ key < end in key order, at most `limit`: layers merged over committed state. */
  scan(start: string, end: string, limit: number): { readonly key: string; readonly value: JsonObject }[] {
    const changed = new Map<string, JsonObject | null>();
    for (const layer of this.#layers) for (const [key, value] of layer) if (key >= start && key < end) changed.set(key, value);
    // Committed keys may have been removed above: ask for as many more as were changed.
    const below = this.#state.scan(start, end, limit + changed.size);
    const found: { readonly key: string; readonly value: JsonObject }[] = [];
    for (const [key, text] of below) if (!changed.has(key)) found.push({ key, value: this.#cache.parse(key, text) });
    for (const [key, value] of changed) if (value !== null) found.push({ key, value });
    found.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    return found.slice(0, limit);
  }

  /** What the block changed: canonical text by key, in key order; null where the key was removed. */
  writes(): Map<string, string | null> {
    if (this.#layers.length !== 1) throw new Error('a layer is still open');
    const writes = new Map<string, string | null>();
    for (const key of [...this.#layers[0]!.keys()].sort()) {
      const value = this.#layers[0]!.get(key) ?? null;
      writes.set(key, value === null ? null : canonicalJson(value));
    }
    return writes;
  }
}
