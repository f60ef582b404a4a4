/**
 * The witness itself (C2SP tlog-witness, `add-checkpoint`): a checkpoint is cosigned when its log signed it and it
 * follows from the last one cosigned. Nothing else is asked, so a witness needs no trust in what the log contains.
 *
 * Check, save and answer are one synchronous step, so two requests cannot interleave; the cosignature is computed
 * before the row is saved but handed out only after, so one durable write is enough.
 */
import {
  checkSignature,
  cosignatureLine,
  cosignedMessage,
  emptyRoot,
  formatVkey,
  isBy,
  type Note,
  parseCheckpoint,
  parseNote,
  parseVkey,
  parseWitnessRequest,
  signatureLine,
  type VerifierKey,
  verifyConsistency,
} from '@tabularium/log';
import { type Crypto, decodeUtf8, encodeUtf8, equalBytes, toHex } from '@tabularium/protocol';
import type { Evidence, Seen, WitnessBook } from './witness-book.ts';

/** An answer as it goes over HTTP. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly type: 'text/plain; charset=utf-8' | 'text/x.tlog.size';
  readonly body: string;
}

export interface WitnessOptions {
  readonly book: WitnessBook;
  /** This witness's own key, type 04. */
  readonly key: VerifierKey;
  /** Ed25519, 64 bytes. */
  readonly sign: (message: Uint8Array) => Uint8Array;
  /** Keys of the logs it vouches for, as vkey text of type 01; several may share one origin. */
  readonly logs: readonly string[];
  readonly crypto: Crypto;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Told once for each new piece of evidence against a log. */
  readonly onEvidence?: (origin: string, evidence: Evidence) => void;
}

/** What a witness says of itself and its logs. */
export interface WitnessStatus {
  readonly vkey: string;
  readonly logs: readonly { readonly origin: string; readonly size: number; readonly time: number; readonly evidence: number }[];
}

const TEXT = 'text/plain; charset=utf-8';

export class Witness {
  readonly #options: WitnessOptions;
  /** SHA-256 of the origin in hex → origin and keys. */
  readonly #logs = new Map<string, { readonly origin: string; readonly keys: VerifierKey[] }>();

  /** Throws RangeError when a log's vkey is malformed or not of type 01. */
  constructor(options: WitnessOptions) {
    this.#options = options;
    for (const text of options.logs) {
      const key = parseVkey(text, options.crypto);
      if (key?.type !== 0x01) throw new RangeError(`not the vkey of a log: ${text}`);
      const hash = this.#hash(key.name);
      const log = this.#logs.get(hash) ?? { origin: key.name, keys: [] };
      log.keys.push(key);
      this.#logs.set(hash, log);
    }
  }

  get vkey(): string {
    return formatVkey(this.#options.key);
  }

  /** Answers one `add-checkpoint`. Total for any body; throws only when the disk fails, and then nothing was cosigned. */
  addCheckpoint(body: Uint8Array): WitnessAnswer {
    const { crypto, book, clock } = this.#options;
    const text = decodeUtf8(body);
    const request = text === undefined ? undefined : parseWitnessRequest(text);
    const note = request === undefined ? undefined : parseNote(request.checkpoint);
    const checkpoint = note === undefined ? undefined : parseCheckpoint(note.text);
    if (request === undefined || note === undefined || checkpoint === undefined) return refused(400, 'the request is malformed');
    const { origin, size, root } = checkpoint;
    const originHash = this.#hash(origin);
    const log = this.#logs.get(originHash);
    if (log === undefined) return refused(404, 'this witness does not know the log');
    const signed = signedBy(note, log.keys, crypto);
    if (signed === undefined) return refused(403, 'no valid signature of the log');
    if (request.oldSize > size) return refused(400, 'the old size is larger than the new');

    const last = book.seen(originHash);
    if (request.oldSize !== (last?.size ?? 0)) return { status: 409, type: 'text/x.tlog.size', body: `${last?.size ?? 0}\n` };
    const time = Math.floor(clock() / 1000);
    const empty = emptyRoot(crypto.sha256);
    if (size === 0 && !equalBytes(root, empty)) return refused(422, 'the root of an empty log is the hash of nothing');
    const claim = { from: request.oldSize, fromRoot: last?.root ?? empty, to: size, toRoot: root, proof: request.proof };
    if (!verifyConsistency(claim, crypto.sha256)) {
      const reason = size === last?.size && !equalBytes(root, last.root) ? 'other-root' : 'not-consistent';
      this.#keepEvidence(originHash, origin, { time, reason, note: request.checkpoint });
      return refused(
        422,
        reason === 'other-root' ? 'another root was cosigned for this size' : 'the proof does not lead from the last checkpoint',
      );
    }

    const line = cosignatureLine(this.#options.key, time, this.#options.sign(cosignedMessage(time, note.text, crypto.utf8)));
    // Kept and served: the signatures that were verified, and this cosignature; lines of strangers are left out.
    book.save(originHash, { size, root, time, note: `${note.text}\n${signed}${line}` });
    return { status: 200, type: TEXT, body: line };
  }

  /** The newest cosigned checkpoint of the log with this SHA-256 of its origin (lowercase hex), if there is one. */
  checkpoint(originHash: string): string | undefined {
    return this.#logs.has(originHash) ? this.#options.book.seen(originHash)?.note : undefined;
  }

  /** Newest cosigned state of a log this witness vouches for. */
  seen(origin: string): Seen | undefined {
    const hash = this.#hash(origin);
    return this.#logs.has(hash) ? this.#options.book.seen(hash) : undefined;
  }

  /** Signed checkpoints that contradict what was cosigned, oldest first. */
  evidence(originHash: string): readonly Evidence[] {
    return this.#logs.has(originHash) ? this.#options.book.evidence(originHash) : [];
  }

  status(): WitnessStatus {
    const logs = [...this.#logs].map(([hash, { origin }]) => {
      const seen = this.#options.book.seen(hash);
      return { origin, size: seen?.size ?? 0, time: seen?.time ?? 0, evidence: this.#options.book.evidence(hash).length };
    });
    return { vkey: this.vkey, logs };
  }

  #keepEvidence(originHash: string, origin: string, evidence: Evidence): void {
    if (this.#options.book.saveEvidence(originHash, evidence)) this.#options.onEvidence?.(origin, evidence);
  }

  #hash(origin: string): string {
    return toHex(this.#options.crypto.sha256(encodeUtf8(origin)));
  }
}

/** The lines of known keys, verbatim in meaning; nothing when none is there or one of them does not verify (a spoilt note). */
function signedBy(note: Note, keys: readonly VerifierKey[], crypto: Crypto): string | undefined {
  let lines = '';
  for (const signature of note.signatures) {
    const key = keys.find((known) => isBy(signature, known));
    if (key === undefined) continue;
    if (!checkSignature(key, signature.signature, note.text, crypto).valid) return undefined;
    lines += signatureLine(key, signature.signature);
  }
  return lines === '' ? undefined : lines;
}

function refused(status: 400 | 403 | 404 | 422, reason: string): WitnessAnswer {
  return { status, type: TEXT, body: `${reason}\n` };
}
