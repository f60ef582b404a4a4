/**
 * The little of protobuf (proto3 wire format) that ICS-23 proofs are made of: varints and length-delimited fields.
 *
 * Writing follows the usual encoders: fields in ascending order, default values left out. Reading gives fields in the
 * order in which they stand; the one who reads decides what may be there (`ics23.ts` encodes again and compares).
 */
import { concatBytes } from '@tabularium/protocol';

export interface ProtobufField {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/** Longest varint read: 4 bytes, 28 bits. Nothing in a proof is longer. */
const MAX_VARINT_BYTES = 4;

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** A varint field; nothing where the value is the default, 0. */
export function varintField(number: number, value: number): Uint8Array {
  return value === 0 ? new Uint8Array(0) : concatBytes(varint(number * 8), varint(value));
}

/** A bytes field; nothing where it is empty. */
export function bytesField(number: number, value: Uint8Array): Uint8Array {
  return value.length === 0 ? value : messageField(number, value);
}

/** A nested message, written even when it is empty. */
export function messageField(number: number, value: Uint8Array): Uint8Array {
  return concatBytes(varint(number * 8 + 2), varint(value.length), value);
}

/** The fields of a message; nothing where the bytes are not one. */
export function readFields(bytes: Uint8Array): ProtobufField[] | undefined {
  const fields: ProtobufField[] = [];
  let at = 0;
  const readVarint = (): number | undefined => {
    let value = 0;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = bytes[at++];
      if (byte === undefined) return undefined;
      value |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (at < bytes.length) {
    const tag = readVarint();
    if (tag === undefined) return undefined;
    const number = tag >> 3;
    const type = tag & 7;
    const value = readVarint();
    if (value === undefined) return undefined;
    if (type === 0) {
      fields.push({ number, value });
    } else if (type === 2) {
      if (value > bytes.length - at) return undefined;
      fields.push({ number, value: bytes.slice(at, at + value) });
      at += value;
    } else {
      return undefined;
    }
  }
  return fields;
}
