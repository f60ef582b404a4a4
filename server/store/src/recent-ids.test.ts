/** The memory of ids against a plain table: whatever it says without looking is what the table says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeUlid } from '@tabularium/protocol';
import fc from 'fast-check';
import { RecentIds } from './recent-ids.ts';

test('what it answers is what the table holds, for ids in any order, also after many have left it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 70_000 }), fc.infiniteStream(fc.nat({ max: 60_000 })), (count, times) => {
      const table = new Map<string, readonly [number, number]>();
      const before = ulid(500, 0);
      table.set(before, [0, 10]);
      const recent = new RecentIds(before);
      for (let n = 1; n <= count; n++) {
        // Mostly later than all before, some far too late or too early.
        const time = n % 97 === 0 ? times.next().value : 1_000 + n;
        const id = ulid(time, n);
        recent.add('kid', id, n % 5, n);
        table.set(id, [n, n % 5]);
      }
      const asked = [...table.keys()].filter((_, i) => i % 331 === 0 || i < 3);
      for (const id of [...asked, ulid(1, 7), ulid(70_000, 7), ulid(900, 9)]) {
        const held = table.get(id);
        const truth = held !== undefined && held[1] > 2 ? held[0] : 'none';
        const found = recent.find('kid', id, 2);
        if (found !== undefined) assert.equal(found, truth, id);
        assert.equal(recent.find('another', id, 2) ?? 'none', 'none');
      }
    }),
    { numRuns: 12 },
  );
});

test('while ids ascend, the table is never asked', () => {
  const recent = new RecentIds(ulid(1, 1));
  for (let n = 0; n < 90_000; n++) {
    const id = ulid(10 + n, n);
    assert.equal(recent.find('kid', id, 0), 'none');
    recent.add('kid', id, 100, n);
    assert.equal(recent.find('kid', id, 0), n);
  }
});

function ulid(time: number, n: number): string {
  const random = new Uint8Array(10);
  new DataView(random.buffer).setUint32(6, n);
  return makeUlid(time, random);
}
