/**
 * The code to scan (docs/spec/certificate.md). It is an address of the page that checks proofs, with the whole proof behind the `#`, which
 * browsers never send: a phone's own camera opens it, and our page's scanner reads the same. The proof is written anew so that it fits: the
 * base64 of its `extra` line undone, deflated, in base32, which a code packs tighter than base64.
 */
import { deflateRawSync } from 'node:zlib';
import { PRESENTATION_HEAD } from '@tabularium/protocol';
import QRCode from 'qrcode';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** What a code of the largest size at the lowest level of correction takes of base32 beside an address; more is not scanned by any phone. */
const BASE32_MAX = 3_800;
const EXTRA = /^extra ([A-Za-z0-9+/=]+)$/m;

export interface ScanCode {
  /** False where the proof was too long: then the code holds the entry's address and name. */
  readonly whole: boolean;
  readonly text: string;
  /** Rows of dark (true) and light modules, without the quiet zone. */
  readonly rows: readonly (readonly boolean[])[];
}

/** `proof`: a receipt or a presentation; `base`: where the office's pages are, without a slash at its end; `name`: the transaction's. */
export function scanCodeOf(proof: string, base: string, name: string): ScanCode {
  const packed = pack(proof);
  const whole = packed.length <= BASE32_MAX;
  const address = whole ? `${base}/verify#${proof.startsWith(PRESENTATION_HEAD) ? 'p' : 'r'}=` : `${base}/entries/${name}`;
  const bytes = { data: Buffer.from(address), mode: 'byte' } as const;
  const { modules } = QRCode.create(whole ? [bytes, { data: packed, mode: 'alphanumeric' }] : [bytes], { errorCorrectionLevel: 'L' });
  const rows = Array.from({ length: modules.size }, (_, y) => Array.from({ length: modules.size }, (_, x) => modules.get(y, x) === 1));
  return { whole, text: whole ? address + packed : address, rows };
}

function pack(proof: string): string {
  const undone = proof.replace(EXTRA, (_, extra: string) => `extra ${Buffer.from(extra, 'base64').toString('latin1')}`);
  return base32(deflateRawSync(Buffer.from(undone, 'utf8'), { level: 9 }));
}

/** RFC 4648 §6, without padding. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += BASE32[(held >> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + BASE32[(held << (5 - bits)) & 31];
}
