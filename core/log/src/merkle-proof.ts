/**
 * Checking of inclusion and consistency proofs (RFC 9162 §2.1.3.2 and §2.1.4.2).
 *
 * Both walk the shape that index and size prescribe, so a proof has exactly one length and one side for each hash:
 * nothing in it is free. Sizes are exact integers up to 2^53−1; no 32-bit arithmetic anywhere.
 */
import { equalBytes } from '@tabularium/protocol';
import { splitPoint } from './log-tree.ts';
import { emptyRoot, HASH_LENGTH, nodeHash, type Sha256 } from './merkle-hash.ts';

export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  /** From the leaf's sibling up. */
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

export interface ConsistencyClaim {
  readonly from: number;
  readonly fromRoot: Uint8Array;
  readonly to: number;
  readonly toRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((hash) => hash.length === HASH_LENGTH);
}

/** True if leaf `index` of the tree with `size` leaves and this root has this hash. Never throws. */
export function verifyInclusion({ index, size, leafHash, proof, root }: InclusionClaim, sha256: Sha256): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  if (!areHashes([leafHash, root, ...proof])) return false;
  // Sides from the root down: true where the leaf lies in the left part.
  const wentLeft: boolean[] = [];
  for (let start = 0, end = size; end - start > 1; ) {
    const middle = start + splitPoint(end - start);
    const left = index < middle;
    wentLeft.push(left);
    if (left) end = middle;
    else start = middle;
  }
  if (wentLeft.length !== proof.length) return false;
  let hash = leafHash;
  for (const sibling of proof) hash = wentLeft.pop() ? nodeHash(hash, sibling, sha256) : nodeHash(sibling, hash, sha256);
  return equalBytes(hash, root);
}

/** True if the tree of `from` leaves is a prefix of the tree of `to` leaves. Never throws. */
export function verifyConsistency({ from, fromRoot, to, toRoot, proof }: ConsistencyClaim, sha256: Sha256): boolean {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from > to) return false;
  if (!areHashes([fromRoot, toRoot, ...proof])) return false;
  if (from === 0) return proof.length === 0 && equalBytes(fromRoot, emptyRoot(sha256)) && (to > 0 || equalBytes(toRoot, fromRoot));
  if (from === to) return proof.length === 0 && equalBytes(fromRoot, toRoot);
  // Sides from the root down to the subtree whose right end is `from`; true where it lies in the left part.
  const wentLeft: boolean[] = [];
  let start = 0;
  for (let end = to; end !== from; ) {
    const middle = start + splitPoint(end - start);
    const left = from <= middle;
    wentLeft.push(left);
    if (left) end = middle;
    else start = middle;
  }
  const hashes = [...proof];
  // Where the old tree is a whole subtree of the new one, its root is the first hash and is left out.
  const first = start === 0 ? fromRoot : hashes.shift();
  if (first === undefined || hashes.length !== wentLeft.length) return false;
  let oldHash = first;
  let newHash = first;
  for (const sibling of hashes) {
    if (wentLeft.pop()) {
      newHash = nodeHash(newHash, sibling, sha256);
    } else {
      oldHash = nodeHash(sibling, oldHash, sha256);
      newHash = nodeHash(sibling, newHash, sha256);
    }
  }
  return equalBytes(oldHash, fromRoot) && equalBytes(newHash, toRoot);
}
