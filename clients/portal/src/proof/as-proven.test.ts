/** What a page shows is held against the proven record: honest rows agree, and whatever is changed in one is named. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Told } from '../data/shown.ts';
import { differing, provenRow, saidOtherwise } from './as-proven.ts';

const KEY = 'treasury/payment/9f';
const RECORD = {
  ...{ v: 1, rev: 2, tx: 'aa', rule: 'treasury.payment.order', time: 5, state: 'paid', line: '2025.GEN.1', due: 1_774_652_400_000 },
  ...{ money: { amount: '45700', currency: 'EUR' }, orderedBy: ['accounts-1', 'mayor-1'], execute: '2026-01-26', deadlines: { end: '01' } },
};
const ROW = {
  ...{ id: '9f', line: '2025.GEN.1', state: 'paid', standing: '', amount: '45700', currency: 'EUR', execute: '2026-01-26', year: '2025' },
  ...{ ordered_by: 'accounts-1 mayor-1', released_by: null, due: 1_774_652_400_000, entry: 7, time: 6, deadlines: 'x' },
};
const TOLD: readonly Told[] = [
  { label: 'Amount', as: 'money', value: '45700', currency: 'EUR' },
  { label: 'Execute on', as: 'day', value: '2026-01-26' },
  { label: 'Due', as: 'time', value: 1_774_652_400_000 },
  { label: 'Budget line', as: 'record', value: 'Roof (2025.GEN.1)', key: 'treasury/line/2025.GEN.1' },
  { label: 'Title', as: 'text', value: 'Roof' },
];

test('a row agrees with its record, and what no member answers to is not taken for proven', () => {
  const proven = provenRow(Object.keys(ROW), RECORD);
  assert.deepEqual(Object.keys(proven).sort(), [...['amount', 'currency', 'due', 'execute', 'line', 'ordered_by', 'standing', 'state']]);
  assert.deepEqual(differing(ROW, proven), []);
});

test('each proven column that is changed, emptied or left out of a row is named', () => {
  const proven = provenRow(Object.keys(ROW), RECORD);
  for (const column of Object.keys(proven).filter((one) => one !== 'standing')) {
    assert.deepEqual(differing({ ...ROW, [column]: '95700' }, proven), [column]);
    assert.deepEqual(differing({ ...ROW, [column]: null }, proven), [column]);
    const { [column]: _, ...without } = ROW as Record<string, string | number | null>;
    assert.deepEqual(differing(without, proven), [column]);
  }
  assert.deepEqual(differing({ ...ROW, standing: 'annulled' }, proven), ['standing'], 'a record without a standing stands');
});

test('a member of a prototype is none of the record’s', () => {
  assert.deepEqual(provenRow(['constructor', 'to_string', '__proto__'], RECORD), {});
});

test('what is told of a record is in it', () => {
  assert.deepEqual(saidOtherwise(KEY, TOLD, RECORD, RECORD), []);
});

test('an amount that is told otherwise is named with the proven one, whether or not the page’s record says so too', () => {
  const told = TOLD.map((one) => (one.as === 'money' ? { ...one, value: '95700' } : one));
  const here = { label: 'Amount', as: 'money', value: '95700', currency: 'EUR' };
  const expected = [{ label: 'Amount', here, proven: { ...here, value: '45700' } }];
  assert.deepEqual(saidOtherwise(KEY, told, { ...RECORD, money: { amount: '95700', currency: 'EUR' } }, RECORD), expected);
  assert.deepEqual(saidOtherwise(KEY, told, RECORD, RECORD), expected);
});

test('another currency, day, moment or record is named', () => {
  const changes: readonly Partial<Told>[] = [
    { currency: 'USD' },
    { value: '2027-01-26' },
    { value: 1 },
    { key: 'treasury/line/2025.GEN.2' },
  ];
  for (const [n, change] of changes.entries()) {
    const told = TOLD.map((one, place) => (place === n ? { ...one, ...change } : one));
    assert.deepEqual(
      saidOtherwise(KEY, told, RECORD, RECORD).map(({ label }) => label),
      [TOLD[n]!.label],
    );
  }
  const elsewhere = TOLD.map((one) => (one.as === 'record' ? { ...one, key: 'other/line/2025.GEN.1' } : one));
  assert.equal(saidOtherwise(KEY, elsewhere, RECORD, RECORD).length, 1, 'a record of the same number in another module');
});

test('a member of the page’s record that nothing is told of is named as well, also one too many or too few', () => {
  const { rule: _, ...shown } = { ...RECORD, orderedBy: ['mayor-2'], more: true };
  assert.deepEqual(
    saidOtherwise(KEY, TOLD, shown, RECORD).map(({ label, here, proven }) => [label, here.value, proven?.value]),
    [
      ['orderedBy', 'mayor-2', 'accounts-1 mayor-1'],
      ['more', true, '–'],
      ['rule', '–', 'treasury.payment.order'],
    ],
  );
});
