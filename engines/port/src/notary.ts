/**
 * Checkpoints as signed notes: the log's own signature and this node's cosignature (C2SP tlog-checkpoint, tlog-cosignature), and what
 * others add to them.
 *
 * A cosignature says "as of this time, the largest I have seen", so an old checkpoint is never cosigned anew; lines that witnesses made
 * for it stay good for ever.
 */
import {
  checkSignature,
  cosignatureLine,
  cosignedMessage,
  formatNote,
  isBy,
  logSignatureLine,
  MAX_NOTE_SIGNATURES,
  type NoteSignature,
  parseNote,
  parseSignatureLines,
  parseVkey,
  signatureLine,
  type VerifierKey,
} from '@tabularium/log';
import type { Crypto } from '@tabularium/protocol';
import type { Clock, NodeSigner } from './engine.ts';

export interface NotaryOptions {
  readonly origin: string;
  readonly signer: NodeSigner;
  readonly clock: Clock;
  readonly crypto: Crypto;
  /** Verifier keys of `signer`: `log` is named by the origin. */
  readonly vkeys: { readonly log: string; readonly cosigner: string };
}

export class Notary {
  readonly #signer: NodeSigner;
  readonly #clock: Clock;
  readonly #crypto: Crypto;
  readonly #log: VerifierKey;
  readonly #cosigner: VerifierKey;
  #newestSeconds = 0;

  /** Throws RangeError when a verifier key is not one, or not of its kind, or the log key is not named by the origin. */
  constructor({ origin, signer, clock, crypto, vkeys }: NotaryOptions) {
    const log = parseVkey(vkeys.log, crypto);
    const cosigner = parseVkey(vkeys.cosigner, crypto);
    if (log?.type !== 0x01 || log.name !== origin) throw new RangeError('vkeys.log is not a log key (type 01) named by the origin');
    if (cosigner?.type !== 0x04) throw new RangeError('vkeys.cosigner is not a cosigner key (type 04)');
    this.#signer = signer;
    this.#clock = clock;
    this.#crypto = crypto;
    this.#log = log;
    this.#cosigner = cosigner;
  }

  /** Time of this node's newest cosignature, seconds since the epoch; 0 before the first. */
  get newestSeconds(): number {
    return this.#newestSeconds;
  }

  /** The signed note of a checkpoint's text: the newest, for it is cosigned as of now. */
  sign(body: string): string {
    const logLine = logSignatureLine(this.#log, this.#signer.signLog(this.#crypto.utf8.encode(body)));
    return formatNote(body, [logLine, this.#cosign(body)]);
  }

  /** The same note with this node's cosignature as of now; all other lines stay. */
  recosign(note: string): string {
    const { text, signatures } = readNote(note);
    const others = signatures.filter((line) => !isBy(line, this.#cosigner));
    const own = others.findIndex((line) => isBy(line, this.#log)) + 1;
    const lines = others.map((line) => signatureLine(line, line.signature));
    lines.splice(own, 0, this.#cosign(text));
    return formatNote(text, lines);
  }

  /** True if the note bears this log's own signature. */
  isOwn(note: string): boolean {
    const parsed = parseNote(note);
    if (parsed === undefined) return false;
    return parsed.signatures.some(
      (line) => isBy(line, this.#log) && checkSignature(this.#log, line.signature, parsed.text, this.#crypto).valid,
    );
  }

  /**
   * The note with other people's signature lines; a newer line of a key replaces its older one. Throws RangeError when `lines` are no
   * signature lines; lines of this node's own keys are left out.
   */
  addLines(note: string, lines: readonly string[]): string {
    const added = parseSignatureLines(lines.join(''));
    if (added === undefined) throw new RangeError('not signature lines');
    const { text, signatures } = readNote(note);
    let merged = signatures.filter((line) => !added.some((one) => sameKey(one, line)) || this.#isOwnKey(line));
    for (const line of added) if (!this.#isOwnKey(line)) merged = [...merged.filter((one) => !sameKey(one, line)), line];
    return formatNote(
      text,
      merged.slice(0, MAX_NOTE_SIGNATURES).map((line) => signatureLine(line, line.signature)),
    );
  }

  #isOwnKey(line: NoteSignature): boolean {
    return isBy(line, this.#log) || isBy(line, this.#cosigner);
  }

  #cosign(body: string): string {
    // A clock that was set back must not make a checkpoint look older than one before it.
    this.#newestSeconds = Math.max(this.#newestSeconds, Math.floor(this.#clock() / 1000));
    const signature = this.#signer.signCosign(cosignedMessage(this.#newestSeconds, body, this.#crypto.utf8));
    return cosignatureLine(this.#cosigner, this.#newestSeconds, signature);
  }
}

function sameKey(a: NoteSignature, b: NoteSignature): boolean {
  return a.name === b.name && a.id.every((byte, i) => b.id[i] === byte);
}

function readNote(note: string): { readonly text: string; readonly signatures: readonly NoteSignature[] } {
  const parsed = parseNote(note);
  if (parsed === undefined) throw new Error('the newest checkpoint is not a signed note');
  return parsed;
}
