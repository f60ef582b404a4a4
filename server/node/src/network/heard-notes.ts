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
  #saving: NodeJS.Timeout | undefined;

  constructor(path: string) {
    this.#path = path;
    const file = readIfThere(path);
    this.#notes = new Map(
      Object.entries(file === undefined ? {} : (JSON.parse(Buffer.from(file).toString('utf8')) as Record<string, string>)),
    );
  }

  /** A checkpoint with this node's valid signature. */
  add(node: string, note: string): void {
    const known = this.#notes.get(node);
    if (known !== undefined && sizeIn(known) >= sizeIn(note)) return;
    this.#notes.set(node, note);
    this.#saving ??= setTimeout(() => this.save(), SAVE_MS).unref();
  }

  /** Leaves of the largest of them; 0 where nothing was heard. */
  get largest(): number {
    return Math.max(0, ...[...this.#notes.values()].map(sizeIn));
  }

  of(node: string): string | undefined {
    return this.#notes.get(node);
  }

  /** Whole or not at all. */
  save(): void {
    if (this.#saving === undefined) return;
    clearTimeout(this.#saving);
    this.#saving = undefined;
    writeFileSync(`${this.#path}.partial`, `${JSON.stringify(Object.fromEntries(this.#notes))}\n`);
    renameSync(`${this.#path}.partial`, this.#path);
  }
}
