/**
 * The state tree: a compact sparse Merkle tree exactly as ICS-23's `SmtSpec` has it (docs/spec/state-tree.md).
 *
 * A key's place is given by the bits of SHA-256(key), first bit of first byte on top; a leaf sits at the shallowest
 * depth where no other key shares its path; leaf = SHA-256(00 ‖ SHA-256(key) ‖ SHA-256(value)), inner = SHA-256(01 ‖
 * left ‖ right), an empty side is 32 zero bytes. So the root depends on the keys and values alone, never on the order
 * in which they came.
 *
 * The whole tree lies in flat arrays: 68 bytes a key and 40 an inner node, of which random keys need 1.44 each, so
 * about 126 bytes a key. Objects per node would cost ten times that, and most of the time of an update would go into
 * making them. Superseded nodes are overwritten: proofs are of the newest root only.
 */
import { HASH_LENGTH, HASH_WORDS, nodeHashInto, type Sha256 } from './merkle-hash.ts';

export interface TreeChange {
  /** SHA-256 of the key. */
  readonly keyHash: Uint8Array;
  /** `stateLeafHash`, or null when the key is removed. */
  readonly leafHash: Uint8Array | null;
  /** Where the store keeps the record: any number below 2^32. */
  readonly ref: number;
}

export interface TreeLeaf {
  readonly keyHash: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly ref: number;
}

/** A leaf and the way from it up to the root. */
export interface TreePath extends TreeLeaf {
  /** From the leaf's sibling up; `left` tells that the sibling is the left one. */
  readonly siblings: readonly { readonly left: boolean; readonly hash: Uint8Array }[];
}

export type StateProof =
  | { readonly found: true; readonly path: TreePath }
  /** The nearest leaves before and after the place where the key would be; both are absent in an empty tree only. */
  | { readonly found: false; readonly left: TreePath | undefined; readonly right: TreePath | undefined };

/** Hash of an empty side. */
const EMPTY_HASH = new Uint8Array(HASH_LENGTH);
const EMPTY_WORDS = new Uint32Array(HASH_WORDS);
const KEY_BITS = 256;
const leafMessage = new Uint8Array(1 + 2 * HASH_LENGTH);

/** SHA-256(00 ‖ SHA-256(key) ‖ SHA-256(value)). */
export function stateLeafHash(keyHash: Uint8Array, valueHash: Uint8Array, sha256: Sha256): Uint8Array {
  if (keyHash.length !== HASH_LENGTH || valueHash.length !== HASH_LENGTH) throw new RangeError('key and value come as SHA-256');
  leafMessage.set(keyHash, 1);
  leafMessage.set(valueHash, 1 + HASH_LENGTH);
  return sha256(leafMessage);
}

/** Bit `depth` of a key hash that starts at `offset`, most significant bit first. */
function bitAt(hashes: Uint8Array, offset: number, depth: number): number {
  return (hashes[offset + (depth >> 3)]! >> (7 - (depth & 7))) & 1;
}

function compareAt(a: Uint8Array, aOffset: number, b: Uint8Array, bOffset: number): number {
  for (let i = 0; i < HASH_LENGTH; i++) {
    const difference = a[aOffset + i]! - b[bOffset + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * A node is one number: 0 empty, i + 1 inner node i, −(i + 1) leaf i.
 */
type NodeId = number;

export class StateTree {
  readonly #sha256: Sha256;
  #root: NodeId = 0;
  #size = 0;

  // Leaf i.
  #keyHashes: Uint8Array;
  #leafHashes: Uint8Array;
  #leafWords: Uint32Array;
  #refs: Uint32Array;
  #leafEnd: number;
  #freeLeaves: number[] = [];

  // Inner node i: children at 2i and 2i + 1.
  #innerHashes: Uint8Array;
  #innerWords: Uint32Array;
  #children: Int32Array;
  #innerEnd = 0;
  #freeInner: number[] = [];

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
    this.#keyHashes = new Uint8Array(64 * HASH_LENGTH);
    this.#leafHashes = new Uint8Array(64 * HASH_LENGTH);
    this.#leafWords = wordsOf(this.#leafHashes);
    this.#refs = new Uint32Array(64);
    this.#leafEnd = 0;
    this.#innerHashes = new Uint8Array(96 * HASH_LENGTH);
    this.#innerWords = wordsOf(this.#innerHashes);
    this.#children = new Int32Array(96 * 2);
  }

  /**
   * The tree of `count` leaves, sorted by key hash without repeats: key hashes and leaf hashes end to end, refs. It
   * takes the arrays over; the caller must not touch them again. Throws where the order is wrong.
   */
  static load(sha256: Sha256, count: number, keyHashes: Uint8Array, leafHashes: Uint8Array, refs: Uint32Array): StateTree {
    if (keyHashes.length < count * HASH_LENGTH || leafHashes.length < count * HASH_LENGTH || refs.length < count) {
      throw new RangeError(`arrays too short for ${count} leaves`);
    }
    for (let i = 1; i < count; i++) {
      if (compareAt(keyHashes, (i - 1) * HASH_LENGTH, keyHashes, i * HASH_LENGTH) >= 0) {
        throw new RangeError(`leaf ${i} is not after the one before it`);
      }
    }
    const tree = new StateTree(sha256);
    if (count === 0) return tree;
    tree.#keyHashes = keyHashes;
    tree.#leafHashes = aligned(leafHashes);
    tree.#leafWords = wordsOf(tree.#leafHashes);
    tree.#refs = refs;
    tree.#leafEnd = count;
    tree.#size = count;
    tree.#reserveInner(count + (count >> 1));
    const order = new Int32Array(count);
    for (let i = 0; i < count; i++) order[i] = i;
    tree.#root = tree.#build(order, 0, count, 0);
    return tree;
  }

  /** Number of keys. */
  get size(): number {
    return this.#size;
  }

  /** 32 bytes; zeros for the empty tree. */
  get root(): Uint8Array {
    const [hashes, offset] = this.#hashOf(this.#root);
    return hashes.slice(offset, offset + HASH_LENGTH);
  }

  get(keyHash: Uint8Array): TreeLeaf | undefined {
    const leaf = this.#find(keyHash);
    return leaf === undefined ? undefined : this.#leaf(leaf);
  }

  /** A copy of all leaves, in no order that means anything. */
  leaves(): { readonly count: number; readonly keyHashes: Uint8Array; readonly leafHashes: Uint8Array; readonly refs: Uint32Array } {
    const end = this.#leafEnd * HASH_LENGTH;
    const keyHashes = this.#keyHashes.slice(0, end);
    const leafHashes = this.#leafHashes.slice(0, end);
    const refs = this.#refs.slice(0, this.#leafEnd);
    let count = this.#leafEnd;
    // From the last free place to the first: what stands last then is a leaf, or that place itself.
    for (const free of [...this.#freeLeaves].sort((a, b) => b - a)) {
      const last = --count * HASH_LENGTH;
      keyHashes.copyWithin(free * HASH_LENGTH, last, last + HASH_LENGTH);
      leafHashes.copyWithin(free * HASH_LENGTH, last, last + HASH_LENGTH);
      refs[free] = refs[count]!;
    }
    return { count, keyHashes, leafHashes, refs };
  }

  /** Notes where the store keeps a key's record. Throws if the key is not there. */
  setRef(keyHash: Uint8Array, ref: number): void {
    const leaf = this.#find(keyHash);
    if (leaf === undefined) throw new Error('the state tree has no such key');
    this.#refs[leaf] = ref;
  }

  /**
   * Applies a block's changes at once, in any order, each key at most once; every inner node above a change is hashed
   * once. Removing what is not there changes nothing. Returns the new root.
   */
  apply(changes: readonly TreeChange[]): Uint8Array {
    for (const { keyHash, leafHash } of changes) {
      if (keyHash.length !== HASH_LENGTH || (leafHash !== null && leafHash.length !== HASH_LENGTH)) {
        throw new RangeError('keys and leaves come as SHA-256');
      }
    }
    const sorted = sortByKey(changes);
    for (let i = 1; i < sorted.length; i++) {
      if (compareAt(sorted[i - 1]!.keyHash, 0, sorted[i]!.keyHash, 0) === 0) throw new RangeError('two changes of one key');
    }
    this.#root = this.#update(this.#root, sorted, 0, sorted.length, 0);
    return this.root;
  }

  /** What a proof of this key's presence or absence is made of. */
  proof(keyHash: Uint8Array): StateProof {
    const leaf = this.#find(keyHash);
    if (leaf !== undefined) return { found: true, path: this.#path(leaf) };
    const left = this.#neighbour(keyHash, 0);
    const right = this.#neighbour(keyHash, 1);
    return {
      found: false,
      left: left === undefined ? undefined : this.#path(left),
      right: right === undefined ? undefined : this.#path(right),
    };
  }

  /** The `ref` of a key's leaf, 0 where there is none; as `get`, without copying. */
  refOf(keyHash: Uint8Array): number {
    const leaf = this.#find(keyHash);
    return leaf === undefined ? 0 : this.#refs[leaf]!;
  }

  #leaf(leaf: number): TreeLeaf {
    const start = leaf * HASH_LENGTH;
    return {
      keyHash: this.#keyHashes.slice(start, start + HASH_LENGTH),
      leafHash: this.#leafHashes.slice(start, start + HASH_LENGTH),
      ref: this.#refs[leaf]!,
    };
  }

  /** Array and offset of a node's hash. */
  #hashOf(node: NodeId): readonly [Uint8Array, number] {
    if (node === 0) return [EMPTY_HASH, 0];
    return node > 0 ? [this.#innerHashes, (node - 1) * HASH_LENGTH] : [this.#leafHashes, (-node - 1) * HASH_LENGTH];
  }

  #find(keyHash: Uint8Array): number | undefined {
    if (keyHash.length !== HASH_LENGTH) throw new RangeError('keys come as SHA-256');
    let node = this.#root;
    for (let depth = 0; node > 0; depth++) node = this.#children[(node - 1) * 2 + bitAt(keyHash, 0, depth)]!;
    if (node === 0) return undefined;
    const leaf = -node - 1;
    return compareAt(this.#keyHashes, leaf * HASH_LENGTH, keyHash, 0) === 0 ? leaf : undefined;
  }

  #path(leaf: number): TreePath {
    const siblings: { left: boolean; hash: Uint8Array }[] = [];
    const start = leaf * HASH_LENGTH;
    let node = this.#root;
    for (let depth = 0; node > 0; depth++) {
      const bit = bitAt(this.#keyHashes, start, depth);
      const [hashes, offset] = this.#hashOf(this.#children[(node - 1) * 2 + 1 - bit]!);
      siblings.push({ left: bit === 1, hash: hashes.slice(offset, offset + HASH_LENGTH) });
      node = this.#children[(node - 1) * 2 + bit]!;
    }
    if (node !== -leaf - 1) throw new Error('a leaf of the state tree is not at its place');
    return { ...this.#leaf(leaf), siblings: siblings.reverse() };
  }

  /** The last leaf before (side 0) or the first leaf after (side 1) an absent key. */
  #neighbour(keyHash: Uint8Array, side: 0 | 1): number | undefined {
    let node = this.#root;
    // The deepest subtree that hangs on the wanted side of the key's way down.
    let beside: NodeId = 0;
    for (let depth = 0; node > 0; depth++) {
      const bit = bitAt(keyHash, 0, depth);
      const other = this.#children[(node - 1) * 2 + 1 - bit]!;
      if (bit !== side && other !== 0) beside = other;
      node = this.#children[(node - 1) * 2 + bit]!;
    }
    if (node < 0) {
      const order = compareAt(this.#keyHashes, (-node - 1) * HASH_LENGTH, keyHash, 0);
      if (order < 0 === (side === 0)) return -node - 1;
    }
    if (beside === 0) return undefined;
    while (beside > 0) {
      const near = this.#children[(beside - 1) * 2 + 1 - side]!;
      beside = near !== 0 ? near : this.#children[(beside - 1) * 2 + side]!;
    }
    return -beside - 1;
  }

  /** Applies sorted changes [from, to), which all lie below `node` at `depth`; returns what stands there now. */
  #update(node: NodeId, changes: readonly TreeChange[], from: number, to: number, depth: number): NodeId {
    if (from === to) return node;
    if (node <= 0) return this.#rebuild(node, changes, from, to, depth);
    const middle = firstOne(changes, from, to, depth);
    const inner = node - 1;
    // The arrays may be replaced while they grow: read children only around the calls, never across them.
    const left = this.#update(this.#children[inner * 2]!, changes, from, middle, depth + 1);
    const right = this.#update(this.#children[inner * 2 + 1]!, changes, middle, to, depth + 1);
    // A leaf alone, or nothing at all, moves up: leaves sit at their shallowest unique depth.
    if ((left === 0 && right <= 0) || (right === 0 && left <= 0)) {
      this.#freeInner.push(inner);
      return left === 0 ? right : left;
    }
    this.#setInner(inner, left, right);
    return node;
  }

  /** Where nothing or one leaf stood: what stands there after the changes. */
  #rebuild(node: NodeId, changes: readonly TreeChange[], from: number, to: number, depth: number): NodeId {
    const order = new Int32Array(to - from + 1);
    let count = 0;
    let old = node === 0 ? undefined : -node - 1;
    for (let i = from; i < to; i++) {
      const { keyHash, leafHash, ref } = changes[i]!;
      const place = old === undefined ? 1 : compareAt(this.#keyHashes, old * HASH_LENGTH, keyHash, 0);
      if (old !== undefined && place < 0) {
        order[count++] = old;
        old = undefined;
      }
      if (old !== undefined && place === 0) {
        if (leafHash === null) {
          this.#freeLeaves.push(old);
          this.#size--;
        } else {
          this.#leafHashes.set(leafHash, old * HASH_LENGTH);
          this.#refs[old] = ref;
          order[count++] = old;
        }
        old = undefined;
      } else if (leafHash !== null) {
        order[count++] = this.#newLeaf(keyHash, leafHash, ref);
      }
    }
    if (old !== undefined) order[count++] = old;
    return this.#build(order, 0, count, depth);
  }

  /** Builds the subtree of the leaves order[from…to), sorted by key hash, at `depth`. */
  #build(order: Int32Array, from: number, to: number, depth: number): NodeId {
    if (from === to) return 0;
    if (to - from === 1) return -order[from]! - 1;
    if (depth === KEY_BITS) throw new Error('two leaves of the state tree have one key');
    // First leaf whose bit is 1.
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bitAt(this.#keyHashes, order[middle]! * HASH_LENGTH, depth) === 0) low = middle + 1;
      else high = middle;
    }
    const left = this.#build(order, from, low, depth + 1);
    const right = this.#build(order, low, to, depth + 1);
    const inner = this.#newInner();
    this.#setInner(inner, left, right);
    return inner + 1;
  }

  #setInner(inner: number, left: NodeId, right: NodeId): void {
    this.#children[inner * 2] = left;
    this.#children[inner * 2 + 1] = right;
    const at = inner * HASH_LENGTH;
    nodeHashInto(this.#innerHashes, at, this.#wordsOf(left), wordOf(left), this.#wordsOf(right), wordOf(right), this.#sha256);
  }

  /** The array, as words, that holds a node's hash; `wordOf` says where. */
  #wordsOf(node: NodeId): Uint32Array {
    return node > 0 ? this.#innerWords : node < 0 ? this.#leafWords : EMPTY_WORDS;
  }

  #newLeaf(keyHash: Uint8Array, leafHash: Uint8Array, ref: number): number {
    const leaf = this.#freeLeaves.pop() ?? this.#leafEnd++;
    if (leaf >= this.#refs.length) this.#reserveLeaves(leaf + 1);
    this.#keyHashes.set(keyHash, leaf * HASH_LENGTH);
    this.#leafHashes.set(leafHash, leaf * HASH_LENGTH);
    this.#refs[leaf] = ref;
    this.#size++;
    return leaf;
  }

  #newInner(): number {
    const inner = this.#freeInner.pop() ?? this.#innerEnd++;
    if (inner * 2 >= this.#children.length) this.#reserveInner(inner + 1);
    return inner;
  }

  /** Grows by an eighth at a time: a copy of 100 MB now and then, against a quarter of the memory lying idle. */
  #reserveLeaves(count: number): void {
    const capacity = count + (count >> 3) + 64;
    this.#keyHashes = grown(this.#keyHashes, new Uint8Array(capacity * HASH_LENGTH));
    this.#leafHashes = grown(this.#leafHashes, new Uint8Array(capacity * HASH_LENGTH));
    this.#leafWords = wordsOf(this.#leafHashes);
    this.#refs = grown(this.#refs, new Uint32Array(capacity));
  }

  #reserveInner(count: number): void {
    const capacity = count + (count >> 3) + 64;
    this.#innerHashes = grown(this.#innerHashes, new Uint8Array(capacity * HASH_LENGTH));
    this.#innerWords = wordsOf(this.#innerHashes);
    this.#children = grown(this.#children, new Int32Array(capacity * 2));
  }
}

function wordOf(node: NodeId): number {
  return node > 0 ? (node - 1) * HASH_WORDS : node < 0 ? (-node - 1) * HASH_WORDS : 0;
}

/** The same bytes as whole words; copied where they do not begin on one. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 4 === 0 && bytes.length % 4 === 0 ? bytes : Uint8Array.from(bytes);
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

/** The first of sorted changes [from, to) whose bit at `depth` is 1; those before it agree in all bits above. */
function firstOne(changes: readonly TreeChange[], from: number, to: number, depth: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bitAt(changes[middle]!.keyHash, 0, depth) === 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** By key hash, ascending; each takes the first 32 bits of its hash and its position along in one exact float64, which sort natively. */
function sortByKey(changes: readonly TreeChange[]): TreeChange[] {
  const positions = 2 ** 21;
  if (changes.length > positions) return [...changes].sort((a, b) => compareAt(a.keyHash, 0, b.keyHash, 0));
  const keys = Float64Array.from(changes, ({ keyHash }, i) => firstWord(keyHash) * positions + i).sort();
  const sorted: TreeChange[] = [];
  for (const key of keys) {
    const change = changes[key % positions]!;
    let to = sorted.length;
    // Hashes that agree in their first bits are few, and neighbours.
    while (to > 0 && compareAt(sorted[to - 1]!.keyHash, 0, change.keyHash, 0) > 0) to--;
    if (to === sorted.length) sorted.push(change);
    else sorted.splice(to, 0, change);
  }
  return sorted;
}

function firstWord(hash: Uint8Array): number {
  return hash[0]! * 0x1000000 + hash[1]! * 0x10000 + hash[2]! * 0x100 + hash[3]!;
}

function grown<T extends Uint8Array | Uint32Array | Int32Array>(old: T, next: T): T {
  next.set(old.subarray(0, Math.min(old.length, next.length)));
  return next;
}
