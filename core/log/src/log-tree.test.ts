/** The log’s tree against RFC 9162 word for word, and against itself reopened and rewound. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '@tabularium/crypto';
import fc from 'fast-check';
import { LogTree } from './log-tree.ts';
import { emptyRoot, leafHash, nodeHash } from './merkle-hash.ts';
import { verifyConsistency, verifyInclusion } from './merkle-proof.ts';
import { TILE_BYTES } from './tile-nodes.ts';

/** MTH, PATH and SUBPROOF word for word as RFC 9162 §2.1 writes them: slow, and nothing like the tree under test. */
function mth(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return emptyRoot(sha256);
  if (hashes.length === 1) return hashes[0]!;
  const k = 2 ** Math.ceil(Math.log2(hashes.length) - 1);
  return nodeHash(mth(hashes.slice(0, k)), mth(hashes.slice(k)), sha256);
}

function path(m: number, hashes: readonly Uint8Array[]): Uint8Array[] {
  if (hashes.length <= 1) return [];
  const k = 2 ** Math.ceil(Math.log2(hashes.length) - 1);
  return m < k ? [...path(m, hashes.slice(0, k)), mth(hashes.slice(k))] : [...path(m - k, hashes.slice(k)), mth(hashes.slice(0, k))];
}

function subproof(m: number, hashes: readonly Uint8Array[], whole: boolean): Uint8Array[] {
  if (m === hashes.length) return whole ? [] : [mth(hashes)];
  const k = 2 ** Math.ceil(Math.log2(hashes.length) - 1);
  return m <= k
    ? [...subproof(m, hashes.slice(0, k), whole), mth(hashes.slice(k))]
    : [...subproof(m - k, hashes.slice(k), false), mth(hashes.slice(0, k))];
}

const leaves = Array.from({ length: 1100 }, (_, i) => leafHash(Uint8Array.of(i & 0xff, i >> 8), sha256));

/** A store of full tiles beside a tree that feeds it after every `every` leaves. */
function grow(size: number, every = 7): { tree: LogTree; tiles: Map<string, Uint8Array> } {
  const tiles = new Map<string, Uint8Array>();
  const tree = LogTree.empty(sha256, (level, index) => tiles.get(`${level}/${index}`));
  for (let i = 0; i < size; i++) {
    tree.append(leaves[i]!);
    if (i % every === 0) for (const { level, index, hashes } of tree.takeFullTiles()) tiles.set(`${level}/${index}`, hashes);
  }
  for (const { level, index, hashes } of tree.takeFullTiles()) tiles.set(`${level}/${index}`, hashes);
  return { tree, tiles };
}

function reopen(tiles: ReadonlyMap<string, Uint8Array>, size: number): LogTree {
  const tail = new Uint8Array((size % 256) * 32);
  for (let i = 0; i < size % 256; i++) tail.set(leaves[size - (size % 256) + i]!, i * 32);
  return new LogTree(sha256, size, (level, index) => tiles.get(`${level}/${index}`), tail);
}

test('roots of every size are those of RFC 9162', () => {
  const { tree } = grow(600);
  for (let size = 0; size <= 600; size++) assert.deepEqual(tree.root(size), mth(leaves.slice(0, size)), `size ${size}`);
});

test('inclusion paths are those of RFC 9162 and verify; any other index, size, hash or length does not', () => {
  const { tree } = grow(1100);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1100 }), fc.nat(), fc.nat(), (size, anyIndex, pick) => {
      const index = anyIndex % size;
      const proof = tree.inclusion(index, size);
      const root = tree.root(size);
      assert.deepEqual(proof, path(index, leaves.slice(0, size)));
      const claim = { index, size, leafHash: leaves[index]!, proof, root };
      assert.ok(verifyInclusion(claim, sha256));
      assert.ok(!verifyInclusion({ ...claim, index: (index + 1) % (size + 1) }, sha256));
      assert.ok(!verifyInclusion({ ...claim, leafHash: leaves[(index + 1) % 1100]! }, sha256));
      assert.ok(!verifyInclusion({ ...claim, proof: [...proof, root] }, sha256));
      assert.ok(!verifyInclusion({ ...claim, root: leaves[(index + 1) % 1100]! }, sha256));
      if (proof.length > 0) {
        assert.ok(!verifyInclusion({ ...claim, proof: proof.slice(1) }, sha256));
        const changed = proof.map((hash) => Uint8Array.from(hash));
        changed[pick % proof.length]![pick % 32]! ^= 1 << (pick % 8);
        assert.ok(!verifyInclusion({ ...claim, proof: changed }, sha256));
      }
    }),
    { numRuns: 300 },
  );
});

test('consistency proofs are those of RFC 9162 and verify; altered ones do not', () => {
  const { tree } = grow(1100);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1100 }), fc.nat(), fc.nat(), (to, anyFrom, pick) => {
      const from = anyFrom % (to + 1);
      const proof = tree.consistency(from, to);
      assert.deepEqual(proof, from === 0 ? [] : subproof(from, leaves.slice(0, to), true));
      const claim = { from, fromRoot: tree.root(from), to, toRoot: tree.root(to), proof };
      assert.ok(verifyConsistency(claim, sha256));
      assert.ok(!verifyConsistency({ ...claim, proof: [...proof, claim.toRoot] }, sha256));
      assert.ok(!verifyConsistency({ ...claim, fromRoot: leaves[0]!.map((byte) => byte ^ 1) }, sha256));
      if (from > 0) assert.ok(!verifyConsistency({ ...claim, toRoot: leaves[0]!.map((byte) => byte ^ 1) }, sha256));
      if (proof.length > 0) {
        assert.ok(!verifyConsistency({ ...claim, proof: proof.slice(1) }, sha256));
        const changed = proof.map((hash) => Uint8Array.from(hash));
        changed[pick % proof.length]![pick % 32]! ^= 1 << (pick % 8);
        assert.ok(!verifyConsistency({ ...claim, proof: changed }, sha256));
      }
    }),
    { numRuns: 300 },
  );
});

test('a tree opened from its tiles answers as the one that grew', () => {
  const { tree, tiles } = grow(1100);
  for (const size of [0, 1, 255, 256, 257, 511, 512, 513, 1024, 1100]) {
    const opened = reopen(tiles, size);
    assert.equal(opened.size, size);
    assert.deepEqual(opened.root(), tree.root(size), `size ${size}`);
    for (const index of [0, 255, 256, size - 1]) {
      if (index >= 0 && index < size) assert.deepEqual(opened.inclusion(index), tree.inclusion(index, size));
    }
    for (let i = size; i < 1100; i++) opened.append(leaves[i]!);
    assert.deepEqual(opened.root(), tree.root());
  }
});

test('tiles are those of tlog-tiles: widths, contents, and nothing beyond the tree', () => {
  const { tree, tiles } = grow(1100);
  assert.deepEqual([...tiles.keys()], ['0/0', '0/1', '0/2', '0/3']);
  for (const tile of tiles.values()) assert.equal(tile.length, TILE_BYTES);
  assert.deepEqual(tree.tile(0, 0, 256), tiles.get('0/0'));
  assert.deepEqual(tree.tile(0, 4, 76)!.slice(0, 32), leaves[1024]);
  assert.equal(tree.tile(0, 4, 77), undefined);
  assert.equal(tree.tile(0, 5, 1), undefined);
  assert.deepEqual(tree.tile(1, 0, 4)!.slice(96), mth(leaves.slice(768, 1024)));
  assert.equal(tree.tile(1, 0, 5), undefined);
  assert.equal(tree.tile(2, 0, 1), undefined);
  for (const [level, index, width] of [
    [-1, 0, 1],
    [0, -1, 1],
    [0, 0, 0],
    [0, 0, 257],
    [0.5, 0, 1],
    [8, 0, 1],
  ] as const) {
    assert.equal(tree.tile(level, index, width), undefined);
  }
});

test('a tree rewound to an earlier size grows again as if nothing had been', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1100 }), fc.nat(), fc.nat({ max: 1100 }), (size, back, again) => {
      const { tree, tiles } = grow(size, 1);
      const kept = back % (size + 1);
      tree.rewind(kept);
      assert.deepEqual(tree.takeFullTiles(), []);
      assert.deepEqual(tree.root(), mth(leaves.slice(0, kept)));
      for (const key of tiles.keys()) {
        const [level, index] = key.split('/').map(Number) as [number, number];
        if ((index + 1) * 256 ** (level + 1) > kept) tiles.delete(key);
      }
      const grown: Uint8Array[] = leaves.slice(0, kept);
      for (let i = 0; i < again; i++) {
        grown.push(leaves[(i * 3) % 1100]!);
        tree.append(grown.at(-1)!);
      }
      assert.deepEqual(tree.root(), mth(grown));
      if (grown.length > 0) assert.deepEqual(tree.inclusion(grown.length >> 1), path(grown.length >> 1, grown));
    }),
    { numRuns: 40 },
  );
});

test('a tile that was handed over and is not stored yet is at hand, however many others were read since', () => {
  const stored = new Map<string, Uint8Array>();
  const tree = LogTree.empty(sha256, (level, index) => stored.get(`${level}/${index}`));
  const size = 256 * 70 + 200;
  for (let n = 0; n < size; n++) tree.append(leaves[n % 1100]!);
  for (const { level, index, hashes } of tree.takeFullTiles()) stored.set(`${level}/${index}`, hashes);
  const root = tree.root();
  for (let n = 0; n < 100; n++) tree.append(leaves[n]!);
  assert.equal(tree.takeFullTiles().length, 1);
  for (let index = 0; index < 70; index++) tree.tile(0, index, 256);
  assert.deepEqual(tree.root(size), root);
  tree.rewind(size);
  assert.deepEqual(tree.root(), root);
});

test('a missing or short tile in the store is a broken invariant, not a wrong root', () => {
  const { tiles } = grow(1100);
  const without = new Map(tiles);
  without.delete('0/2');
  assert.throws(() => reopen(without, 1100), /tile 0\/2 is missing/);
  without.set('0/2', new Uint8Array(8000));
  assert.throws(() => reopen(without, 1100), /8000 bytes/);
  assert.throws(() => new LogTree(sha256, 3, () => undefined, new Uint8Array(64)), RangeError);
});

test('questions that no tree can answer throw', () => {
  const { tree } = grow(10);
  for (const size of [-1, 11, 1.5, Number.NaN]) assert.throws(() => tree.root(size), RangeError);
  for (const index of [-1, 10, 0.5]) assert.throws(() => tree.inclusion(index, 10), RangeError);
  for (const [from, to] of [
    [5, 4],
    [-1, 4],
    [0, 11],
  ] as const)
    assert.throws(() => tree.consistency(from, to), RangeError);
  assert.throws(() => tree.append(new Uint8Array(31)), RangeError);
});

test('proofs for indices and sizes beyond 32 bits are checked in exact integers', () => {
  const size = 2 ** 40 + 1;
  const top = leaves[1]!;
  const root = nodeHash(top, leaves[0]!, sha256);
  assert.ok(verifyInclusion({ index: 2 ** 40, size, leafHash: leaves[0]!, proof: [top], root }, sha256));
  assert.ok(!verifyInclusion({ index: 0, size, leafHash: leaves[0]!, proof: [top], root }, sha256));
  assert.ok(verifyConsistency({ from: 2 ** 40, fromRoot: top, to: size, toRoot: root, proof: [leaves[0]!] }, sha256));
});

test('three levels of tiles: old leaves are proven from the store, opening finds the same root', () => {
  const size = 70_000;
  const many = Array.from({ length: size }, (_, i) => leafHash(Uint8Array.of(i & 0xff, (i >> 8) & 0xff, i >> 16), sha256));
  const tiles = new Map<string, Uint8Array>();
  const reads: string[] = [];
  const readTile = (level: number, index: number) => {
    reads.push(`${level}/${index}`);
    return tiles.get(`${level}/${index}`);
  };
  const tree = LogTree.empty(sha256, readTile);
  for (const hash of many) {
    tree.append(hash);
    for (const { level, index, hashes } of tree.takeFullTiles()) tiles.set(`${level}/${index}`, hashes);
  }
  assert.equal(tiles.size, 273 + 1);
  const root = mth(many);
  assert.deepEqual(tree.root(), root);
  assert.deepEqual(reads, []);
  const tail = new Uint8Array(112 * 32);
  for (let i = 0; i < 112; i++) tail.set(many[size - 112 + i]!, i * 32);
  const opened = new LogTree(sha256, size, readTile, tail);
  for (const each of [tree, opened]) {
    for (const index of [0, 417, 65_535, 65_536, 69_887, 69_999, ...Array.from({ length: 100 }, (_, i) => i * 256)]) {
      const proof = each.inclusion(index);
      assert.ok(verifyInclusion({ index, size, leafHash: many[index]!, proof, root }, sha256), `leaf ${index}`);
    }
    assert.deepEqual(each.tile(1, 1, 17), tree.tile(1, 1, 17));
    assert.deepEqual(each.tile(2, 0, 1), mth(many.slice(0, 65_536)));
  }
  reads.length = 0;
  for (let index = 69_000; index < size; index++) opened.inclusion(index);
  for (let index = 69_000; index < size; index++) opened.inclusion(index);
  assert.ok(reads.length <= 5, 'tiles that were just used are kept');
});
