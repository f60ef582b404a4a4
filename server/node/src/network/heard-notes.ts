/**
 * The largest checkpoint that each other node ever signed, as far as this one has heard: kept on disk, for a node that is laid back from an
 * older copy asks for it, maybe long after, and whoever is asked may have begun anew meanwhile.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { sizeIn } from '@tabularium/engine-port/checkpoints';
import { readIfThere } from '../data-directory.ts';

/** A power cut may cost so much; whoever is asked is not the only one. */
const SAVE_MS = 1_000;

export class HeardNotes {
  readonly #path: string;
  readonly #notes: Map<string, string>;
  readonly #report: (error: unknown) => void;
  #saving: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** `report` is told where they cannot be read or kept: no node stands still for that. */
  constructor(path: string, report: (error: unknown) => void) {
    this.#path = path;
    this.#report = report;
    this.#notes = new Map(Object.entries(this.#kept()));
  }

  /** A checkpoint with this node's valid signature. */
  add(node: string, note: string): void {
    const known = this.#notes.get(node);
    if (known !== undefined && sizeIn(known) >= sizeIn(note)) return;
    this.#notes.set(node, note);
    if (!this.#isClosed) this.#saving ??= setTimeout(() => this.#save(), SAVE_MS).unref();
  }

  /** Forgets what is not so any more: a node's keys may have become another's. */
  keep(isRight: (node: string, note: string) => boolean): void {
    for (const [node, note] of this.#notes) if (!isRight(node, note)) this.#notes.delete(node);
  }

  /** Leaves of the largest of them; 0 where nothing was heard. */
  get largest(): number {
    return Math.max(0, ...[...this.#notes.values()].map(sizeIn));
  }

  of(node: string): string | undefined {
    return this.#notes.get(node);
  }

  /** From here on the folder is somebody else's. */
  close(): void {
    this.#isClosed = true;
    if (this.#saving !== undefined) this.#save();
  }

  /** Whole or not at all, but for a power cut. */
  #save(): void {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    try {
      writeFileSync(`${this.#path}.partial`, `${JSON.stringify(Object.fromEntries(this.#notes))}\n`);
      renameSync(`${this.#path}.partial`, this.#path);
    } catch (error) {
      this.#report(error);
    }
  }

  #kept(): Readonly<Record<string, string>> {
    const file = readIfThere(this.#path);
    try {
      return file === undefined ? {} : (JSON.parse(Buffer.from(file).toString('utf8')) as Record<string, string>);
    } catch (error) {
      this.#report(error);
      return {};
    }
  }
}
