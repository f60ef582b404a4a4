/**
 * Existence and absence proofs of the state tree as ICS-23 `CommitmentProof`s for `SmtSpec` (docs/spec/state-tree.md),
 * so that ICS-23 implementations that we did not write accept them.
 *
 * We check more than ICS-23 asks: each step of a path must lie on the side that the key's hash prescribes. Then a
 * proof also shows that the leaf stands at its own place, and a key can be present in one place only. A proof has one
 * spelling: what is read is written again and compared.
 */
import { type Crypto, concatBytes, equalBytes } from '@tabularium/protocol';
import { HASH_LENGTH, nodeHash } from './merkle-hash.ts';
import { bytesField, messageField, readFields, varintField } from './protobuf.ts';
import { stateLeafHash, type TreePath } from './state-tree.ts';

/** One inner node on the way up: its hash is SHA-256(prefix ‖ child ‖ suffix). */
export interface InnerStep {
  /** True where the sibling is the left child. */
  readonly left: boolean;
  readonly hash: Uint8Array;
}

export interface ExistenceProof {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  /** From the leaf's sibling up. */
  readonly path: readonly InnerStep[];
}

export interface AbsenceProof {
  readonly key: Uint8Array;
  readonly left: ExistenceProof | undefined;
  readonly right: ExistenceProof | undefined;
}

export type CommitmentProof =
  | { readonly kind: 'existence'; readonly proof: ExistenceProof }
  | { readonly kind: 'absence'; readonly proof: AbsenceProof };

/** Bytes of an encoded proof: two values of a record at most, and two paths. */
export const MAX_STATE_PROOF_BYTES = 256 * 1024;
const MAX_PATH = 256;
const SHA256_OP = 1;
const EMPTY_HASH = new Uint8Array(HASH_LENGTH);
const NOTHING = new Uint8Array(0);

/** `LeafOp`: hash, prehash_key and prehash_value SHA-256, length NO_PREFIX (the default, left out), prefix 00. */
const LEAF_OP = concatBytes(
  varintField(1, SHA256_OP),
  varintField(2, SHA256_OP),
  varintField(3, SHA256_OP),
  bytesField(5, Uint8Array.of(0)),
);

/** The existence proof of a record from its place in the tree. */
export function existenceProof(key: Uint8Array, value: Uint8Array, path: TreePath): ExistenceProof {
  return { key, value, path: path.siblings };
}

export function encodeStateProof(proof: CommitmentProof): Uint8Array {
  if (proof.kind === 'existence') return messageField(1, encodeExistence(proof.proof));
  const { key, left, right } = proof.proof;
  return messageField(
    2,
    concatBytes(
      bytesField(1, key),
      left === undefined ? NOTHING : messageField(2, encodeExistence(left)),
      right === undefined ? NOTHING : messageField(3, encodeExistence(right)),
    ),
  );
}

function encodeExistence({ key, value, path }: ExistenceProof): Uint8Array {
  const steps = path.map(({ left, hash }) => {
    const prefix = left ? concatBytes(Uint8Array.of(1), hash) : Uint8Array.of(1);
    return messageField(4, concatBytes(varintField(1, SHA256_OP), bytesField(2, prefix), bytesField(3, left ? NOTHING : hash)));
  });
  return concatBytes(bytesField(1, key), bytesField(2, value), messageField(3, LEAF_OP), ...steps);
}

/** Reads a proof; nothing where it is malformed, for another kind of tree, or in another spelling than ours. */
export function decodeStateProof(bytes: Uint8Array): CommitmentProof | undefined {
  if (bytes.length > MAX_STATE_PROOF_BYTES) return undefined;
  const [field, ...rest] = readFields(bytes) ?? [];
  if (field === undefined || rest.length > 0 || typeof field.value === 'number') return undefined;
  const proof = field.number === 1 ? decodeExistence(field.value) : field.number === 2 ? decodeAbsence(field.value) : undefined;
  return proof !== undefined && equalBytes(encodeStateProof(proof), bytes) ? proof : undefined;
}

function decodeExistence(bytes: Uint8Array): CommitmentProof | undefined {
  const proof = readExistence(bytes);
  return proof === undefined ? undefined : { kind: 'existence', proof };
}

function decodeAbsence(bytes: Uint8Array): CommitmentProof | undefined {
  const fields = bytesFields(bytes);
  const key = fields?.get(1)?.[0];
  if (fields === undefined || key === undefined) return undefined;
  const [leftBytes] = fields.get(2) ?? [];
  const [rightBytes] = fields.get(3) ?? [];
  const left = leftBytes === undefined ? undefined : readExistence(leftBytes);
  const right = rightBytes === undefined ? undefined : readExistence(rightBytes);
  if ((left === undefined) !== (leftBytes === undefined) || (right === undefined) !== (rightBytes === undefined)) return undefined;
  return { kind: 'absence', proof: { key, left, right } };
}

function readExistence(bytes: Uint8Array): ExistenceProof | undefined {
  const fields = bytesFields(bytes);
  const key = fields?.get(1)?.[0];
  const value = fields?.get(2)?.[0];
  if (fields === undefined || key === undefined || value === undefined) return undefined;
  const steps = fields.get(4) ?? [];
  if (steps.length > MAX_PATH) return undefined;
  const path: InnerStep[] = [];
  for (const step of steps) {
    const parts = readFields(step);
    const prefix = parts?.find(({ number }) => number === 2)?.value;
    const suffix = parts?.find(({ number }) => number === 3)?.value ?? NOTHING;
    if (!(prefix instanceof Uint8Array) || !(suffix instanceof Uint8Array)) return undefined;
    const left = suffix.length === 0;
    const hash = left ? prefix.slice(1) : suffix;
    if (hash.length !== HASH_LENGTH) return undefined;
    path.push({ left, hash });
  }
  return { key, value, path };
}

/** Fields by number; nothing where any is not of bytes. Whatever else may be wrong with them shows when they are written again. */
function bytesFields(bytes: Uint8Array): Map<number, Uint8Array[]> | undefined {
  const fields = new Map<number, Uint8Array[]>();
  for (const { number, value } of readFields(bytes) ?? []) {
    if (typeof value === 'number') return undefined;
    const same = fields.get(number);
    if (same === undefined) fields.set(number, [value]);
    else same.push(value);
  }
  return fields;
}

/** The key's hash where key, value and path lead to this root and each step lies on the side its hash prescribes. */
function provenKeyHash(root: Uint8Array, { key, value, path }: ExistenceProof, crypto: Crypto): Uint8Array | undefined {
  if (key.length === 0 || value.length === 0 || path.length > MAX_PATH) return undefined;
  const keyHash = crypto.sha256(key);
  let hash = stateLeafHash(keyHash, crypto.sha256(value), crypto.sha256);
  for (const [i, step] of path.entries()) {
    const depth = path.length - 1 - i;
    const bit = (keyHash[depth >> 3]! >> (7 - (depth & 7))) & 1;
    if (step.left !== (bit === 1) || step.hash.length !== HASH_LENGTH) return undefined;
    hash = step.left ? nodeHash(step.hash, hash, crypto.sha256) : nodeHash(hash, step.hash, crypto.sha256);
  }
  return equalBytes(hash, root) ? keyHash : undefined;
}

/** True if the state with this root holds exactly this value under this key. Never throws. */
export function verifyExistence(root: Uint8Array, key: Uint8Array, value: Uint8Array, proof: ExistenceProof, crypto: Crypto): boolean {
  return equalBytes(proof.key, key) && equalBytes(proof.value, value) && provenKeyHash(root, proof, crypto) !== undefined;
}

/**
 * True if the state with this root holds nothing under this key: two leaves that are neighbours lie on either side of
 * the key's hash, or the first or last leaf of all lies after or before it. Never throws.
 */
export function verifyAbsence(root: Uint8Array, key: Uint8Array, proof: AbsenceProof, crypto: Crypto): boolean {
  const { left, right } = proof;
  if (!equalBytes(proof.key, key) || key.length === 0 || (left === undefined && right === undefined)) return false;
  const keyHash = crypto.sha256(key);
  if (left !== undefined) {
    const leftHash = provenKeyHash(root, left, crypto);
    if (leftHash === undefined || !isBefore(leftHash, keyHash)) return false;
  }
  if (right !== undefined) {
    const rightHash = provenKeyHash(root, right, crypto);
    if (rightHash === undefined || !isBefore(keyHash, rightHash)) return false;
  }
  if (left === undefined) return isOutermost(right!.path, 'first');
  if (right === undefined) return isOutermost(left.path, 'last');
  return areNeighbours(left.path, right.path);
}

function isBefore(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < HASH_LENGTH; i++) if (a[i] !== b[i]) return a[i]! < b[i]!;
  return false;
}

/** No leaf lies outside this path on that side: each step goes to that side or has nothing there. */
function isOutermost(path: readonly InnerStep[], side: 'first' | 'last'): boolean {
  return path.every(({ left, hash }) => left === (side === 'last') || equalBytes(hash, EMPTY_HASH));
}

/** From the root down both paths agree; then one goes left and the other right, and between them there is nothing. */
function areNeighbours(left: readonly InnerStep[], right: readonly InnerStep[]): boolean {
  let l = left.length - 1;
  let r = right.length - 1;
  while (l >= 0 && r >= 0 && left[l]!.left === right[r]!.left && equalBytes(left[l]!.hash, right[r]!.hash)) {
    l--;
    r--;
  }
  if (l < 0 || r < 0 || left[l]!.left || !right[r]!.left) return false;
  return isOutermost(left.slice(0, l), 'last') && isOutermost(right.slice(0, r), 'first');
}
