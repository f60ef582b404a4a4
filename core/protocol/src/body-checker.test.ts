/** The checker compiled and interpreted gives the same answers, and no answer repeats what was sent. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { Type } from 'typebox';
import { Settings } from 'typebox/system';
import { makeBodyChecker } from './body-checker.ts';
import { Money } from './money.ts';

const makeSchema = () =>
  Type.Object(
    {
      handle: Type.String({ pattern: '^[0-9a-f]{8}$' }),
      amount: Money,
      kind: Type.Union([Type.Literal('a'), Type.Literal('b')]),
      count: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
      items: Type.Array(Type.Object({ code: Type.String({ minLength: 2, maxLength: 3 }) }, { additionalProperties: false }), {
        maxItems: 3,
      }),
      tags: Type.Record(Type.String(), Type.Integer()),
    },
    { additionalProperties: false },
  );
const schema = makeSchema();
const good = {
  handle: '0123abcd',
  amount: { amount: '1', currency: 'EUR' },
  kind: 'a',
  items: [{ code: 'ab' }],
  tags: { x: 1 },
};

after(() => Settings.Reset());

describe('the checker of a schema', () => {
  const check = makeBodyChecker(schema);

  test('is made once', () => {
    assert.equal(makeBodyChecker(schema), check);
  });

  test('says where and what, in words of the schema', () => {
    assert.deepEqual(check(good), { ok: true });
    const cases: readonly (readonly [object, string, string])[] = [
      [{ handle: 'X' }, '/handle', 'does not have the required form'],
      [{ handle: 1 }, '/handle', 'is not of type string'],
      [{ amount: { amount: '1' } }, '/amount', 'lacks currency'],
      [{ kind: 'c' }, '/kind', 'matches none of the allowed forms'],
      [{ count: 0 }, '/count', 'is not >= 1'],
      [{ count: 10 }, '/count', 'is not <= 9'],
      [{ items: [{ code: 'ab' }, { code: 'a' }] }, '/items/1/code', 'has fewer than 2 characters'],
      [{ items: [{ code: 'abcd' }] }, '/items/0/code', 'has more than 3 characters'],
      [{ items: [{ code: 'ab', name: 1 }] }, '/items/0', 'has a member that is not declared'],
      [{ items: Array(4).fill({ code: 'ab' }) }, '/items', 'has more than 3 items'],
      [{ tags: { Ada: 'x' } }, '/tags/*', 'is not of type integer'],
      [{ tags: { 12345: 'x' } }, '/tags/*', 'is not of type integer'],
      [{ Ada: 1 }, '', 'has a member that is not declared'],
    ];
    for (const [change, path, message] of cases) assert.deepEqual(check({ ...good, ...change }), { ok: false, path, message });
    assert.deepEqual(check(null), { ok: false, path: '', message: 'is not of type object' });
  });

  test('repeats nothing that was sent, neither value nor name', () => {
    const marker = 'MARKER';
    const value = fc.oneof(fc.constant(marker), fc.constant({ [marker]: marker }), fc.constant([marker]), fc.constant(7));
    const name = fc.constantFrom('handle', 'amount', 'kind', 'count', 'items', 'tags', marker, `${marker}/~1`);
    fc.assert(
      fc.property(fc.dictionary(name, value), (change) => {
        const result = check({ ...good, ...change });
        assert.ok(!JSON.stringify(result).includes(marker), JSON.stringify(result));
      }),
      { numRuns: 2000 },
    );
  });

  test('answers alike where code cannot be compiled', () => {
    Settings.Set({ useAcceleration: false });
    const interpreted = makeBodyChecker(makeSchema());
    Settings.Set({ useAcceleration: true });
    const members = fc.oneof(fc.constantFrom('ab', 'a', '0123abcd', '', 1, 0, 10, null, [], {}), fc.jsonValue());
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('handle', 'amount', 'kind', 'count', 'items', 'tags', 'other'), members), (change) => {
        const value = { ...good, ...change };
        assert.deepEqual(interpreted(value), check(value));
      }),
      { numRuns: 2000 },
    );
  });
});
