/** Four hundred payments: what is refused is left out and named, what depends on it too; the rest is counted, summed and put in parts that fit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@tabularium/protocol';
import type { CheckVerdict } from '@tabularium/sdk';
import { type BundleItem, inParts, largestOf, lookAt, sumOf } from './bundle.ts';

const items = (count: number, wide = 0): readonly BundleItem[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `p${n}`,
    row: { amount: String(100 + n), currency: n % 2 === 0 ? 'EUR' : 'USD' },
    item: { payment: `p${n}`, wide: 'x'.repeat(wide) },
  }));

const refusal = (refused: readonly number[]): CheckVerdict => ({
  ...{ kind: 'refused', status: 409, code: 'treasury.not-pending', detail: 'It was paid before.' },
  items: refused.map((item) => ({ item, code: 'treasury.not-pending', rule: 'treasury.ledger.once' })),
});

test('refused items are left out, and the rest is asked again until it is allowed', async () => {
  const asked: number[] = [];
  const ask = async (some: readonly JsonObject[]): Promise<CheckVerdict> => {
    asked.push(some.length);
    const bad = some.flatMap(({ payment }, n) => (payment === 'p3' || payment === 'p399' ? [n] : []));
    if (bad.length > 0) return refusal(bad);
    // One that rested on another shows only when that one is gone.
    const late = some.findIndex(({ payment }) => payment === 'p7');
    return late === -1 ? { kind: 'accepted' } : refusal([late]);
  };
  const { allowed, exceptions, refused } = await lookAt(items(400), ask);
  assert.deepEqual(asked, [400, 398, 397]);
  assert.equal(allowed.length, 397);
  assert.deepEqual(
    exceptions.map(({ item }) => item.id),
    ['p3', 'p399', 'p7'],
  );
  assert.equal(refused, undefined);
});

test('who may sign none of it is told why; a rule that never ends does not go on for ever; a broken question is an error', async () => {
  const none = await lookAt(items(2), async () => ({ kind: 'refused', status: 403, code: 'kernel.role-not-held', detail: 'No.' }));
  assert.deepEqual([none.allowed.length, none.refused?.code], [0, 'kernel.role-not-held']);
  let rounds = 0;
  const stubborn = await lookAt(items(50), async () => {
    rounds++;
    return refusal([0]);
  });
  assert.deepEqual([stubborn.allowed.length, rounds], [0, 8]);
  await assert.rejects(
    lookAt(items(1), async () => ({ kind: 'malformed', status: 400, code: 'body-invalid', detail: 'broken' })),
    /broken/,
  );
  assert.deepEqual(await lookAt([], async () => assert.fail('nothing to ask')), { allowed: [], exceptions: [] });
});

test('count, total by currency and the ten largest', () => {
  assert.deepEqual(sumOf(items(4)), [
    { currency: 'EUR', minor: '202' },
    { currency: 'USD', minor: '204' },
  ]);
  assert.deepEqual(
    largestOf(items(400)).map(({ id }) => id),
    Array.from({ length: 10 }, (_, n) => `p${399 - n}`),
  );
  const huge = { id: 'huge', row: { amount: '9223372036854775807', currency: 'EUR' }, item: {} };
  assert.equal(largestOf([...items(3), huge])[0]!.id, 'huge');
});

test('what is too long for one transaction goes in parts, in order; four hundred approvals are one', () => {
  const approvals = Array.from({ length: 400 }, (_, n) => ({ id: String(n), row: {}, item: { payment: 'f'.repeat(32) } }));
  assert.equal(inParts(approvals).length, 1);
  const parts = inParts(items(400, 120));
  assert.ok(parts.length > 1);
  assert.deepEqual(
    parts.flat().map(({ id }) => id),
    items(400).map(({ id }) => id),
  );
  for (const part of parts) assert.ok((JSON.stringify({ items: part.map(({ item }) => item) }).length * 4) / 3 < 60 * 1_024);
  assert.deepEqual(inParts([]), []);
});
