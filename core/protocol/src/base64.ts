/**
 * Base64 and base64url (RFC 4648 §4 and §5), strict in the sense of §3.5: only the alphabet, padding exactly where the
 * form asks for it, unused trailing bits zero. So every byte string has one spelling, and a signed text cannot be
 * respelled. JWS (RFC 7515 §2) uses base64url without padding; C2SP notes and tlog-proofs use padded base64.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const URL_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Two characters for each 12 bits: half the string operations of one character for each 6. */
function pairsOf(alphabet: string): readonly string[] {
  const pairs: string[] = [];
  for (const first of alphabet) for (const second of alphabet) pairs.push(first + second);
  return pairs;
}

/** Value of each byte as a character of the alphabet, or −1. */
function valuesOf(alphabet: string): Int8Array {
  const values = new Int8Array(256).fill(-1);
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
  return values;
}

const PAIRS = pairsOf(ALPHABET);
const URL_PAIRS = pairsOf(URL_ALPHABET);
const VALUES = valuesOf(ALPHABET);
const URL_VALUES = valuesOf(URL_ALPHABET);

function encode(bytes: Uint8Array, pairs: readonly string[], alphabet: string, padding: string): string {
  let text = '';
  const whole = bytes.length - (bytes.length % 3);
  for (let i = 0; i < whole; i += 3) {
    const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] as number) << 8) | (bytes[i + 2] as number);
    text += (pairs[group >> 12] as string) + (pairs[group & 0xfff] as string);
  }
  if (bytes.length - whole === 1) {
    text += (pairs[(bytes[whole] as number) << 4] as string) + padding + padding;
  } else if (bytes.length - whole === 2) {
    const group = ((bytes[whole] as number) << 8) | (bytes[whole + 1] as number);
    text += (pairs[group >> 4] as string) + (alphabet[(group & 15) << 2] as string) + padding;
  }
  return text;
}

/** Base64url without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  return encode(bytes, URL_PAIRS, URL_ALPHABET, '');
}

/** Base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return encode(bytes, PAIRS, ALPHABET, '=');
}

/** Reads base64url without padding; undefined where the text is not the one spelling of its bytes. */
export function decodeBase64url(text: string): Uint8Array | undefined {
  return decodeText(text, text.length, URL_VALUES);
}

/** Reads padded base64; undefined where the text is not the one spelling of its bytes. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  let length = text.length;
  if (length > 0 && text.charCodeAt(length - 1) === 0x3d) length -= text.charCodeAt(length - 2) === 0x3d ? 2 : 1;
  return decodeText(text, length, VALUES);
}

function decodeText(text: string, length: number, values: Int8Array): Uint8Array | undefined {
  const codes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return undefined;
    codes[i] = code;
  }
  return decodeCodes(codes, 0, length, values);
}

/** Reads base64url held as ASCII bytes `start` ≤ i < `end`: what a JWS is before anything is made of it. */
export function decodeBase64urlBytes(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
  return decodeCodes(bytes, start, end, URL_VALUES);
}

/** Each bad character is −1, so one test of the sign of all values together finds it; the loop stays short. */
function decodeCodes(codes: Uint8Array, start: number, end: number, values: Int8Array): Uint8Array | undefined {
  const length = end - start;
  const rest = length & 3;
  if (rest === 1) return undefined;
  const decoded = new Uint8Array((length * 3) >> 2);
  const whole = end - rest;
  let seen = 0;
  let out = 0;
  let i = start;
  for (; i < whole; i += 4) {
    const a = values[codes[i] as number] as number;
    const b = values[codes[i + 1] as number] as number;
    const c = values[codes[i + 2] as number] as number;
    const d = values[codes[i + 3] as number] as number;
    seen |= a | b | c | d;
    decoded[out] = (a << 2) | (b >> 4);
    decoded[out + 1] = (b << 4) | (c >> 2);
    decoded[out + 2] = (c << 6) | d;
    out += 3;
  }
  if (rest > 0) {
    const a = values[codes[i] as number] as number;
    const b = values[codes[i + 1] as number] as number;
    seen |= a | b;
    decoded[out] = (a << 2) | (b >> 4);
    if (rest === 2) {
      if ((b & 15) !== 0) return undefined;
    } else {
      const c = values[codes[i + 2] as number] as number;
      seen |= c;
      decoded[out + 1] = (b << 4) | (c >> 2);
      if ((c & 3) !== 0) return undefined;
    }
  }
  return seen < 0 ? undefined : decoded;
}
