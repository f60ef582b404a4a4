/**
 * Checkpoints (C2SP tlog-checkpoint v1.0.0): origin, size and root, one a line; the text of a signed note.
 *
 * This ledger writes no extension lines, since no monitor can audit them and newer cosignatures do not cover them;
 * a witness of other logs must still be able to read theirs.
 */
import { decodeBase64, encodeBase64 } from '@tabularium/protocol';
import { formatDecimal, parseDecimal } from './decimal.ts';
import { HASH_LENGTH } from './merkle-hash.ts';

export interface Checkpoint {
  readonly origin: string;
  /** Number of leaves. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** The note text of a checkpoint: what the log signs. Throws on an empty or multi-line origin, or a root that is not 32 bytes. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  if (origin === '' || origin.includes('\n')) throw new RangeError('an origin is one line and not empty');
  if (root.length !== HASH_LENGTH) throw new RangeError(`a root of ${root.length} bytes`);
  return `${origin}\n${formatDecimal(size)}\n${encodeBase64(root)}\n`;
}

/** Reads a checkpoint's note text (without signatures); nothing where it is malformed. */
export function parseCheckpoint(text: string): (Checkpoint & { readonly extensions: readonly string[] }) | undefined {
  if (!text.endsWith('\n')) return undefined;
  const [origin, sizeText, rootText, ...extensions] = text.slice(0, -1).split('\n');
  if (!origin || sizeText === undefined || rootText === undefined || extensions.includes('')) return undefined;
  const size = parseDecimal(sizeText);
  const root = decodeBase64(rootText);
  if (size === undefined || root?.length !== HASH_LENGTH) return undefined;
  return { origin, size, root, extensions };
}
