/**
 * A receipt's text as core's `formatReceipt` writes it, from the entry's bytes and with Node's base64: each answer to a write carries one,
 * and core's portable way costs several times as much. A property test holds both to the same text.
 *
 * In two parts, for an answer in JSON: the proof's lines are ASCII and need no escaping but between them; the checkpoint, whose dashes are
 * not, is the same for all of a block.
 */
import type { Receipt } from '@tabularium/log';

export interface ReceiptParts {
  /** Lines of ASCII, without their ends. */
  readonly proof: readonly string[];
  /** A signed note; an empty line stands between it and the proof. */
  readonly checkpoint: string;
}

export function joinReceipt({ proof, checkpoint }: ReceiptParts): string {
  return `${proof.join('\n')}\n\n${checkpoint}`;
}

/** The lines before the checkpoint. `entry` as it stands in the log: base64url and dots, which JSON never escapes. */
export function proofLines({
  entry,
  jwk,
  index,
  hashes,
}: Omit<Receipt, 'entry' | 'checkpoint'> & { readonly entry: Uint8Array }): readonly string[] {
  const { crv, kty, x, y } = jwk;
  const head = '{"entry":"';
  const tail = `","jwk":{"crv":"${crv}","kty":"${kty}","x":"${x}","y":"${y}"}}`;
  const extra = Buffer.allocUnsafe(head.length + entry.length + tail.length);
  extra.write(head, 0, 'latin1');
  extra.set(entry, head.length);
  extra.write(tail, head.length + entry.length, 'latin1');
  const lines = ['c2sp.org/tlog-proof@v1', `extra ${extra.toString('base64')}`, `index ${index}`];
  for (const hash of hashes) lines.push(Buffer.from(hash.buffer, hash.byteOffset, hash.length).toString('base64'));
  return lines;
}
