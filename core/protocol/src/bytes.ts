/**
 * Bytes as core needs them: joined, compared, and written as hex or ASCII.
 *
 * Core has neither Buffer nor TextEncoder, so these few functions stand here once. Every reader is strict: it
 * answers undefined or throws rather than guess, because two nodes that guess differently would fork.
 */

const HEX_DIGITS = '0123456789abcdef';
const HEX_PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => `${HEX_DIGITS[byte >> 4]}${HEX_DIGITS[byte & 15]}`);

/** Lowercase hex, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += HEX_PAIRS[bytes[i] as number];
  return text;
}

/** Reads lowercase hex. Throws RangeError on an odd length or any other character, uppercase included: one value, one spelling. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) throw new RangeError('Hex must have an even number of digits.');
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (hexDigit(text.charCodeAt(2 * i)) << 4) | hexDigit(text.charCodeAt(2 * i + 1));
  }
  return bytes;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x61 && code <= 0x66) return code - 0x57;
  throw new RangeError('Hex must consist of the digits 0-9 and a-f.');
}

/** One array with all parts in order. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Whether both hold the same bytes. Not constant-time: nothing secret is ever compared in core. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Order of two byte strings, unsigned, shorter first where one begins the other: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** The bytes of an ASCII text. Throws RangeError on any other character. */
export function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) throw new RangeError(`Character ${i} is not ASCII.`);
    bytes[i] = code;
  }
  return bytes;
}

/** The text of ASCII bytes. Throws RangeError on any byte above 7F. */
export function asciiText(bytes: Uint8Array): string {
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] as number) > 0x7f) throw new RangeError(`Byte ${i} is not ASCII.`);
  return asciiTextUnchecked(bytes);
}

/** How many arguments one call of String.fromCharCode gets at most; engines limit the number of arguments. */
const CALL_CHUNK = 4096;

/** The text of bytes that the caller has proved to be ASCII. */
export function asciiTextUnchecked(bytes: Uint8Array): string {
  if (bytes.length <= CALL_CHUNK) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  let text = '';
  for (let at = 0; at < bytes.length; at += CALL_CHUNK) {
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + CALL_CHUNK) as unknown as number[]);
  }
  return text;
}
