/** What people type becomes the body that is signed; what is none says where. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begin, emptyValues, plainDecimal, prefill, readBody, typedAmount, type Values } from './body.ts';
import { fieldsOf, type Schema } from './fields.ts';
import { withMade } from './made.ts';

const ENGLISH = { decimal: '.', offset: () => 0 };
const SPANISH = { decimal: ',', offset: () => 60 };
const schema: Schema = {
  type: 'object',
  required: ['reason', 'items', 'until', 'count', 'actions'],
  properties: {
    reason: { enum: ['mistake', 'duplicate'] },
    until: { type: 'integer', 'x-type': 'instant' },
    count: { type: 'integer', minimum: 1, maximum: 9 },
    actions: { type: 'array', items: { type: 'string', pattern: '^[a-z.]+$' } },
    urgent: { type: 'boolean' },
    items: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['code', 'money', 'payee', '_sd'],
        properties: {
          code: { type: 'string', pattern: '^[A-Z0-9]+$' },
          payee: { type: 'string', pattern: '^[0-9a-f]{32}$' },
          money: { type: 'object', 'x-type': 'money' },
          due: { type: 'string', 'x-type': 'day' },
          _sd: { type: 'array' },
        },
        'x-disclosures': { properties: { title: { type: 'string', maxLength: 5, 'x-disclosure': 'published' } } },
      },
    },
  },
};
const fields = fieldsOf(schema, (name) => name);
const item = { code: 'A1', payee: '0'.repeat(32), money: { amount: '1,234.50', currency: 'eur' }, due: '', title: 'Roof' };
const filled: Values = { reason: 'mistake', until: '2026-12-31T23:59', count: '3', actions: ['a.b'], urgent: false, items: [item] };

test('an empty form begins with one item where one is needed, and names every field that is missing', () => {
  const { body, faults } = readBody(fields, emptyValues(fields), ENGLISH);
  assert.equal(body, undefined);
  assert.deepEqual(faults, {
    ...{ reason: 'missing', until: 'missing', count: 'missing', 'items.0.code': 'missing', 'items.0.payee': 'missing' },
    ...{ 'items.0.money.amount': 'missing', 'items.0.money.currency': 'missing' },
  });
});

test('what is typed becomes minor units, ms UTC and codes; what is empty and may be is left out', () => {
  assert.deepEqual(readBody(fields, filled, ENGLISH).body, {
    ...{ reason: 'mistake', until: Date.UTC(2026, 11, 31, 23, 59), count: 3, actions: ['a.b'], urgent: false },
    items: [{ code: 'A1', payee: '0'.repeat(32), money: { amount: '123450', currency: 'EUR' }, title: 'Roof' }],
  });
  const there = readBody(fields, { ...filled, items: [{ ...item, money: { amount: '1.234,5', currency: 'EUR' } }] }, SPANISH).body!;
  assert.deepEqual((there.items as { money: unknown }[])[0]!.money, { amount: '123450', currency: 'EUR' });
  assert.equal(there.until, Date.UTC(2026, 11, 31, 22, 59), 'the office’s clocks are an hour ahead');
});

test('hostile and wrong input is named where it stands', () => {
  const wrong = {
    ...{ reason: 'because', until: 'tomorrow', count: '10', actions: ['a.b', 'DROP TABLE'], urgent: true },
    items: [
      { ...item, code: '<b>', money: { amount: '1.005', currency: 'EUR' }, due: '1 May', title: 'too long' },
      { ...item, money: { amount: '1', currency: 'XYZ' } },
    ],
  };
  assert.deepEqual(readBody(fields, wrong, ENGLISH).faults, {
    ...{ reason: 'form', until: 'form', count: 'form', 'actions.1': 'form', 'items.0.code': 'form', 'items.0.money.amount': 'amount' },
    ...{ 'items.0.due': 'form', 'items.0.title': 'form', 'items.1.money.currency': 'currency' },
  });
  for (const amount of ['1e3', '--1', '1,23,4', '٣', '0x10', '1.2.3', '99999999999999999999', 'NaN', '1,234,56.00'])
    assert.equal(
      readBody(fields, { ...filled, items: [{ ...item, money: { amount, currency: 'EUR' } }] }, ENGLISH).faults['items.0.money.amount'],
      'amount',
      amount,
    );
});

test('numbers are read as the reader writes them', () => {
  assert.equal(plainDecimal('1\u202f234,50', ','), '1234.50');
  assert.equal(plainDecimal('1.234.567', ','), '1234567');
  assert.equal(plainDecimal('1.50', ','), 'x', 'a point that groups no thousands is not guessed at');
  assert.equal(typedAmount('-123405', 'EUR', ','), '-1234,05');
  assert.equal(typedAmount('7', 'JPY', '.'), '7');
});

test('a row begins an item: codes as they are, amounts as people type them', () => {
  const fill = { code: 'id', 'money/amount': 'amount', 'money/currency': 'currency' };
  const begun = begin(
    { code: '', money: { amount: '', currency: '' }, due: '' },
    fill,
    { id: 'A1', amount: '12345', currency: 'EUR' },
    ',',
  );
  assert.deepEqual(begun, { code: 'A1', money: { amount: '123,45', currency: 'EUR' }, due: '' });
});

test('a case’s random name is made once for each place, and kept', () => {
  const kept = new Map<string, string>();
  const two = { items: [{ code: 'A' }, { code: 'B' }] };
  const made = withMade(two, ['items/payee'], kept) as { items: { payee: string }[] };
  assert.match(made.items[0]!.payee, /^[0-9a-f]{32}$/);
  assert.notEqual(made.items[0]!.payee, made.items[1]!.payee);
  assert.deepEqual(withMade(two, ['items/payee'], kept), made);
});

test('an address begins a form: members, sums in minor units, and the first item of a list; nothing that the form does not ask', () => {
  const named = {
    reason: 'mistake',
    'items/code': 'A1',
    'items/money/amount': '123450',
    'items/money/currency': 'EUR',
    other: 'x',
    'items/_sd': 'x',
  };
  const begun = prefill(emptyValues(fields), fields, named, ',');
  assert.deepEqual(begun, {
    ...emptyValues(fields),
    reason: 'mistake',
    items: [{ code: 'A1', payee: '', money: { amount: '1234,50', currency: 'EUR' }, due: '', title: '' }],
  });
  // What is no sum of minor units fills nothing in.
  for (const wrong of ['-1', '1.5', 'x', '9'.repeat(19)])
    assert.deepEqual(
      prefill(emptyValues(fields), fields, { 'items/money/amount': wrong, 'items/money/currency': 'EUR' }, '.'),
      emptyValues(fields),
    );
  const unknown = { 'items/money/amount': '1', 'items/money/currency': 'none' };
  assert.deepEqual(prefill(emptyValues(fields), fields, unknown, '.'), emptyValues(fields));
});
