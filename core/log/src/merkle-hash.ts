/**
 * The two hashes of the log's Merkle tree (RFC 9162 §2.1.1): SHA-256(00 ‖ leaf) and SHA-256(01 ‖ left ‖ right).
 * The state tree (ICS-23 `SmtSpec`) hashes its inner nodes in the same way.
 */
import type { Crypto } from '@tabularium/protocol';

export type Sha256 = Crypto['sha256'];

/** Bytes of one hash. */
export const HASH_LENGTH = 32;

/** 32-bit words of one hash. */
export const HASH_WORDS = HASH_LENGTH / 4;

/**
 * One buffer for all inner nodes: hashing is synchronous and copies nothing out of it, so nothing can observe its
 * reuse. It begins at byte 3, so that both hashes after the prefix lie on whole words.
 */
const innerNode = new Uint8Array(new ArrayBuffer(4 + 2 * HASH_LENGTH), 3);
const innerWords = new Uint32Array(innerNode.buffer, 4);
innerNode[0] = 0x01;

/** Likewise one for leaves, which are seldom longer; its first byte stays 00. */
const leafMessage = new Uint8Array(4_096);

/** Hash of a leaf: SHA-256(00 ‖ leaf). */
export function leafHash(leaf: Uint8Array, sha256: Sha256): Uint8Array {
  const message = leaf.length < leafMessage.length ? leafMessage.subarray(0, 1 + leaf.length) : new Uint8Array(1 + leaf.length);
  message.set(leaf, 1);
  return sha256(message);
}

/** Hash of an inner node: SHA-256(01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array, sha256: Sha256): Uint8Array {
  for (let i = 0; i < HASH_LENGTH; i++) {
    innerNode[1 + i] = left[i]!;
    innerNode[1 + HASH_LENGTH + i] = right[i]!;
  }
  return sha256(innerNode);
}

/**
 * `nodeHash` of two hashes inside larger arrays seen as words, where each begins at the given word, written into `hashes` from byte `at` on.
 * A tree's own hashing, without making anything to collect.
 */
export function nodeHashInto(
  hashes: Uint8Array,
  at: number,
  left: Uint32Array,
  leftWord: number,
  right: Uint32Array,
  rightWord: number,
  sha256: Sha256,
): void {
  for (let i = 0; i < HASH_WORDS; i++) {
    innerWords[i] = left[leftWord + i]!;
    innerWords[HASH_WORDS + i] = right[rightWord + i]!;
  }
  sha256(innerNode, hashes, at);
}

/** Root of the tree without leaves: SHA-256 of nothing (RFC 9162 §2.1.1). */
export function emptyRoot(sha256: Sha256): Uint8Array {
  return sha256(new Uint8Array(0));
}
