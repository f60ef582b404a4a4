/** What CometBFT is told of a node's snapshots: only what a light client can prove already, and nothing where there is nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { awaitsBlock, type OfferedSnapshot, snapshotHandlers } from './snapshots.ts';

const snapshot = (height: number): OfferedSnapshot => ({
  height,
  format: 1,
  chunks: 2,
  hash: Uint8Array.of(height),
  metadata: Uint8Array.of(7, height),
});

test('a snapshot is told of once two blocks have followed it', async () => {
  let newest = 21;
  const given = { list: () => [snapshot(20), snapshot(10)], chunk: async () => undefined, wanted: () => assert.fail('there is one') };
  const { listSnapshots } = snapshotHandlers(given, () => newest);
  const heights = async () => (await listSnapshots!({})).snapshots.map(({ height }) => Number(height));
  assert.deepEqual(await heights(), [10]);
  newest = 22;
  assert.deepEqual(await heights(), [20, 10]);
  const { snapshots } = await listSnapshots!({});
  assert.deepEqual(snapshots[1], { ...snapshot(10), height: 10n });
});

test('where there is none, one is wanted; until it can be proven, blocks are', async () => {
  const list: OfferedSnapshot[] = [];
  let newest = 9;
  let isWanted = false;
  const source = { list: () => list, chunk: async () => undefined, wanted: () => (isWanted = true) };
  const { listSnapshots } = snapshotHandlers(source, () => newest);
  const isAwaited = (): boolean => awaitsBlock({ list: () => list, isWanted }, newest);
  assert.equal(isAwaited(), false);
  assert.deepEqual(await listSnapshots!({}), { snapshots: [] });
  assert.deepEqual([isWanted, isAwaited()], [true, true]);
  isWanted = false;
  list.push(snapshot(10));
  for (const [height, awaits] of [
    [10, true],
    [11, true],
    [12, false],
  ] as const) {
    newest = height;
    assert.equal(isAwaited(), awaits);
  }
  assert.equal((await listSnapshots!({})).snapshots.length, 1);
  assert.equal(isWanted, false);
});

test('a chunk is handed out as it is, and an empty answer says that there is none', async () => {
  const asked: unknown[] = [];
  const chunk = async (...of: readonly number[]): Promise<Uint8Array | undefined> => {
    asked.push(of);
    return of[2] === 1 ? Uint8Array.of(1, 2, 3) : undefined;
  };
  const { loadSnapshotChunk } = snapshotHandlers({ list: () => [], chunk, wanted: () => undefined }, () => 0);
  assert.deepEqual(await loadSnapshotChunk!({ height: 10n, format: 1, chunk: 1 }), { chunk: Uint8Array.of(1, 2, 3) });
  assert.deepEqual(await loadSnapshotChunk!({ height: 10n, format: 1, chunk: 2 }), { chunk: new Uint8Array(0) });
  assert.deepEqual(asked, [
    [10, 1, 1],
    [10, 1, 2],
  ]);
});
