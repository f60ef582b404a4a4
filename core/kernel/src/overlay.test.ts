/** State under layers: held to a plain map, with scans that cost what they find. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@tabularium/protocol';
import fc from 'fast-check';
import { MapState } from './ledger-rig.test.ts';
import { Overlay, RecordCache } from './overlay.ts';

const collections = ['m/a/', 'm/b/', 'm/ab/'];
const key = fc.tuple(fc.constantFrom(...collections), fc.integer({ min: 0, max: 30 })).map(([collection, n]) => `${collection}${n}`);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('put' as const), key, value: fc.integer() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), key }) },
  fc.record({ do: fc.constantFrom('open' as const, 'keep' as const, 'drop' as const) }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('scan' as const),
      collection: fc.constantFrom(...collections),
      from: fc.integer({ min: 0, max: 30 }),
      limit: fc.integer({ min: 1, max: 12 }),
    }),
  },
);

test('whatever is written, kept and dropped, it reads like the map it stands for', () => {
  fc.assert(
    fc.property(fc.uniqueArray(key), fc.array(step, { maxLength: 60 }), (committed, steps) => {
      const state = new MapState(new Map(committed.map((one) => [one, JSON.stringify({ of: one })])));
      const overlay = new Overlay(state, new RecordCache(8));
      const models: Map<string, JsonObject>[] = [new Map(committed.map((one) => [one, { of: one }]))];
      for (const one of steps) {
        const model = models.at(-1)!;
        if (one.do === 'put') {
          overlay.put(one.key, { value: one.value });
          model.set(one.key, { value: one.value });
        } else if (one.do === 'remove') {
          overlay.remove(one.key);
          model.delete(one.key);
        } else if (one.do === 'open') {
          overlay.open();
          models.push(new Map(model));
        } else if (one.do === 'scan') {
          const [start, end] = [`${one.collection}${one.from}`, `${one.collection}\u007f`];
          const keys = [...model.keys()].filter((other) => other >= start && other < end).sort();
          assert.deepEqual(
            overlay.scan(start, end, one.limit),
            keys.slice(0, one.limit).map((other) => ({ key: other, value: model.get(other) })),
          );
        } else if (models.length > 1) {
          if (one.do === 'keep') {
            overlay.keep();
            models.splice(-2, 2, model);
          } else {
            overlay.drop();
            models.pop();
          }
        }
        for (const other of committed.slice(0, 3)) assert.deepEqual(overlay.get(other), models.at(-1)!.get(other));
      }
      while (models.length > 1) {
        overlay.drop();
        models.pop();
      }
      const after = new MapState(state.records);
      after.apply(overlay.writes());
      const expected = [...models[0]!].map(([one, value]) => [one, JSON.stringify(value)]);
      assert.deepEqual([...after.records].sort(), expected.sort());
    }),
    { numRuns: 300 },
  );
});

test('the ground layer is neither kept nor dropped, and nothing is written while a layer is open', () => {
  const overlay = new Overlay(new MapState(new Map()), new RecordCache(8));
  assert.throws(() => overlay.drop(), /ground/);
  overlay.open();
  assert.throws(() => overlay.writes(), /open/);
  overlay.keep();
  assert.throws(() => overlay.keep(), /ground/);
});

test('what was never there is not written as removed', () => {
  const overlay = new Overlay(new MapState(new Map([['m/a/1', '{}']])), new RecordCache(8));
  overlay.put('m/a/2', {});
  overlay.remove('m/a/2');
  overlay.remove('m/a/3');
  overlay.remove('m/a/1');
  assert.deepEqual([...overlay.writes()], [['m/a/1', null]]);
});

test('a record is read from the store once a block', () => {
  const state = new MapState(new Map([['m/a/1', '{"n":1}']]));
  const overlay = new Overlay(state, new RecordCache(8));
  for (let n = 0; n < 5; n++) {
    assert.deepEqual(overlay.get('m/a/1'), { n: 1 });
    assert.equal(overlay.get('m/a/2'), undefined);
  }
  assert.equal(state.reads, 2);
});

test('parsed records are kept while their text is the same, and no more than the cache holds', () => {
  const cache = new RecordCache(2);
  const first = cache.parse('a', '{"n":1}');
  assert.equal(cache.parse('a', '{"n":1}'), first);
  assert.deepEqual(cache.parse('a', '{"n":2}'), { n: 2 });
  for (const key of ['b', 'c', 'd']) cache.parse(key, '{}');
  assert.notEqual(cache.parse('a', '{"n":1}'), first);
});
