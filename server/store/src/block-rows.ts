/**
 * How the leaves and events of a block lie in its row.
 *
 * Leaves: C2SP tlog-tiles entry-bundle encoding, each leaf after its length in two bytes, seal last; so a bundle for the wire is a
 * matter of copying. Events: one byte that names the form, then JSON in which what all events of one transaction share is said once;
 * compressed where that is worth its time: zstd (RFC 8878) for the events of many transactions, which costs half as much as deflate and
 * saves more; deflate (RFC 1951) for a few, where zstd's preparations cost more than its work.
 */
import { constants, deflateRawSync, inflateRawSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { StorageDamaged } from '@tabularium/engine-port';
import type { Signer, StoredEvent } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';

const PLAIN = 0;
const DEFLATED = 1;
const ZSTD = 2;
/** From this many bytes on. */
const WORTH_DEFLATING = 400;
const WORTH_ZSTD = 4_096;
const FASTEST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

type EventGroup = [
  tx: string,
  entry: number,
  action: string,
  signers: readonly Signer[],
  events: [type: string, data: JsonObject, keys: readonly string[]][],
];

/** The events of a block as its row holds them; no events are no bytes. */
export function encodeEvents(events: readonly StoredEvent[]): Uint8Array {
  if (events.length === 0) return new Uint8Array(0);
  const groups: EventGroup[] = [];
  let group: EventGroup | undefined;
  for (const { tx, entry, action, signers, type, data, keys } of events) {
    if (group === undefined || group[0] !== tx || group[1] !== entry || group[2] !== action || !sameSigners(group[3], signers)) {
      group = [tx, entry, action, signers, []];
      groups.push(group);
    }
    group[4].push([type, data, keys]);
  }
  const text = Buffer.from(JSON.stringify(groups));
  if (text.length < WORTH_DEFLATING) return Buffer.concat([Uint8Array.of(PLAIN), text]);
  if (text.length >= WORTH_ZSTD) return Buffer.concat([Uint8Array.of(ZSTD), zstdCompressSync(text, FASTEST)]);
  const small = { level: constants.Z_BEST_SPEED, memLevel: 4, windowBits: 12, chunkSize: text.length };
  return Buffer.concat([Uint8Array.of(DEFLATED), deflateRawSync(text, small)]);
}

function sameSigners(a: readonly Signer[], b: readonly Signer[]): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** What `encodeEvents` wrote. Throws `StorageDamaged`, naming the height, when it cannot be that. */
export function decodeEvents(blob: Uint8Array, height: number): StoredEvent[] {
  if (blob.length === 0) return [];
  try {
    const text = readForm(blob[0], blob.subarray(1));
    const events: StoredEvent[] = [];
    for (const [tx, entry, action, signers, group] of JSON.parse(text.toString('utf8')) as EventGroup[]) {
      for (const [type, data, keys] of group) events.push({ type, data, tx, entry, action, signers, keys });
    }
    return events;
  } catch (error) {
    throw new StorageDamaged(`the events of block ${height} cannot be read`, { cause: error });
  }
}

function readForm(form: number | undefined, body: Uint8Array): Buffer {
  if (form === PLAIN) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (form === DEFLATED) return inflateRawSync(body);
  if (form === ZSTD) return zstdDecompressSync(body);
  throw new Error(`form ${form}`);
}

/** Leaves from…to (positions within the block) of a row's blob, each in bytes of its own. Throws `StorageDamaged` when the lengths do not come out even. */
export function sliceLeaves(blob: Uint8Array, from: number, to: number, height: number): Uint8Array[] {
  const leaves: Uint8Array[] = [];
  let at = 0;
  for (let n = 0; n < to; n++) {
    const length = blob[at]! * 256 + blob[at + 1]!;
    const start = at + 2;
    at = start + length;
    if (!(at <= blob.length)) throw new StorageDamaged(`the leaves of block ${height} cannot be read`);
    if (n >= from) leaves.push(blob.slice(start, at));
  }
  return leaves;
}
