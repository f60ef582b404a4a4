/** What may be corrected is what the module says; what stands there comes back as it was; only what differs is a change. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '@tabularium/catalogue';
import { type Locale, readBody } from '../forms/body.ts';
import type { Schema } from '../forms/fields.ts';
import { correctable, differences, type Held, valuesOf } from './correction.ts';

const LOCALE: Locale = { decimal: ',', offset: () => 60 };
const call = (name: string): string => name;

function changeOf(collection: string): Schema {
  const { collections } = catalogue.find(({ name }) => name === 'treasury')!;
  return collections[collection]!.correction as Schema;
}

const COMMITMENT: Held = {
  money: { amount: '123456', currency: 'EUR' },
  reference: 'C-2026-12',
  until: '2026-12-31',
  state: 'posted',
  rev: 3,
};

test('every collection that can be corrected says what of it may change, and its fields hold what stands there', () => {
  for (const { name: module, collections } of catalogue)
    for (const [collection, one] of Object.entries(collections))
      assert.equal(one.correct === undefined, one.correction === undefined, `${module}/${collection}`);
  const fields = correctable(changeOf('commitment'), COMMITMENT, call);
  assert.deepEqual(
    fields.map(({ name, kind, isRequired }) => [name, kind, isRequired]),
    [
      ['money', 'money', true],
      ['reference', 'code', true],
      ['until', 'day', true],
    ],
  );
  const values = valuesOf(fields, COMMITMENT, LOCALE);
  assert.deepEqual(values, { money: { amount: '1234,56', currency: 'EUR' }, reference: 'C-2026-12', until: '2026-12-31' });
  assert.deepEqual(differences(fields, readBody(fields, values, LOCALE).body!, COMMITMENT), []);
});

test('only what differs is a change; what stands there cannot be taken away, what does not may be left empty', () => {
  const fields = correctable(changeOf('commitment'), COMMITMENT, call);
  const values = { ...valuesOf(fields, COMMITMENT, LOCALE), reference: 'C-2026-21', money: { amount: '1.234,56', currency: 'eur' } };
  assert.deepEqual(differences(fields, readBody(fields, values, LOCALE).body!, COMMITMENT), [
    { name: 'reference', label: 'Contract or decision', before: 'C-2026-12', after: 'C-2026-21' },
  ]);
  assert.deepEqual(readBody(fields, { ...values, reference: ' ' }, LOCALE).faults, { reference: 'missing' });
  const line = { economic: '21', law: 'ACT-1' };
  const codes = correctable(changeOf('line'), line, call);
  const read = readBody(codes, { ...valuesOf(codes, line, LOCALE), functional: '091' }, LOCALE);
  assert.deepEqual(
    differences(codes, read.body!, line).map(({ name, before, after }) => [name, before, after]),
    [['functional', undefined, '091']],
  );
});

test('other kinds of members come back as they were', () => {
  const change: Schema = {
    properties: {
      open: { type: 'boolean' },
      since: { type: 'integer', 'x-type': 'instant' },
      people: { type: 'array', items: { type: 'string' } },
      place: { type: 'object', properties: { street: { type: 'string' } } },
      steps: { type: 'array', items: { type: 'object', properties: { day: { type: 'string', 'x-type': 'day' } } } },
      title: { type: 'string', 'x-disclosure': 'published' },
    },
  };
  const record = { open: true, since: 1_780_000_020_000, people: ['a', 'b'], place: { street: 'x' }, steps: [{ day: '2026-01-01' }] };
  const fields = correctable(change, record, call);
  assert.ok(
    fields.every(({ name }) => name !== 'title'),
    'a text is withdrawn, not corrected',
  );
  const { body, faults } = readBody(fields, valuesOf(fields, record, LOCALE), LOCALE);
  assert.deepEqual([body, faults], [record, {}]);
  assert.deepEqual(differences(fields, body!, record), []);
  const none = correctable(change, {}, call);
  assert.deepEqual(differences(none, readBody(none, valuesOf(none, {}, LOCALE), LOCALE).body!, {}), []);
});
