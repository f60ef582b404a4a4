/** The generator behind every seed we print: repeatable for ever, so its first numbers are pinned. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from './seeded-random.ts';

test('equal seeds give equal streams, other seeds others', () => {
  const first = Array.from({ length: 50 }, seededRandom(7).uint32);
  assert.deepEqual(Array.from({ length: 50 }, seededRandom(7).uint32), first);
  assert.notDeepEqual(Array.from({ length: 50 }, seededRandom(8).uint32), first);
  assert.notDeepEqual(Array.from({ length: 50 }, seededRandom(7 + 2 ** 32).uint32), first);
});

test('the first numbers of seed 1 never change', () => {
  assert.deepEqual(Array.from({ length: 4 }, seededRandom(1).uint32), [2442144158, 3238099751, 3819917871, 2104621829]);
});

test('below stays below and reaches every value', () => {
  const random = seededRandom(1);
  const seen = new Set(Array.from({ length: 1_000 }, () => random.below(7)));
  assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5, 6]);
  for (const n of [0, -1, 1.5, 2 ** 33]) assert.throws(() => random.below(n), RangeError);
});

test('between includes both ends, chance counts, shuffle keeps what it is given', () => {
  const random = seededRandom(2);
  const drawn = new Set(Array.from({ length: 300 }, () => random.between(-2, 2)));
  assert.deepEqual(
    [...drawn].sort((x, y) => x - y),
    [-2, -1, 0, 1, 2],
  );
  const hits = Array.from({ length: 10_000 }, () => random.chance(1, 4)).filter(Boolean).length;
  assert.ok(hits > 2_200 && hits < 2_800, `${hits} of 10,000 at one in four`);
  assert.deepEqual(random.shuffle([1, 2, 3, 4, 5]).sort(), [1, 2, 3, 4, 5]);
  assert.throws(() => random.pick([]), RangeError);
});

test('a fork does not follow its parent', () => {
  const random = seededRandom(3);
  const fork = random.fork();
  assert.notDeepEqual(Array.from({ length: 20 }, fork.uint32), Array.from({ length: 20 }, random.uint32));
  assert.equal(random.bytes(16).length, 16);
});
