/**
 * Messages on an ABCI socket: each after its length as an unsigned varint (CometBFT v0.39, "ABCI++ Client and Server", socket protocol;
 * the varint as in Protocol Buffers' encoding).
 */

/** A block of 4 MiB in a request with its commit, and room to spare. */
const MAX_MESSAGE = 64 * 1024 * 1024;
const MAX_VARINT_BYTES = 5;

/** Cuts what arrives into messages. */
export class FrameReader {
  #rest: Uint8Array = new Uint8Array(0);

  /** The messages that are whole now. Throws RangeError at a length that no message has; nothing more can be read then. */
  push(chunk: Uint8Array): Uint8Array[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Uint8Array[] = [];
    let at = 0;
    for (;;) {
      const length = readLength(bytes, at);
      if (length === undefined || at + length.bytes + length.value > bytes.length) break;
      const start = at + length.bytes;
      at = start + length.value;
      messages.push(bytes.subarray(start, at));
    }
    this.#rest = bytes.subarray(at);
    return messages;
  }
}

/** A message with its length before it. */
export function frame(message: Uint8Array): Uint8Array {
  const length: number[] = [];
  let rest = message.length;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) length.push((rest % 0x80) | 0x80);
  length.push(rest);
  const framed = new Uint8Array(length.length + message.length);
  framed.set(length);
  framed.set(message, length.length);
  return framed;
}

function readLength(bytes: Uint8Array, at: number): { readonly value: number; readonly bytes: number } | undefined {
  let value = 0;
  for (let n = 0; n < MAX_VARINT_BYTES; n++) {
    const byte = bytes[at + n];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 0x80 ** n;
    if (byte < 0x80) {
      if (value > MAX_MESSAGE) break;
      return { value, bytes: n + 1 };
    }
  }
  throw new RangeError('a message of this length is no ABCI message');
}
