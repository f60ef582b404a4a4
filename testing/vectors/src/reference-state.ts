/** The compact sparse Merkle tree of ICS-23's `SmtSpec` and its protobuf proofs, written from the definition: slow, and nothing like core's tree. */
import { nodeHash } from './reference-merkle.ts';
import { sha256 } from './vector-keys.ts';

export interface StateEntry {
  readonly key: string;
  readonly value: string;
}
export interface Step {
  readonly left: boolean;
  readonly hash: Buffer;
}

export function keyHash(key: string): Buffer {
  return sha256(key);
}

export function leafHash({ key, value }: StateEntry): Buffer {
  return sha256(Buffer.concat([Buffer.from([0]), sha256(key), sha256(value)]));
}

function bit(hash: Buffer, depth: number): number {
  return (hash[depth >> 3]! >> (7 - (depth & 7))) & 1;
}

function side(entries: readonly StateEntry[], depth: number, wanted: number): StateEntry[] {
  return entries.filter(({ key }) => bit(keyHash(key), depth) === wanted);
}

export function stateRoot(entries: readonly StateEntry[], depth = 0): Buffer {
  if (entries.length === 0) return Buffer.alloc(32);
  if (entries.length === 1) return leafHash(entries[0]!);
  return nodeHash(stateRoot(side(entries, depth, 0), depth + 1), stateRoot(side(entries, depth, 1), depth + 1));
}

/** From the leaf's sibling up. */
export function statePath(entries: readonly StateEntry[], key: string, depth = 0): Step[] {
  if (entries.length <= 1) return [];
  const own = bit(keyHash(key), depth);
  const sibling = { left: own === 1, hash: stateRoot(side(entries, depth, 1 - own), depth + 1) };
  return [...statePath(side(entries, depth, own), key, depth + 1), sibling];
}

/** The entries before and after the place where an absent key would be. */
export function neighbours(entries: readonly StateEntry[], key: string): { left: StateEntry | undefined; right: StateEntry | undefined } {
  const sorted = [...entries].sort((a, b) => Buffer.compare(keyHash(a.key), keyHash(b.key)));
  return {
    left: sorted.findLast((entry) => Buffer.compare(keyHash(entry.key), keyHash(key)) < 0),
    right: sorted.find((entry) => Buffer.compare(keyHash(entry.key), keyHash(key)) > 0),
  };
}

function varint(value: number): Buffer {
  return value < 0x80 ? Buffer.from([value]) : Buffer.concat([Buffer.from([(value & 0x7f) | 0x80]), varint(value >> 7)]);
}

/** A length-delimited field. */
export function bytesField(number: number, value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value as Uint8Array);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/** A varint field. */
export function numberField(number: number, value: number): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

/** LeafOp of `SmtSpec`: SHA-256 three times, no length, prefix 00. */
export const LEAF_OP = Buffer.concat([numberField(1, 1), numberField(2, 1), numberField(3, 1), bytesField(5, Buffer.from([0]))]);

export function innerOp({ left, hash }: Step): Buffer {
  const prefix = left ? Buffer.concat([Buffer.from([1]), hash]) : Buffer.from([1]);
  return Buffer.concat([numberField(1, 1), bytesField(2, prefix), ...(left ? [] : [bytesField(3, hash)])]);
}

export function existence({ key, value }: StateEntry, path: readonly Step[], leafOp = LEAF_OP): Buffer {
  return Buffer.concat([
    bytesField(1, key),
    bytesField(2, value),
    bytesField(3, leafOp),
    ...path.map((step) => bytesField(4, innerOp(step))),
  ]);
}

/** CommitmentProof of a key that is there. */
export function existenceProof(entries: readonly StateEntry[], key: string): Buffer {
  const entry = entries.find((candidate) => candidate.key === key)!;
  return bytesField(1, existence(entry, statePath(entries, key)));
}

/** CommitmentProof of a key that is not there, by the neighbours given (default: the true ones). */
export function absenceProof(entries: readonly StateEntry[], key: string, { left, right } = neighbours(entries, key)): Buffer {
  const part = (number: number, entry: StateEntry | undefined) =>
    entry === undefined ? [] : [bytesField(number, existence(entry, statePath(entries, entry.key)))];
  return bytesField(2, Buffer.concat([bytesField(1, key), ...part(2, left), ...part(3, right)]));
}
