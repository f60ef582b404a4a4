/**
 * Proofs of inclusion as text (C2SP tlog-proof, `c2sp.org/tlog-proof@v1`): optional extra data, index, hashes, and the
 * signed checkpoint verbatim. A receipt is one whose extra data carry the entry and its signer's key (`docs/spec/receipt.md`).
 */
import { decodeBase64, encodeBase64 } from '@tabularium/protocol';
import { formatDecimal, parseDecimal } from './decimal.ts';
import { HASH_LENGTH } from './merkle-hash.ts';

export interface TlogProof {
  /** Opaque and not authenticated by itself. */
  readonly extra?: Uint8Array;
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Uint8Array[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
}

/** Characters of a whole proof: an entry of 60 KiB twice in base64, and a note. */
export const MAX_PROOF_LENGTH = 1024 * 1024;
/** A tree has less than 2^63 leaves, so a path is no longer. */
export const MAX_PROOF_HASHES = 63;

const HEADER = 'c2sp.org/tlog-proof@v1';

export function formatTlogProof({ extra, index, hashes, checkpoint }: TlogProof): string {
  const extraLine = extra === undefined ? '' : `extra ${encodeBase64(extra)}\n`;
  const hashLines = hashes.map((hash) => `${encodeBase64(hash)}\n`).join('');
  return `${HEADER}\n${extraLine}index ${formatDecimal(index)}\n${hashLines}\n${checkpoint}`;
}

/** Reads a proof's structure; nothing where it is malformed. The checkpoint is handed on unread. */
export function parseTlogProof(text: string): TlogProof | undefined {
  if (text.length > MAX_PROOF_LENGTH) return undefined;
  const end = text.indexOf('\n\n');
  if (end < 0) return undefined;
  const [header, ...lines] = text.slice(0, end).split('\n');
  if (header !== HEADER) return undefined;
  let extra: Uint8Array | undefined;
  if (lines[0]?.startsWith('extra ')) {
    extra = decodeBase64(lines.shift()!.slice('extra '.length));
    if (extra === undefined) return undefined;
  }
  const indexLine = lines.shift();
  if (indexLine === undefined || !indexLine.startsWith('index ')) return undefined;
  const index = parseDecimal(indexLine.slice('index '.length));
  const hashes = parseHashLines(lines);
  if (index === undefined || hashes === undefined) return undefined;
  const proof = { index, hashes, checkpoint: text.slice(end + 2) };
  return extra === undefined ? proof : { extra, ...proof };
}

/** Reads at most 63 lines of one base64 SHA-256 hash each; nothing where any is malformed. */
export function parseHashLines(lines: readonly string[]): Uint8Array[] | undefined {
  if (lines.length > MAX_PROOF_HASHES) return undefined;
  const hashes: Uint8Array[] = [];
  for (const line of lines) {
    const hash = decodeBase64(line);
    if (hash?.length !== HASH_LENGTH) return undefined;
    hashes.push(hash);
  }
  return hashes;
}
