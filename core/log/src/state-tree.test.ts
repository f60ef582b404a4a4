/** The state tree against its definition, for any run of blocks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '@tabularium/crypto';
import { asciiBytes, compareBytes, toHex } from '@tabularium/protocol';
import fc from 'fast-check';
import { nodeHash } from './merkle-hash.ts';
import { StateTree, stateLeafHash, type TreePath } from './state-tree.ts';

interface Entry {
  readonly keyHash: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly ref: number;
}

function bit(hash: Uint8Array, depth: number): number {
  return (hash[depth >> 3]! >> (7 - (depth & 7))) & 1;
}

/** The definition itself, read from the specification: the root of a set of leaves below a depth. */
function naiveRoot(entries: readonly Entry[], depth = 0): Uint8Array {
  if (entries.length === 0) return new Uint8Array(32);
  if (entries.length === 1) return entries[0]!.leafHash;
  const side = (wanted: number) =>
    naiveRoot(
      entries.filter(({ keyHash }) => bit(keyHash, depth) === wanted),
      depth + 1,
    );
  return nodeHash(side(0), side(1), sha256);
}

function entry(n: number, value = n): Entry {
  const keyHash = sha256(asciiBytes(`treasury/account/${n}`));
  return { keyHash, leafHash: stateLeafHash(keyHash, sha256(asciiBytes(`value ${value}`)), sha256), ref: value };
}

/** Key hashes that share long prefixes, so that chains of one-sided nodes and collapses happen often. */
function crowded(n: number): Entry {
  const keyHash = new Uint8Array(32);
  keyHash[0] = n & 3;
  keyHash[12] = (n >> 2) & 3;
  keyHash[31] = n >> 4;
  return { keyHash, leafHash: stateLeafHash(keyHash, sha256(Uint8Array.of(n)), sha256), ref: n };
}

function rootAlong({ keyHash, leafHash, siblings }: TreePath): Uint8Array {
  let hash = leafHash;
  siblings.forEach(({ left, hash: sibling }, i) => {
    assert.equal(left, bit(keyHash, siblings.length - 1 - i) === 1);
    hash = left ? nodeHash(sibling, hash, sha256) : nodeHash(hash, sibling, sha256);
  });
  return hash;
}

/** The copy that a tree gives of its leaves, in order. */
function copied(tree: StateTree): Entry[] {
  const { count, keyHashes, leafHashes, refs } = tree.leaves();
  const entries = Array.from({ length: count }, (_, i) => ({
    keyHash: keyHashes.slice(i * 32, i * 32 + 32),
    leafHash: leafHashes.slice(i * 32, i * 32 + 32),
    ref: refs[i]!,
  }));
  return entries.sort((a, b) => compareBytes(a.keyHash, b.keyHash));
}

function loaded(entries: readonly Entry[]): StateTree {
  const sorted = [...entries].sort((a, b) => compareBytes(a.keyHash, b.keyHash));
  const keyHashes = new Uint8Array(sorted.length * 32);
  const leafHashes = new Uint8Array(sorted.length * 32);
  sorted.forEach(({ keyHash, leafHash }, i) => {
    keyHashes.set(keyHash, i * 32);
    leafHashes.set(leafHash, i * 32);
  });
  return StateTree.load(
    sha256,
    sorted.length,
    keyHashes,
    leafHashes,
    Uint32Array.from(sorted, ({ ref }) => ref),
  );
}

test('the empty tree has 32 zero bytes as its root, and one leaf is its own root', () => {
  const tree = new StateTree(sha256);
  assert.deepEqual(tree.root, new Uint8Array(32));
  assert.deepEqual(tree.proof(entry(1).keyHash), { found: false, left: undefined, right: undefined });
  assert.deepEqual(tree.apply([entry(1)]), entry(1).leafHash);
  assert.deepEqual(tree.apply([{ ...entry(1), leafHash: null }]), new Uint8Array(32));
  assert.equal(tree.size, 0);
});

for (const [name, make] of [
  ['random', entry],
  ['crowded', crowded],
] as const) {
  test(`any run of blocks over ${name} keys gives the root of the definition, proofs that lead to it, and what load gives`, () => {
    const block = fc.uniqueArray(fc.record({ key: fc.nat(120), value: fc.nat(9), remove: fc.boolean() }), {
      selector: ({ key }) => key,
      maxLength: 40,
    });
    fc.assert(
      fc.property(fc.array(block, { maxLength: 12 }), (blocks) => {
        const tree = new StateTree(sha256);
        const model = new Map<number, Entry>();
        for (const changes of blocks) {
          const root = tree.apply(
            changes.map(({ key, value, remove }) => {
              const made = make(key, value);
              const change = name === 'random' ? made : { ...crowded(key), ref: value };
              if (remove) model.delete(key);
              else model.set(key, change);
              return remove ? { ...change, leafHash: null } : change;
            }),
          );
          const entries = [...model.values()];
          assert.deepEqual(root, naiveRoot(entries));
          assert.equal(tree.size, model.size);
          assert.deepEqual(loaded(entries).root, root);
        }
        const sorted = [...model.values()].sort((a, b) => compareBytes(a.keyHash, b.keyHash));
        assert.deepEqual(copied(tree), sorted);
        for (let key = 0; key <= 120; key++) {
          const { keyHash } = make(key);
          const proof = tree.proof(keyHash);
          const expected = model.get(key);
          assert.equal(proof.found, expected !== undefined);
          assert.deepEqual(tree.get(keyHash), expected);
          if (proof.found) {
            assert.deepEqual(rootAlong(proof.path), tree.root);
            assert.equal(proof.path.ref, expected!.ref);
          } else {
            const before = sorted.findLast((other) => compareBytes(other.keyHash, keyHash) < 0);
            const after = sorted.find((other) => compareBytes(other.keyHash, keyHash) > 0);
            assert.equal(proof.left && toHex(proof.left.keyHash), before && toHex(before.keyHash));
            assert.equal(proof.right && toHex(proof.right.keyHash), after && toHex(after.keyHash));
            for (const path of [proof.left, proof.right]) if (path !== undefined) assert.deepEqual(rootAlong(path), tree.root);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
}

test('a loaded tree goes on like one that grew', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(300), { maxLength: 200 }), fc.uniqueArray(fc.nat(300), { maxLength: 60 }), (first, second) => {
      const grown = new StateTree(sha256);
      grown.apply(first.map((n) => entry(n)));
      const opened = loaded(first.map((n) => entry(n)));
      const changes = second.map((n) => (n % 3 === 0 ? { ...entry(n), leafHash: null } : entry(n, n + 1)));
      assert.deepEqual(opened.apply(changes), grown.apply(changes));
    }),
  );
});

test('references follow their keys and change no hash', () => {
  const tree = loaded([entry(1), entry(2)]);
  const root = tree.root;
  tree.setRef(entry(2).keyHash, 4_000_000_000);
  assert.equal(tree.get(entry(2).keyHash)!.ref, 4_000_000_000);
  assert.deepEqual(tree.root, root);
  assert.throws(() => tree.setRef(entry(3).keyHash, 1), /no such key/);
});

test('what breaks an invariant throws and leaves the tree as it was', () => {
  const tree = loaded([entry(1), entry(2)]);
  const root = tree.root;
  assert.throws(() => tree.apply([entry(3), entry(3, 4)]), /two changes of one key/);
  assert.throws(() => tree.apply([{ ...entry(3), leafHash: new Uint8Array(31) }]), RangeError);
  assert.throws(() => tree.get(new Uint8Array(5)), RangeError);
  assert.deepEqual(tree.root, root);
  const { keyHash, leafHash } = entry(1);
  const twice = (hash: Uint8Array) => Uint8Array.from([...hash, ...hash]);
  assert.throws(() => StateTree.load(sha256, 2, twice(keyHash), twice(leafHash), new Uint32Array(2)), /not after/);
  assert.throws(() => StateTree.load(sha256, 2, keyHash, leafHash, new Uint32Array(2)), /too short/);
});
