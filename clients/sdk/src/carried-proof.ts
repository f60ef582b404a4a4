/**
 * Receipts and presentations on their way by paper (docs/spec/certificate.md): attached to a certificate's PDF, or in the code that stands on it. What
 * is read here proves nothing yet: it is for `verifyReceipt` and `verifyPresentation` to check, against a policy that did not come the same way.
 */
import { PRESENTATION_HEAD } from '@tabularium/protocol';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const RECEIPT = 'c2sp.org/tlog-proof@v1\n';
/** A receipt or a presentation has at most so many bytes; what inflates to more is none. */
const CARRIED_BYTES_MAX = 1024 * 1024;
const PDF_BYTES_MAX = 16 * 1024 * 1024;
const STREAM = /\bstream\r?\n/g;
/** Bytes before a stream in which its dictionary stands. */
const DICTIONARY_MAX = 2_048;

export function isPdf(file: Uint8Array): boolean {
  return latin1(file.subarray(0, 5)) === '%PDF-';
}

/**
 * The receipt within a PDF, from whoever wrote it: any attachment that is one, plain or deflated. Undefined where there is none, or two that
 * differ: whoever looks at the paper could not tell which of them was checked.
 */
export function receiptInPdf(pdf: Uint8Array): Promise<string | undefined> {
  return inPdf(pdf, RECEIPT);
}

/** The presentation within a PDF, by the same rules: of a certificate that carries fields, whose holder's file it is. */
export function presentationInPdf(pdf: Uint8Array): Promise<string | undefined> {
  return inPdf(pdf, PRESENTATION_HEAD);
}

/** `begins`: how the attachment that is looked for does. */
async function inPdf(pdf: Uint8Array, begins: string): Promise<string | undefined> {
  if (!isPdf(pdf) || pdf.length > PDF_BYTES_MAX) return undefined;
  const text = latin1(pdf);
  const found = new Set<string>();
  for (const { index, 0: keyword } of text.matchAll(STREAM)) {
    const near = text.slice(Math.max(0, index - DICTIONARY_MAX), index);
    const dictionary = near.slice(near.lastIndexOf(' obj') + 1);
    if (!dictionary.includes('/EmbeddedFile')) continue;
    const from = index + keyword.length;
    const stated = /\/Length (\d+)(?! \d+ R)\b/.exec(dictionary)?.[1];
    const data = pdf.subarray(from, stated === undefined ? endOf(text, from) : from + Number(stated));
    const bytes = dictionary.includes('/FlateDecode') ? await inflated(data, 'deflate') : data;
    const carried = bytes === undefined ? undefined : utf8(bytes);
    if (carried?.startsWith(begins)) found.add(carried);
  }
  return found.size === 1 ? [...found][0] : undefined;
}

/** The receipt in a code's text, or behind the `#` of an address; undefined where it holds none. */
export function receiptInCode(text: string): Promise<string | undefined> {
  return inCode(text, RECEIPT, /#r=([A-Z2-7]+)$/);
}

/** The presentation in a code's text, or behind the `#` of an address; undefined where it holds none. */
export function presentationInCode(text: string): Promise<string | undefined> {
  return inCode(text, PRESENTATION_HEAD, /#p=([A-Z2-7]+)$/);
}

async function inCode(text: string, begins: string, packed: RegExp): Promise<string | undefined> {
  if (text.startsWith(begins)) return text;
  const letters = packed.exec(text)?.[1];
  const bytes = letters === undefined ? undefined : await inflated(fromBase32(letters), 'deflate-raw');
  const undone = bytes === undefined ? undefined : utf8(bytes);
  if (!undone?.startsWith(begins)) return undefined;
  return undone.replace(/^extra ([\x20-\x7e]*)$/m, (_, json: string) => `extra ${btoa(json)}`);
}

/** What stands behind `#p=` in a link or a code: a presentation, packed as a receipt on a certificate is. */
export async function packPresentation(presentation: string): Promise<string> {
  const undone = presentation.replace(/^extra ([A-Za-z0-9+/=]+)$/m, (_, extra: string) => `extra ${atob(extra)}`);
  const deflated = new Blob([undone]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return toBase32(new Uint8Array(await new Response(deflated).arrayBuffer()));
}

/** Where a stream ends whose length is not told: before the line that says so. */
function endOf(text: string, from: number): number {
  const end = text.indexOf('endstream', from);
  return end === -1 ? from : text.slice(from, end).replace(/\r?\n$/, '').length + from;
}

async function inflated(bytes: Uint8Array, format: 'deflate' | 'deflate-raw'): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream(format));
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > CARRIED_BYTES_MAX) {
        await reader.cancel();
        return undefined;
      }
      parts.push(value);
    }
  } catch {
    return undefined;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** RFC 4648 §6, without padding. */
function fromBase32(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const letter of text) {
    held = (held << 5) | BASE32.indexOf(letter);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = held >> bits;
    held &= (1 << bits) - 1;
  }
  return bytes;
}

function toBase32(bytes: Uint8Array): string {
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

/** A letter for each byte. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return text;
}

/** Undefined where the bytes are none. */
function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
