/** The newest checkpoints of a ledger as its node keeps them: its own, the one that the nodes agree on, and the one witnessed outside. */
import { parseCheckpoint, parseNote } from '@tabularium/log';
import type { Chain } from './chain.ts';
import type { Notary } from './notary.ts';
import type { Proofs } from './proofs.ts';
import type { Storage } from './storage.ts';

export interface CheckpointsOptions {
  readonly storage: Storage;
  readonly chain: Chain;
  readonly notary: Notary;
  readonly proofs: Proofs;
}

export class Checkpoints {
  readonly #options: CheckpointsOptions;

  constructor(options: CheckpointsOptions) {
    this.#options = options;
  }

  /** The newest that this node signed. */
  get own(): string {
    return this.#options.storage.head().checkpoint!;
  }

  /** The newest that as many nodes have cosigned as count; this node's own where there is none. */
  get shown(): string {
    return this.#options.storage.head().agreed ?? this.own;
  }

  /** This node's own, cosigned as of now. */
  recosign(): string {
    const { storage, notary } = this.#options;
    const note = notary.recosign(this.own);
    storage.saveCheckpoint(note);
    return note;
  }

  /** As many nodes as count have cosigned this checkpoint of ours. Throws RangeError when it is none. */
  agreed(note: string): void {
    const { storage, proofs } = this.#options;
    this.#sizeOf(note);
    storage.saveCheckpoint(note, 'agreed');
    proofs.agreed(note);
  }

  /** See `Engine.addCosignatures`. */
  addCosignatures(note: string, lines: readonly string[]): void {
    if (lines.length === 0) return;
    const { storage, notary, proofs } = this.#options;
    const size = this.#sizeOf(note);
    const { agreed, witnessed: before } = storage.head();
    const isOwn = sizeIn(this.own) === size;
    const isAgreed = agreed !== undefined && sizeIn(agreed) === size;
    const known = before === undefined ? 0 : sizeIn(before);
    // Lines gather on the fullest note of this size that there is.
    const fullest = isAgreed ? agreed : isOwn ? this.own : known === size ? before! : note;
    const witnessed = notary.addLines(fullest, lines);
    if (isOwn) storage.saveCheckpoint(notary.addLines(this.own, lines));
    if (isAgreed) this.agreed(witnessed);
    if (known > size) return;
    storage.saveCheckpoint(witnessed, 'witnessed');
    proofs.witnessed(witnessed);
  }

  /** Throws RangeError where the note is no checkpoint of this log with this node's own signature. */
  #sizeOf(note: string): number {
    const { chain, notary } = this.#options;
    const size = sizeIn(note);
    if (size === 0 || size > chain.log.size || parseNote(note)?.text !== chain.checkpointBody(size) || !notary.isOwn(note))
      throw new RangeError('not a checkpoint of this log');
    return size;
  }
}

/** 0 where the note is none. */
export function sizeIn(note: string): number {
  return parseCheckpoint(parseNote(note)?.text ?? '')?.size ?? 0;
}
