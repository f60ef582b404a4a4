/** A request's body as text, bounded: its length is known before any of it is read. */
import type { IncomingMessage } from 'node:http';

export type BodyResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: 'length-required' | 'body-too-large' | 'request-malformed' };

export async function readBody(request: IncomingMessage, maxBytes: number): Promise<BodyResult> {
  const length = request.headers['content-length'];
  if (length === undefined) return { ok: false, code: 'length-required' };
  // The HTTP parser has read the header as a number, and holds the sender to it.
  if (Number(length) > maxBytes) return { ok: false, code: 'body-too-large' };
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts)) };
  } catch {
    return { ok: false, code: 'request-malformed' };
  }
}
