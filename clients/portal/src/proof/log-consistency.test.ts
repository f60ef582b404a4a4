/** A log that only grew is told from one that was changed, whatever tiles the node shows; judged by the log's own tree. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Checkpoint, LogTree, leafHash, parseTilePath } from '@tabularium/log';
import { nobleCrypto } from '@tabularium/sdk';
import { type FetchTile, rootAt, stillHolds } from './log-consistency.ts';

const { sha256 } = nobleCrypto;
const SIZE = 66_100;
const SIZES = [1, 2, 3, 255, 256, 257, 511, 4_096, 65_535, 65_536, 65_537, 66_048, 66_099, SIZE];

function grown(change?: number): LogTree {
  const full = new Map<string, Uint8Array>();
  const tree = LogTree.empty(sha256, (level, index) => full.get(`${level}/${index}`));
  for (let n = 0; n < SIZE; n++) {
    tree.append(leafHash(new TextEncoder().encode(n === change ? 'changed' : `leaf ${n}`), sha256));
    if (n % 256 === 255) for (const { level, index, hashes } of tree.takeFullTiles()) full.set(`${level}/${index}`, hashes);
  }
  return tree;
}

const at = (tree: LogTree, size: number): Checkpoint => ({ origin: 'town/0', size, root: tree.root(size) });
const tilesOf =
  (tree: LogTree): FetchTile =>
  async (path) => {
    const { level, index, width } = parseTilePath(path)!;
    assert.notEqual(level, 'entries');
    return tree.tile(level as number, index, width)!;
  };

test('what stood there still stands in a log that only grew', async () => {
  const tree = grown();
  for (const size of SIZES) assert.ok(await stillHolds(at(tree, size), at(tree, SIZE), tilesOf(tree), sha256), `from ${size}`);
});

test('a line that was changed, a log that is shorter, another ledger, a wrong tile: none of them holds', async () => {
  const tree = grown();
  const changed = grown(100);
  const then = at(tree, 4_096);
  assert.equal(await stillHolds(then, at(changed, SIZE), tilesOf(changed), sha256), false);
  assert.equal(await stillHolds(then, at(changed, SIZE), tilesOf(tree), sha256), false);
  assert.equal(await stillHolds(at(tree, SIZE), then, tilesOf(tree), sha256), false);
  assert.equal(await stillHolds({ ...then, origin: 'other/0' }, at(tree, SIZE), tilesOf(tree), sha256), false);
  const wrong: FetchTile = async (path) => (await tilesOf(tree)(path)).map((byte, n) => (n === 40 ? byte ^ 1 : byte));
  assert.equal(await stillHolds(at(tree, 257), at(tree, SIZE), wrong, sha256), false);
});

test('the root of any earlier day comes out of the tiles of today; of no other log, and of no day to come', async () => {
  const tree = grown();
  const now = at(tree, SIZE);
  for (const size of SIZES) assert.deepEqual(await rootAt(size, now, tilesOf(tree), sha256), tree.root(size), `at ${size}`);
  assert.equal(await rootAt(257, now, tilesOf(grown(100)), sha256), undefined);
  assert.equal(await rootAt(SIZE + 1, now, tilesOf(tree), sha256), undefined);
  assert.equal(await rootAt(0, now, tilesOf(tree), sha256), undefined);
});
