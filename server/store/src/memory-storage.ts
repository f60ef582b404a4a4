/**
 * A store that forgets: the same promises within one process, for tests, dry runs and audits. It keeps what SQLite keeps, in maps, and
 * passes the same contract test.
 */
import type { AcceptedId, BlockCommit, Head, KeptRefusal, StateLeaves, Storage, StoredBlock } from '@tabularium/engine-port';
import type { StoredEvent } from '@tabularium/kernel';
import { type Sha256, stateLeafHash } from '@tabularium/log';
import { ulidBytes } from './id-key.ts';

interface KeptRecord {
  readonly ref: number;
  readonly value: string;
}

export class MemoryStorage implements Storage {
  readonly #sha256: Sha256;
  #anchor: string | undefined;
  #head: Head = {
    height: 0,
    size: 0,
    time: 0,
    seal: '0'.repeat(64),
    state: new Uint8Array(32),
    checkpoint: undefined,
    agreed: undefined,
    witnessed: undefined,
  };
  readonly #leaves: Uint8Array[] = [];
  readonly #blocks: (StoredBlock & { readonly events: readonly StoredEvent[] })[] = [];
  readonly #tiles = new Map<string, Uint8Array>();
  readonly #records = new Map<string, KeptRecord>();
  readonly #keyOf = new Map<number, string>();
  /** Keys in order. */
  readonly #keys: string[] = [];
  readonly #ids = new Map<string, AcceptedId>();
  readonly #names = new Map<string, number>();
  readonly #refusals = new Map<string, KeptRefusal>();
  #nextRef = 1;

  constructor(options: { readonly sha256: Sha256 }) {
    this.#sha256 = options.sha256;
  }

  head(): Head {
    return this.#head;
  }

  commit(block: BlockCommit): readonly number[] {
    const head = this.#head;
    const { height, time, first, leaves } = block;
    if (height !== head.height + 1 || first !== head.size || leaves.length === 0 || time < head.time) {
      throw new Error(`block ${height} at leaf ${first} does not follow block ${head.height}`);
    }
    for (const { key, ref } of block.changes) {
      if ((this.#records.get(key)?.ref ?? 0) !== ref) throw new Error(`${key} is not the record ${ref}`);
    }
    const refs = block.changes.map(({ key, value, ref }) => (value === null ? this.#remove(key, ref) : this.#put(key, value, ref)));
    this.#leaves.push(...leaves.map((leaf) => leaf.slice()));
    this.#blocks.push({ height, time, first, count: leaves.length, events: structuredClone(block.events) as StoredEvent[] });
    for (const { level, index, hashes } of block.tiles) this.#tiles.set(`${level}/${index}`, hashes.slice());
    for (const id of block.ids) {
      ulidBytes(id.id);
      this.#ids.set(`${id.kid} ${id.id}`, id);
      this.#names.set(id.name, id.index);
    }
    const { seal, stateRoot: state, checkpoint = head.checkpoint, anchor = this.#anchor } = block;
    this.#head = { ...head, height, size: first + leaves.length, time, seal, state, checkpoint };
    this.#anchor = anchor;
    return refs;
  }

  #remove(key: string, ref: number): number {
    this.#records.delete(key);
    this.#keyOf.delete(ref);
    this.#keys.splice(this.#place(key), 1);
    return 0;
  }

  #put(key: string, value: string, before: number): number {
    const ref = before === 0 ? this.#nextRef++ : before;
    if (before === 0) this.#keys.splice(this.#place(key), 0, key);
    this.#records.set(key, { ref, value });
    this.#keyOf.set(ref, key);
    return ref;
  }

  /** Where the key stands or would stand. */
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

  saveCheckpoint(checkpoint: string, which: 'newest' | 'agreed' | 'witnessed' = 'newest'): void {
    this.#head = { ...this.#head, [which === 'newest' ? 'checkpoint' : which]: checkpoint };
  }

  anchor(): string | undefined {
    return this.#anchor;
  }

  saveAnchor(anchor: string): void {
    this.#anchor = anchor;
  }

  get(key: string): string | undefined {
    return this.#records.get(key)?.value;
  }

  scan(start: string, end: string, limit: number): readonly (readonly [string, string])[] {
    const found: [string, string][] = [];
    for (let i = this.#place(start); i < this.#keys.length && found.length < limit; i++) {
      const key = this.#keys[i]!;
      if (key >= end) break;
      found.push([key, this.#records.get(key)!.value]);
    }
    return found;
  }

  leaves(from: number, to: number): readonly Uint8Array[] {
    return this.#leaves.slice(from, Math.max(from, to)).map((leaf) => leaf.slice());
  }

  tile(level: number, index: number): Uint8Array | undefined {
    return this.#tiles.get(`${level}/${index}`);
  }

  block(height: number): StoredBlock | undefined {
    const found = this.#blocks[height - 1];
    return found === undefined ? undefined : { height, time: found.time, first: found.first, count: found.count };
  }

  blockOf(index: number): StoredBlock | undefined {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { first, count } = this.#blocks[middle]!;
      if (first + count <= index) low = middle + 1;
      else high = middle;
    }
    return index < 0 ? undefined : this.block(low + 1);
  }

  *events(
    from: number,
    to: number,
  ): Iterable<{ readonly height: number; readonly time: number; readonly first: number; readonly events: readonly StoredEvent[] }> {
    for (const { height, time, first, events } of this.#blocks.slice(Math.max(0, from - 1), to)) yield { height, time, first, events };
  }

  findId(kid: string, id: string, now: number): number | undefined {
    const found = this.#ids.get(`${kid} ${id}`);
    return found === undefined || found.exp <= now ? undefined : found.index;
  }

  findName(name: string): number | undefined {
    return this.#names.get(name);
  }

  saveRefusals(refusals: readonly KeptRefusal[]): void {
    for (const refusal of refusals) this.#refusals.set(refusal.name, refusal);
    for (const { name, until } of this.#refusals.values()) if (until <= this.#seconds()) this.#refusals.delete(name);
  }

  #seconds(): number {
    return Math.floor(this.#head.time / 1000);
  }

  findRefusal(name: string): KeptRefusal | undefined {
    const found = this.#refusals.get(name);
    return found === undefined || found.until <= this.#seconds() ? undefined : found;
  }

  findRefusalById(kid: string, id: string): KeptRefusal | undefined {
    return [...this.#refusals.values()].reverse().find((one) => one.kid === kid && one.id === id && one.until > this.#seconds());
  }

  record(ref: number): { readonly key: string; readonly value: string } | undefined {
    const key = this.#keyOf.get(ref);
    return key === undefined ? undefined : { key, value: this.#records.get(key)!.value };
  }

  stateLeaves(): StateLeaves {
    const encoder = new TextEncoder();
    const leaves = [...this.#records].map(([key, { ref, value }]) => {
      const keyHash = this.#sha256(encoder.encode(key));
      return { keyHash, leafHash: stateLeafHash(keyHash, this.#sha256(encoder.encode(value)), this.#sha256), ref };
    });
    leaves.sort((a, b) => Buffer.compare(a.keyHash, b.keyHash));
    const count = leaves.length;
    const keyHashes = new Uint8Array(count * 32);
    const leafHashes = new Uint8Array(count * 32);
    leaves.forEach(({ keyHash, leafHash }, i) => {
      keyHashes.set(keyHash, i * 32);
      leafHashes.set(leafHash, i * 32);
    });
    return { count, keyHashes, leafHashes, refs: Uint32Array.from(leaves, ({ ref }) => ref) };
  }

  close(): void {
    this.#leaves.length = 0;
  }
}
