/** A table becomes the items of a form, exactly; what cannot be read is named by its line, and nothing is guessed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '@tabularium/catalogue';
import { sumOf } from '../bundle.ts';
import type { Form } from '../desk-data.ts';
import type { Schema } from '../forms/fields.ts';
import { itemList } from './item-list.ts';
import { columnsOf, LINE, LINES_MAX, readItems } from './read-items.ts';

const { actions, views } = catalogue.find(({ name }) => name === 'treasury')!;
const call = (name: string): string => name;

function formNamed(action: string): Form & { readonly schema: Schema } {
  const view = views[`form-${action.replaceAll('.', '-')}`] as unknown as Form;
  return { ...view, module: 'treasury', name: action, text: '', schema: actions[action]!.body as Schema };
}

function read(action: string, csv: string, currency: string | null = 'EUR') {
  const form = formNamed(action);
  const list = itemList(form, call)!;
  return readItems(csv, list, columnsOf(list, form.picks?.[0]?.fill ?? {}), currency ?? undefined);
}

const DEBT = `${'a'.repeat(32)}.1`;

test('forms of plain items can be taken from a table; those that ask for texts, names or more than a list cannot', () => {
  const suited = Object.keys(actions).filter((action) => action !== 'import' && itemList(formNamed(action), call) !== undefined);
  assert.deepEqual(suited, ['allot', 'commit.post', 'commit.release', 'payment.order', 'payment.approve', 'payment.release']);
});

test('the columns of the integrator’s table, and those of a list that was downloaded', () => {
  const allotted = read('allot', 'year,fund,line,amount\n2026,GEN,1-132-01,1250.5\n2026,GEN,1-132-02,"80,00"');
  assert.ok('items' in allotted);
  assert.deepEqual(allotted.items[0]!.item, { year: '2026', fund: 'GEN', line: '1-132-01', money: { amount: '125050', currency: 'EUR' } });
  assert.deepEqual(sumOf(allotted.items), [{ currency: 'EUR', minor: '133050' }]);
  const ordered = read('payment.order', `\uFEFFid;commitment;Amount;currency;due\r\n${DEBT};x;7;USD;2026-01-01\r\n`, null);
  assert.ok('items' in ordered);
  assert.deepEqual(ordered.items, [
    {
      id: '2',
      row: { [LINE]: '2', payable: DEBT, amount: '700', currency: 'USD' },
      item: { payable: DEBT, money: { amount: '700', currency: 'USD' } },
    },
  ]);
});

test('what cannot be read is named by its line and its members; hostile cells are no items', () => {
  const lines = [
    [`${DEBT},1.234`, 'money: amount'],
    [`${DEBT},-5`, 'money: amount'],
    [`${DEBT},1e3`, 'money: amount'],
    [`${DEBT},`, 'money: missing'],
    [`=cmd|' /C calc'!A0,5`, 'payable: form'],
    [`<img src=x onerror=alert(1)>,5`, 'payable: form'],
    [`${DEBT},5,6`, 'columns'],
    [`__proto__,5`, 'payable: form'],
  ] as const;
  const table = read('payment.order', ['payable,amount', ...lines.map(([line]) => line), `${DEBT},5`].join('\n'));
  assert.ok('items' in table);
  assert.deepEqual(
    table.unread.map(({ line, faults }) => [line, faults === 'columns' ? faults : `${faults[0]![0].toLowerCase()}: ${faults[0]![1]}`]),
    lines.map(([, said], n) => [n + 2, said]),
  );
  assert.deepEqual(
    table.items.map(({ id }) => id),
    [String(lines.length + 2)],
  );
});

test('missing columns are named; a file without a currency needs one told; a quote never closed breaks it; too many lines are cut', () => {
  assert.deepEqual(read('payment.order', 'payable\nx'), { missing: ['amount'] });
  assert.deepEqual(read('payment.order', 'payable,amount\nx,1', null), { missing: ['currency'] });
  assert.deepEqual(read('payment.order', ''), { broken: true });
  assert.deepEqual(read('payment.order', 'payable,amount\n"x,1\ny,2'), { broken: true });
  const long = read('payment.order', `payable,amount\n${`${DEBT},1\n`.repeat(LINES_MAX + 1)}`);
  assert.ok('items' in long);
  assert.deepEqual([long.items.length, long.isCut], [LINES_MAX, true]);
});
