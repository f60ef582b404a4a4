/** Events and leaves as rows: they come back as they went in, and a row that was touched is named. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StorageDamaged } from '@tabularium/engine-port';
import type { StoredEvent } from '@tabularium/kernel';
import { encodeEntryBundle } from '@tabularium/log';
import fc from 'fast-check';
import { decodeEvents, encodeEvents, sliceLeaves } from './block-rows.ts';

const signer = fc.record({
  kid: fc.string(),
  officer: fc.constantFrom('a', 'b'),
  agency: fc.constant('town'),
  role: fc.constant('clerk'),
  office: fc.string(),
});
const event: fc.Arbitrary<StoredEvent> = fc.record({
  type: fc.constantFrom('m.a.b', 'm.a.c'),
  data: fc.dictionary(fc.string(), fc.oneof(fc.string({ maxLength: 200 }), fc.integer()), { noNullPrototype: true }),
  tx: fc.constantFrom('t1', 't2'),
  entry: fc.constantFrom(-1, 0, 1),
  action: fc.constantFrom('m.a.x', 'm.a.y'),
  signers: fc.array(signer, { maxLength: 2 }),
  keys: fc.array(fc.string(), { maxLength: 3 }),
});

test('events come back as they were, in whatever form they were kept', () => {
  const forms = new Set<number>();
  fc.assert(
    fc.property(fc.array(event, { maxLength: 8 }), fc.constantFrom(1, 1, 60), (some, times) => {
      const events = Array.from({ length: times }, () => some).flat();
      const row = encodeEvents(events);
      if (row.length > 0) forms.add(row[0]!);
      assert.deepEqual(JSON.parse(JSON.stringify(decodeEvents(row, 1))), JSON.parse(JSON.stringify(events)));
    }),
  );
  assert.deepEqual([...forms].sort(), [0, 1, 2]);
});

test('events that cannot be read name their block', () => {
  const row = Buffer.from(encodeEvents([{ type: 'a.b.c', data: {}, tx: 't', entry: 0, action: 'a.b.c', signers: [], keys: [] }]));
  for (const bad of [Buffer.concat([Uint8Array.of(9), row]), row.subarray(0, -1), Uint8Array.of(1, 2, 3), Uint8Array.of(2, 2, 3)]) {
    assert.throws(() => decodeEvents(bad, 77), { name: 'StorageDamaged', message: /block 77/ });
  }
});

test('leaves are cut out of a row by their place', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 20 }), fc.nat(), fc.nat(), (leaves, a, b) => {
      const [from, to] = [a % (leaves.length + 1), b % (leaves.length + 1)].sort((x, y) => x - y) as [number, number];
      const row = encodeEntryBundle(leaves);
      assert.deepEqual(
        sliceLeaves(row, from, to, 1).map((leaf) => [...leaf]),
        leaves.slice(from, to).map((leaf) => [...leaf]),
      );
      assert.throws(() => sliceLeaves(row.subarray(0, -1), 0, leaves.length, 5), StorageDamaged);
    }),
  );
});
