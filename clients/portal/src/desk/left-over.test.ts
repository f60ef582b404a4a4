/** Every value that is signed stands on the screen, told as a change or left over; a node that tells another one hides nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckVerdict } from '@tabularium/sdk';
import { leftOver } from './left-over.ts';

const changed = (key: string, ...after: readonly object[]): NonNullable<CheckVerdict['changes']> =>
  [{ key, title: '', isNew: true, members: after.map((one) => ({ label: 'x', after: one })) }] as never;
const body = { year: '2027', from: '2027-01-01', to: '2027-12-31' };
const days = Object.values(body).map((value) => ({ label: 'x', as: 'text', value }));

test('what the changes tell is not said again', () => {
  assert.equal(leftOver(body, changed('treasury/year/2027', ...days)), undefined);
});

test('a value that the node tells otherwise is left over', () => {
  assert.deepEqual(leftOver({ ...body, year: '2072' }, changed('treasury/year/2027', ...days)), { year: '2072' });
});

test('a key is told by the record’s name, a reason is not; amounts are told with their currency, digests never', () => {
  const key = 'treasury/line/2026.GEN.1';
  const line = { _sd: ['digest'], money: { amount: '100', currency: 'EUR' } };
  const told = changed(key, { label: 'x', as: 'money', value: '100', currency: 'EUR' });
  assert.deepEqual(leftOver({ key, reason: 'typing-error', items: [line] }, told), { reason: 'typing-error' });
  assert.deepEqual(leftOver({ items: [{ ...line, money: { amount: '100', currency: 'USD' } }] }, told), {
    items: [{ money: { amount: '100', currency: 'USD' } }],
  });
  assert.deepEqual(leftOver({ items: [{ money: { amount: '101', currency: 'EUR' } }] }, told), {
    items: [{ money: { amount: '101', currency: 'EUR' } }],
  });
});
