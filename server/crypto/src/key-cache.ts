/**
 * A bounded cache of public KeyObjects.
 *
 * Making a KeyObject costs about as much as a signature check, so keys in use must be kept; but whoever sends
 * us signatures chooses the keys, so the cache must be bounded. Two generations: when the young one is full it
 * becomes the old one, and what is asked for again moves back. Nothing is sorted, and at most 2 × `limit` live.
 */
import type { KeyObject } from 'node:crypto';

export class KeyCache {
  readonly #limit: number;
  #young = new Map<string, KeyObject>();
  #old = new Map<string, KeyObject>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(id: string): KeyObject | undefined {
    const found = this.#young.get(id);
    if (found !== undefined) return found;
    const aged = this.#old.get(id);
    if (aged !== undefined) {
      this.#old.delete(id);
      this.set(id, aged);
    }
    return aged;
  }

  set(id: string, key: KeyObject): void {
    if (this.#young.size >= this.#limit) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(id, key);
  }
}
