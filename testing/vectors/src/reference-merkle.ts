/** MTH, PATH and SUBPROOF word for word as RFC 9162 §2.1 writes them, over leaf hashes: slow, and nothing like core's tree. */
import { sha256 } from './vector-keys.ts';

export function leafHash(leaf: Uint8Array): Buffer {
  return sha256(Buffer.concat([Buffer.from([0]), leaf]));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(Buffer.concat([Buffer.from([1]), left, right]));
}

/** Largest power of two below n. */
function split(n: number): number {
  return 2 ** Math.ceil(Math.log2(n) - 1);
}

export function mth(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return sha256('');
  if (hashes.length === 1) return hashes[0]!;
  const k = split(hashes.length);
  return nodeHash(mth(hashes.slice(0, k)), mth(hashes.slice(k)));
}

export function path(m: number, hashes: readonly Buffer[]): Buffer[] {
  if (hashes.length === 1) return [];
  const k = split(hashes.length);
  return m < k ? [...path(m, hashes.slice(0, k)), mth(hashes.slice(k))] : [...path(m - k, hashes.slice(k)), mth(hashes.slice(0, k))];
}

export function consistency(m: number, hashes: readonly Buffer[]): Buffer[] {
  return m === 0 ? [] : subproof(m, hashes, true);
}

function subproof(m: number, hashes: readonly Buffer[], whole: boolean): Buffer[] {
  if (m === hashes.length) return whole ? [] : [mth(hashes)];
  const k = split(hashes.length);
  return m <= k
    ? [...subproof(m, hashes.slice(0, k), whole), mth(hashes.slice(k))]
    : [...subproof(m - k, hashes.slice(k), false), mth(hashes.slice(0, k))];
}

/** Leaf i of the vectors: i as four bytes, big-endian. */
export function countedLeaves(count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => {
    const leaf = Buffer.alloc(4);
    leaf.writeUInt32BE(i);
    return leaf;
  });
}
