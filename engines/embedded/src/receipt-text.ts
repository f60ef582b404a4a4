/**
 * A receipt's text as core's `formatReceipt` writes it, from the entry's bytes and with Node's base64: each answer to a write carries one,
 * and core's portable way costs several times as much. A property test holds both to the same text.
 *
 * In two parts, for an answer in JSON: the proof is ASCII, in which nothing but line ends needs escaping; the checkpoint, whose dashes are
 * not, is the same for all of a block.
 */
import type { Receipt } from '@tabularium/log';

export interface ReceiptParts {
  /** Lines of ASCII, each with its end. */
  readonly proof: string;
  /** A signed note; a line of its own stands between it and the proof. */
  readonly checkpoint: string;
}

export function joinReceipt({ proof, checkpoint }: ReceiptParts): string {
  return `${proof}\n${checkpoint}`;
}

/** The part before the checkpoint. `entry` as it stands in the log: base64url and dots, which JSON never escapes. */
export function formatProofFast({
  entry,
  jwk,
  index,
  hashes,
}: Omit<Receipt, 'entry' | 'checkpoint'> & { readonly entry: Uint8Array }): string {
  const { crv, kty, x, y } = jwk;
  const head = '{"entry":"';
  const tail = `","jwk":{"crv":"${crv}","kty":"${kty}","x":"${x}","y":"${y}"}}`;
  const extra = Buffer.allocUnsafe(head.length + entry.length + tail.length);
  extra.write(head, 0, 'latin1');
  extra.set(entry, head.length);
  extra.write(tail, head.length + entry.length, 'latin1');
  let text = `c2sp.org/tlog-proof@v1\nextra ${extra.toString('base64')}\nindex ${index}\n`;
  for (const hash of hashes) text += `${Buffer.from(hash.buffer, hash.byteOffset, hash.length).toString('base64')}\n`;
  return text;
}
