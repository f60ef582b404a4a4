/**
 * ULID (github.com/ulid/spec): 48 bits of milliseconds and 80 random bits in 26 characters of Crockford's base32. It is
 * the `id` of a transaction. One spelling only: uppercase, no I, L, O, U, first character at most 7 (else it would
 * exceed 128 bits). The time inside is the client's and is never trusted.
 */

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Whether the text is a ULID in its one spelling. */
export function isUlid(text: string): boolean {
  return ULID.test(text);
}

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The ULID of a time (integer ms UTC) and 10 random bytes: clients bring both. Throws RangeError on anything else. */
export function makeUlid(time: number, random: Uint8Array): string {
  if (!Number.isSafeInteger(time) || time < 0 || time >= 2 ** 48) throw new RangeError('The time of a ULID is below 2^48 ms.');
  if (random.length !== 10) throw new RangeError('A ULID has 10 random bytes.');
  let value = BigInt(time);
  for (const byte of random) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (let shift = 125n; shift >= 0n; shift -= 5n) text += DIGITS[Number((value >> shift) & 31n)];
  return text;
}
