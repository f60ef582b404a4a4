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

/** What one layer has written: a record, or null where the key was removed. */
class Layer {
  readonly #records = new Map<string, JsonObject | null>();
  /** Written keys in order, by collection; only of collections that somebody has scanned. */
  readonly #sorted = new Map<string, string[]>();

  get(key: string): JsonObject | null | undefined {
    return this.#records.get(key);
  }

  set(key: string, value: JsonObject | null): void {
    if (this.#sorted.size > 0 && !this.#records.has(key)) {
      const keys = this.#sorted.get(collectionOf(key));
      keys?.splice(placeOf(key, keys), 0, key);
    }
    this.#records.set(key, value);
  }

  entries(): Iterable<[string, JsonObject | null]> {
    return this.#records;
  }

  /** Written keys with start ≤ key < end, in order. */
  between(start: string, end: string): readonly string[] {
    if (this.#records.size === 0) return [];
    const collection = collectionOf(start);
    let keys = this.#sorted.get(collection);
    if (keys === undefined) {
      keys = [...this.#records.keys()].filter((key) => key.startsWith(collection)).sort();
      this.#sorted.set(collection, keys);
    }
    return keys.slice(placeOf(start, keys), placeOf(end, keys));
  }
}

/** `module/collection/` of a key. */
function collectionOf(key: string): string {
  return key.slice(0, key.indexOf('/', key.indexOf('/') + 1) + 1);
}

/** Where a key stands, or would stand, among sorted keys. */
function placeOf(key: string, keys: readonly string[]): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Overlay {
  readonly #state: StateReader;
  readonly #cache: RecordCache;
  /** What has been read of committed state, which stays as it is while the block is decided. */
  readonly #committed = new Map<string, JsonObject | undefined>();
  readonly #layers: Layer[] = [new Layer()];

  constructor(state: StateReader, cache: RecordCache) {
    this.#state = state;
    this.#cache = cache;
  }

  get(key: string): JsonObject | undefined {
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const value = this.#layers[i]!.get(key);
      if (value !== undefined) return value === null ? undefined : value;
    }
    return this.#read(key);
  }

  put(key: string, value: JsonObject): void {
    this.#layers[this.#layers.length - 1]!.set(key, value);
  }

  remove(key: string): void {
    this.#layers[this.#layers.length - 1]!.set(key, null);
  }

  open(): void {
    this.#layers.push(new Layer());
  }

  keep(): void {
    const top = this.#layers.pop()!;
    const below = this.#layers[this.#layers.length - 1];
    if (below === undefined) throw new Error('the ground layer is not opened, so it cannot be kept');
    for (const [key, value] of top.entries()) below.set(key, value);
  }

  drop(): void {
    if (this.#layers.length === 1) throw new Error('the ground layer is not opened, so it cannot be dropped');
    this.#layers.pop();
  }

  /** What the topmost layer has written so far; null where it removed a key. */
  top(): ReadonlyMap<string, JsonObject | null> {
    return new Map(this.#layers[this.#layers.length - 1]!.entries());
  }

  /** Records of one collection with start ≤ key < end in key order, at most `limit`: layers merged over committed state. */
  scan(start: string, end: string, limit: number): readonly { readonly key: string; readonly value: JsonObject }[] {
    const changed = new Map<string, JsonObject | null>();
    for (const layer of this.#layers) for (const key of layer.between(start, end)) changed.set(key, layer.get(key)!);
    // Committed keys may have been removed above: ask for as many more as were changed.
    const below = this.#state.scan(start, end, limit + changed.size);
    if (changed.size === 0) return below.map(([key, text]) => ({ key, value: this.#cache.parse(key, text) }));
    const found: { readonly key: string; readonly value: JsonObject }[] = [];
    for (const [key, text] of below) if (!changed.has(key)) found.push({ key, value: this.#cache.parse(key, text) });
    for (const [key, value] of changed) if (value !== null) found.push({ key, value });
    found.sort((a, b) => (a.key < b.key ? -1 : 1));
    return found.slice(0, limit);
  }

  /** What the block changed: canonical text by key, in key order; null where a committed key was removed. */
  writes(): Map<string, string | null> {
    if (this.#layers.length !== 1) throw new Error('a layer is still open');
    const writes = new Map<string, string | null>();
    for (const [key, value] of [...this.#layers[0]!.entries()].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (value !== null) writes.set(key, canonicalJson(value));
      else if (this.#read(key) !== undefined) writes.set(key, null);
    }
    return writes;
  }

  #read(key: string): JsonObject | undefined {
    const known = this.#committed.get(key);
    if (known !== undefined || this.#committed.has(key)) return known;
    const text = this.#state.get(key);
    const value = text === undefined ? undefined : this.#cache.parse(key, text);
    this.#committed.set(key, value);
    return value;
  }
}
