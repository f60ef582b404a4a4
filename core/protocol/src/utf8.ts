/**
 * UTF-8 (RFC 3629), strict: overlong forms, surrogates, code points above 10FFFF and cut sequences are refused, a byte
 * order mark is kept as U+FEFF. Written here, and not taken from the platform, because what a node accepts must not
 * depend on which decoder it runs on, and because encoding a transaction needs nothing else from outside.
 */
import { asciiTextUnchecked } from './bytes.ts';

/** The text of well-formed UTF-8, otherwise undefined. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  let seen = 0;
  for (let i = 0; i < bytes.length; i++) seen |= bytes[i] as number;
  return seen < 0x80 ? asciiTextUnchecked(bytes) : decodeMultibyte(bytes);
}

/** Table 3-7 of the Unicode Standard, as the ranges allowed for the second byte after each first byte. */
function decodeMultibyte(bytes: Uint8Array): string | undefined {
  let text = '';
  let runStart = 0;
  let i = 0;
  while (i < bytes.length) {
    const first = bytes[i] as number;
    if (first < 0x80) {
      i++;
      continue;
    }
    if (runStart < i) text += asciiTextUnchecked(bytes.subarray(runStart, i));
    let point: number;
    let length: number;
    let low = 0x80;
    let high = 0xbf;
    if (first >= 0xc2 && first <= 0xdf) {
      point = first & 0x1f;
      length = 2;
    } else if (first >= 0xe0 && first <= 0xef) {
      point = first & 0x0f;
      length = 3;
      if (first === 0xe0) low = 0xa0;
      if (first === 0xed) high = 0x9f;
    } else if (first >= 0xf0 && first <= 0xf4) {
      point = first & 0x07;
      length = 4;
      if (first === 0xf0) low = 0x90;
      if (first === 0xf4) high = 0x8f;
    } else {
      return undefined;
    }
    if (i + length > bytes.length) return undefined;
    for (let k = 1; k < length; k++) {
      const next = bytes[i + k] as number;
      if (next < low || next > high) return undefined;
      point = (point << 6) | (next & 0x3f);
      low = 0x80;
      high = 0xbf;
    }
    text += String.fromCodePoint(point);
    i += length;
    runStart = i;
  }
  return runStart < i ? text + asciiTextUnchecked(bytes.subarray(runStart, i)) : text;
}

/** UTF-8 of a well-formed text. Throws RangeError on a lone surrogate, which has no UTF-8. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) {
      bytes[at++] = code;
    } else if (code < 0x800) {
      bytes[at++] = 0xc0 | (code >> 6);
      bytes[at++] = 0x80 | (code & 0x3f);
    } else if (code < 0xd800 || code > 0xdfff) {
      bytes[at++] = 0xe0 | (code >> 12);
      bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[at++] = 0x80 | (code & 0x3f);
    } else {
      const point = 0x10000 + ((code & 0x3ff) << 10) + (text.charCodeAt(++i) & 0x3ff);
      bytes[at++] = 0xf0 | (point >> 18);
      bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[at++] = 0x80 | (point & 0x3f);
    }
  }
  return bytes;
}

function utf8Length(text: string): number {
  if (!text.isWellFormed()) throw new RangeError('A lone surrogate has no UTF-8.');
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    // A surrogate pair is two code units and four bytes: one more for each unit.
    length += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return length;
}
