/** What one node of the ledger signed, by the size of the checkpoint: only what its own keys made, and no more than there is use for. */
import { checkSignature, formatNote, isBy, type Note, signatureLine, type VerifierKey } from '@tabularium/log';
import type { Crypto } from '@tabularium/protocol';

/** A node's keys in the charter. */
export interface NodeVerifiers {
  /** Type 01, named by the origin. */
  readonly log: VerifierKey;
  /** Type 04. */
  readonly cosigner: VerifierKey;
}

/** A signature line that was found valid. */
export interface ValidLine {
  readonly line: string;
  /** Seconds since the epoch; 0 for a log's own signature, which has none. */
  readonly time: number;
}

/** A checkpoint that a node signed, with one of its two keys at least. */
export interface Statement {
  /** The checkpoint's note text. */
  readonly text: string;
  readonly log: ValidLine | undefined;
  readonly cosignature: ValidLine | undefined;
}

/** Different roots of one size that are kept of one node: two convict it, and a third may be the one that others signed too. */
const TEXTS_MAX = 3;
/** Sizes beyond ours that are kept of one node, while we are a few blocks behind. */
const AHEAD_MAX = 16;

export class NodeStatements {
  readonly #keys: NodeVerifiers;
  readonly #crypto: Crypto;
  readonly #bySize = new Map<number, Statement[]>();

  constructor(keys: NodeVerifiers, crypto: Crypto) {
    this.#keys = keys;
    this.#crypto = crypto;
  }

  get bySize(): ReadonlyMap<number, readonly Statement[]> {
    return this.#bySize;
  }

  isBy({ log, cosigner }: NodeVerifiers): boolean {
    return sameKey(log, this.#keys.log) && sameKey(cosigner, this.#keys.cosigner);
  }

  /** The statement that it signed this text. */
  of(size: number, text: string): Statement | undefined {
    return this.#bySize.get(size)?.find((one) => one.text === text);
  }

  /** The statements that it signed other texts for this size. */
  others(size: number, text: string): readonly Statement[] {
    return (this.#bySize.get(size) ?? []).filter((one) => one.text !== text);
  }

  /** Keeps what this node says in a note; of two cosignatures of one text the later one. False where none of its keys has a valid line there. */
  hear(size: number, note: Note): boolean {
    const known = this.of(size, note.text);
    const log = this.#valid(note, this.#keys.log, known?.log);
    const cosignature = this.#valid(note, this.#keys.cosigner, known?.cosignature);
    if (log === undefined && cosignature === undefined) return false;
    const statement = { text: note.text, log: known?.log ?? log, cosignature: later(known?.cosignature, cosignature) };
    const all = this.#bySize.get(size) ?? [];
    if (known !== undefined) all[all.indexOf(known)] = statement;
    else if (all.length < TEXTS_MAX) all.push(statement);
    this.#bySize.set(size, all);
    return true;
  }

  /** Lets go of what belongs to no checkpoint in `own`, but for the last that came of those larger than `newest`. */
  trim(own: ReadonlyMap<number, unknown>, newest: number): void {
    const sizes = [...this.#bySize.keys()];
    const ahead = sizes.filter((size) => size > newest);
    const past = sizes.filter((size) => size <= newest && !own.has(size));
    for (const size of [...past, ...ahead.slice(0, -AHEAD_MAX)]) this.#bySize.delete(size);
  }

  /** The first line of this key, if it is valid; what is `known` is not checked again. */
  #valid(note: Note, key: VerifierKey, known: ValidLine | undefined): ValidLine | undefined {
    const found = note.signatures.find((one) => isBy(one, key));
    if (found === undefined) return undefined;
    const line = signatureLine(found, found.signature);
    if (line === known?.line) return known;
    const check = checkSignature(key, found.signature, note.text, this.#crypto);
    return check.valid ? { line, time: check.time ?? 0 } : undefined;
  }
}

/** The statement as a signed note: enough to convict by. */
export function statementNote({ text, log, cosignature }: Statement): string {
  return formatNote(
    text,
    [log, cosignature].flatMap((one) => (one === undefined ? [] : [one.line])),
  );
}

function later(a: ValidLine | undefined, b: ValidLine | undefined): ValidLine | undefined {
  return a !== undefined && (b === undefined || b.time <= a.time) ? a : b;
}

function sameKey(a: VerifierKey, b: VerifierKey): boolean {
  return a.name === b.name && a.publicKey.every((byte, i) => byte === b.publicKey[i]);
}
