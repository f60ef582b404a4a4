/** Whatever a log's size, its leaves are those under the root, and each of another's is named. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { generateNodeKeys, nodeCrypto } from '@tabularium/crypto';
import { LogTree, leafHash, parseCheckpoint, parseNote } from '@tabularium/log';
import { toHex } from '@tabularium/protocol';
import { seededRandom } from '@tabularium/scenarios';
import { CheckedLog } from './checked-log.ts';
import { LeavesSource } from './log-rig.test.ts';

/** More than one tile of tiles. */
const LEAVES = 70_000;
const ORIGIN = 'office.example/0123456789abcdef';

describe('a log that is held against a checkpoint', () => {
  const leaves = Array.from({ length: LEAVES }, (_, n) => nodeCrypto.utf8.encode(`leaf ${n}`));
  const keys = generateNodeKeys();
  const tiles = new Map<string, Uint8Array>();
  const tree = LogTree.empty(nodeCrypto.sha256, (level, index) => tiles.get(`${level}/${index}`));
  const checkpointOf = async (source: LeavesSource) => parseCheckpoint(parseNote(await source.checkpoint())!.text)!;

  before(() => {
    for (const leaf of leaves) tree.append(leafHash(leaf, nodeCrypto.sha256));
    for (const { level, index, hashes } of tree.takeFullTiles()) tiles.set(`${level}/${index}`, hashes);
  });

  test('has the root of each of its beginnings, and its own leaves', async () => {
    const seed = Date.now() % 1_000_000;
    const random = seededRandom(seed);
    const source = new LeavesSource(leaves, ORIGIN, keys);
    const log = await CheckedLog.open(source, await checkpointOf(source));
    for (const size of [0, 1, 255, 256, 257, 65_535, 65_536, 65_537, LEAVES, ...Array.from({ length: 40 }, () => random.below(LEAVES))]) {
      assert.equal(toHex(await log.root(size)), toHex(tree.root(size)), `${size} leaves, seed ${seed}`);
    }
    await assert.rejects(log.root(LEAVES + 1), RangeError);
    for (const [from, to] of [
      [0, 1_024],
      [700, 768],
      [65_300, 65_792],
      [LEAVES - 1, LEAVES],
    ] as const) {
      assert.deepEqual(await log.leaves(from, to), leaves.slice(from, to));
    }
  });

  test('opens at every size, with and without tiles that are not full', async () => {
    for (const size of [1, 2, 255, 256, 257, 511, 512, 65_536, 65_537 + 256]) {
      const source = new LeavesSource(leaves.slice(0, size), ORIGIN, keys);
      for (const isFullOnly of [false, true]) {
        const shown = source.tile.bind(source);
        if (isFullOnly) source.tile = async (level, index, width) => (width === 256 ? shown(level, index, width) : undefined);
        const log = await CheckedLog.open(source, await checkpointOf(source));
        assert.equal(toHex(await log.root(size)), toHex(tree.root(size)), `${size} leaves`);
        assert.deepEqual(await log.leaves(size - 1, size), [leaves[size - 1]]);
      }
    }
  });

  test('names the leaf, or the tile, that is another one or missing', async () => {
    const source = new LeavesSource(leaves, ORIGIN, keys);
    const log = await CheckedLog.open(source, await checkpointOf(source));
    const other = [...leaves];
    other[66_000] = leaves[0]!;
    const changed = new LeavesSource(other, ORIGIN, keys);
    source.leaves = changed.leaves.bind(changed);
    await assert.rejects(log.leaves(65_536, 66_560), /entry 66000: it does not have the hash/);
    await assert.rejects(log.leaves(69_888, LEAVES + 256), /entry 70000: the checkpoint covers 70000 entries/);
    source.tile = changed.tile.bind(changed);
    await log.leaves(256, 512);
    await assert.rejects(log.leaves(65_792, 66_048), /hash tile 0\/257: it does not have the hash/);
    source.tile = async () => undefined;
    await assert.rejects(log.leaves(0, 256), /hash tile 0\/0: it is missing/);
    source.leaves = async () => {
      throw new RangeError('no such bytes');
    };
    await assert.rejects(log.leaves(0, 256), /entries 0 to 255: no such bytes/);
    // A root that the tiles do not have.
    await assert.rejects(CheckedLog.open(changed, await checkpointOf(new LeavesSource(leaves, ORIGIN, keys))), /do not have its root/);
  });
});
