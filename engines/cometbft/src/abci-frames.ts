/**
 * Messages on an ABCI socket: each after its length as an unsigned varint (CometBFT v0.39, "ABCI++ Client and Server", socket protocol;
 * the varint as in Protocol Buffers' encoding).
 */

/** A block of 4 MiB in a request with its commit, and room to spare. */
const MAX_MESSAGE = 64 * 1024 * 1024;
const MAX_VARINT_BYTES = 5;

/** Cuts what arrives into messages. */
export class FrameReader {
  #parts: Uint8Array[] = [];
  #length = 0;
  /** Bytes without which the first message cannot be whole. */
  #needed = 1;

  /** The messages that are whole now. Throws RangeError at a length that no message has; nothing more can be read then. */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#parts.push(chunk);
    this.#length += chunk.length;
    // A large message comes in many parts; they are joined once.
    if (this.#length < this.#needed) return [];
    const bytes = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts, this.#length);
    const messages: Uint8Array[] = [];
    let at = 0;
    this.#needed = 1;
    for (;;) {
      const length = readLength(bytes, at);
      if (length === undefined) break;
      const end = at + length.bytes + length.value;
      if (end > bytes.length) {
        this.#needed = end - at;
        break;
      }
      messages.push(bytes.subarray(at + length.bytes, end));
      at = end;
    }
    const rest = bytes.subarray(at);
    this.#parts = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
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
