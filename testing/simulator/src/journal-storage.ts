/**
 * The `Storage` port over a disk that may fail: a journal of records, one sync per block, and an image in memory (the
 * project's own `MemoryStorage`) that is rebuilt from the journal at each start. A block is there when all its records
 * are there, whole and in order; the first gap ends recovery. It exists so that lost, torn and unsynced writes can be
 * played in a seed; SQLite, which does the same with its write-ahead log, is tested by killing processes.
 */
import {
  type BlockCommit,
  type Head,
  type KeptRefusal,
  type StateLeaves,
  type Storage,
  StorageFull,
  type StoredBlock,
} from '@tabularium/engine-port';
import type { StoredEvent } from '@tabularium/kernel';
import { DiskFull, type SimulatedDisk } from './simulated-disk.ts';

/** A block is written in parts, so that a power loss can come between any two of them. */
const PARTS = ['leaves', 'state', 'ids', 'events', 'seal'] as const;

type Content =
  | { readonly kind: 'block'; readonly part: (typeof PARTS)[number]; readonly block: BlockCommit }
  | { readonly kind: 'checkpoint'; readonly text: string; readonly which: 'newest' | 'witnessed' }
  | { readonly kind: 'anchor'; readonly text: string }
  | { readonly kind: 'refusals'; readonly refusals: readonly KeptRefusal[] };

/** `place` counts the journal's records from 0, so that a lost one is a gap even between two whole blocks. */
export type JournalRecord = Content & { readonly place: number };

export class JournalStorage implements Storage {
  readonly #disk: SimulatedDisk<JournalRecord>;
  readonly #image: Storage;

  /** Starts on what the disk holds after `restart()`; `emptyImage` gives a fresh store without content. */
  constructor(disk: SimulatedDisk<JournalRecord>, emptyImage: () => Storage) {
    this.#disk = disk;
    this.#image = emptyImage();
    this.#recover();
  }

  #recover(): void {
    const journal = this.#disk.restart();
    const whole = journal.findIndex(({ record, torn }, at) => torn || record.place !== at);
    const readable = (whole === -1 ? journal : journal.slice(0, whole)).map(({ record }) => record);
    let at = 0;
    while (at < readable.length) {
      const record = readable[at]!;
      if (record.kind === 'block') {
        if (readable[at + PARTS.length - 1] === undefined) break;
        this.#image.commit(record.block);
        at += PARTS.length;
      } else {
        if (record.kind === 'checkpoint') this.#image.saveCheckpoint(record.text, record.which);
        else if (record.kind === 'anchor') this.#image.saveAnchor(record.text);
        else this.#image.saveRefusals(record.refusals);
        at += 1;
      }
    }
    this.#disk.keepFirst(at);
  }

  commit(block: BlockCommit): readonly number[] {
    this.#write(PARTS.map((part) => ({ kind: 'block', part, block })));
    let refs: readonly number[];
    try {
      refs = this.#image.commit(block);
    } catch (error) {
      // Not a block that follows: nothing of it may be found at the next start.
      this.#disk.truncate(PARTS.length);
      throw error;
    }
    this.#disk.sync();
    return refs;
  }

  /** All of the records or none: a full disk leaves nothing behind. */
  #write(records: readonly Content[]): void {
    let written = 0;
    try {
      for (const record of records) {
        this.#disk.write({ ...record, place: this.#disk.used });
        written++;
      }
    } catch (error) {
      if (!(error instanceof DiskFull)) throw error;
      this.#disk.truncate(written);
      throw new StorageFull(error.message);
    }
  }

  saveCheckpoint(checkpoint: string, which: 'newest' | 'witnessed' = 'newest'): void {
    this.#write([{ kind: 'checkpoint', text: checkpoint, which }]);
    this.#image.saveCheckpoint(checkpoint, which);
  }

  anchor(): string | undefined {
    return this.#image.anchor();
  }

  saveAnchor(anchor: string): void {
    this.#write([{ kind: 'anchor', text: anchor }]);
    this.#image.saveAnchor(anchor);
  }

  saveRefusals(refusals: readonly KeptRefusal[]): void {
    this.#write([{ kind: 'refusals', refusals }]);
    this.#image.saveRefusals(refusals);
  }

  get(key: string): string | undefined {
    return this.#image.get(key);
  }

  scan(start: string, end: string, limit: number): readonly (readonly [key: string, value: string])[] {
    return this.#image.scan(start, end, limit);
  }

  head(): Head {
    return this.#image.head();
  }

  leaves(from: number, to: number): readonly Uint8Array[] {
    return this.#image.leaves(from, to);
  }

  tile(level: number, index: number): Uint8Array | undefined {
    return this.#image.tile(level, index);
  }

  block(height: number): StoredBlock | undefined {
    return this.#image.block(height);
  }

  blockOf(index: number): StoredBlock | undefined {
    return this.#image.blockOf(index);
  }

  events(
    from: number,
    to: number,
  ): Iterable<{ readonly height: number; readonly time: number; readonly first: number; readonly events: readonly StoredEvent[] }> {
    return this.#image.events(from, to);
  }

  findId(kid: string, id: string, now: number): number | undefined {
    return this.#image.findId(kid, id, now);
  }

  findName(name: string): number | undefined {
    return this.#image.findName(name);
  }

  findRefusal(name: string): KeptRefusal | undefined {
    return this.#image.findRefusal(name);
  }

  findRefusalById(kid: string, id: string): KeptRefusal | undefined {
    return this.#image.findRefusalById(kid, id);
  }

  record(ref: number): { readonly key: string; readonly value: string } | undefined {
    return this.#image.record(ref);
  }

  stateLeaves(source?: 'quick' | 'records'): StateLeaves {
    return source === undefined ? this.#image.stateLeaves() : this.#image.stateLeaves(source);
  }

  close(): void {
    this.#image.close();
  }
}
