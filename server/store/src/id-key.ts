/**
 * Ids and key ids as the `id` table holds them: 16 and 32 bytes in place of 26 and 43 characters, and ULIDs in the order of their
 * time, so that new ids come to the end of the table.
 */
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const VALUES = new Uint8Array(128).fill(0xff);
for (let i = 0; i < 32; i++) VALUES[CROCKFORD.charCodeAt(i)] = i;

/** The 128 bits of a ULID (26 characters of Crockford's base32, upper case). Throws RangeError on anything else. */
export function ulidBytes(id: string): Uint8Array {
  const bytes = new Uint8Array(16);
  if (id.length !== 26 || id.charCodeAt(0) > 0x37) throw new RangeError('not a ULID');
  // 26 × 5 = 130 bits, of which the first two are zero.
  let buffer = 0;
  let bits = -2;
  let at = 0;
  for (let i = 0; i < 26; i++) {
    const code = id.charCodeAt(i);
    const value = code < 128 ? VALUES[code]! : 0xff;
    if (value === 0xff) throw new RangeError('not a ULID');
    buffer = ((buffer << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = buffer >> bits;
    }
  }
  return bytes;
}

/** The ULID of its 128 bits. */
export function ulidText(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (let shift = 125n; shift >= 0n; shift -= 5n) text += CROCKFORD[Number((value >> shift) & 31n)];
  return text;
}

/** The 32 bytes of an RFC 7638 thumbprint in base64url. Throws RangeError on anything else. */
export function kidBytes(kid: string): Uint8Array {
  const bytes = Buffer.from(kid, 'base64url');
  if (kid.length !== 43 || bytes.length !== 32) throw new RangeError('not a key id');
  return bytes;
}
