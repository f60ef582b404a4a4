/**
 * The body of a witness's `add-checkpoint` (C2SP tlog-witness v1.0.0): the old size, a consistency proof from it, and
 * the signed checkpoint. Written by a node, read by a witness.
 */
import { encodeBase64 } from '@tabularium/protocol';
import { formatDecimal, parseDecimal } from './decimal.ts';
import { MAX_NOTE_LENGTH } from './note.ts';
import { MAX_PROOF_HASHES, parseHashLines } from './tlog-proof.ts';

export interface WitnessRequest {
  /** Size of the newest checkpoint that this witness has cosigned, 0 if none. */
  readonly oldSize: number;
  /** Consistency proof from the old size. */
  readonly proof: readonly Uint8Array[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
}

export function formatWitnessRequest({ oldSize, proof, checkpoint }: WitnessRequest): string {
  if (proof.length > MAX_PROOF_HASHES) throw new RangeError(`a proof of ${proof.length} hashes`);
  return `old ${formatDecimal(oldSize)}\n${proof.map((hash) => `${encodeBase64(hash)}\n`).join('')}\n${checkpoint}`;
}

/** Reads a request's structure; nothing where it is malformed. The checkpoint is handed on unread. */
export function parseWitnessRequest(body: string): WitnessRequest | undefined {
  if (body.length > MAX_NOTE_LENGTH) return undefined;
  const end = body.indexOf('\n\n');
  if (end < 0) return undefined;
  const [oldLine, ...lines] = body.slice(0, end).split('\n');
  if (oldLine === undefined || !oldLine.startsWith('old ')) return undefined;
  const oldSize = parseDecimal(oldLine.slice('old '.length));
  const proof = parseHashLines(lines);
  return oldSize === undefined || proof === undefined ? undefined : { oldSize, proof, checkpoint: body.slice(end + 2) };
}
