/**
 * State values that were read or written lately, bounded by their length.
 *
 * A block's transactions read the same few records again and again (an appropriation, an office, a key); each read from SQLite costs
 * about 3 µs. Two generations, as in a nursery: what is used moves to the young one, and the old one is dropped whole.
 */
export class ValueCache {
  readonly #limit: number;
  #young = new Map<string, string>();
  #old = new Map<string, string>();
  #length = 0;

  /** `limit`: characters of keys and values in one generation. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): string | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const aged = this.#old.get(key);
    if (aged !== undefined) this.set(key, aged);
    return aged;
  }

  set(key: string, value: string): void {
    const before = this.#young.get(key);
    this.#length += before === undefined ? key.length + value.length : value.length - before.length;
    this.#young.set(key, value);
    if (this.#length > this.#limit) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#length = 0;
    }
  }

  /** A new value of a key that is cached; others wait until they are read, which for most new records is never. */
  renew(key: string, value: string): void {
    if (this.#young.has(key)) this.set(key, value);
    else if (this.#old.delete(key)) this.set(key, value);
  }

  delete(key: string): void {
    const value = this.#young.get(key);
    if (value !== undefined) this.#length -= key.length + value.length;
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#length = 0;
  }
}
