/** Rows become items: every transform, every flag of the reader, and maps that do not fit. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { catalogue } from '@tabularium/catalogue';
import { ImportFileError } from './import-file-error.ts';
import { type AmountField, type CodeField, type ImportMap, readMap } from './import-map.ts';
import { RowReader } from './row-item.ts';

const folder = mkdtempSync(join(tmpdir(), 'tabularium-map-'));
after(() => rmSync(folder, { recursive: true }));

const body = catalogue.find(({ name }) => name === 'treasury')!.actions.import!.body as unknown as {
  properties: { items: { items: never } };
};
const itemSchema = body.properties.items.items;

function map(fields: ImportMap['fields'], more: Partial<ImportMap> = {}): ImportMap {
  return { title: 'test', source: 'TEST-1', kind: 'payment', format: { kind: 'csv' }, fields, ...more };
}
function read(theMap: ImportMap, cells: Record<string, string>, fault?: 'row-columns') {
  const row = { line: 2, cells: new Map(Object.entries(cells)) };
  return new RowReader(theMap, itemSchema).read(fault === undefined ? row : { ...row, fault }, 1);
}
const amount: AmountField = { as: 'amount', columns: ['A'], currency: 'EUR' };

test('codes: trimmed, in capitals, padded, joined, replaced; blanks left out only where they may be', () => {
  const line: CodeField = { as: 'code', columns: ['S', 'P', 'E'], blank: ['P'], pad: { E: 5 }, replace: { none: 'X0' } };
  assert.deepEqual(read(map({ line }), { S: ' a1 ', P: 'b2', E: '7' }), { row: 1, kind: 'payment', line: 'A1-B2-00007' });
  assert.equal(read(map({ line }), { S: 'a1', P: ' ', E: '7' }).line, 'A1-00007');
  assert.equal(read(map({ line }), { S: 'none', P: '', E: '7' }).line, 'X0-00007');
  assert.deepEqual(read(map({ line }), { S: '', P: 'b2', E: '7' }), { row: 1, kind: 'payment' });
  assert.deepEqual(read(map({ line }), { S: 'Straße 1', P: '', E: '7' }).flags, ['code-unreadable']);
});

test('dates: as precise as their form; what does not fit is named', () => {
  const date = (form?: string) => map({ date: { as: 'date', columns: ['D'], ...(form === undefined ? {} : { form }) } });
  assert.equal(read(date(), { D: '2012' }).date, '2012');
  assert.equal(read(date('YYYY-MM-DD'), { D: '2012-05-31' }).date, '2012-05-31');
  assert.equal(read(date('MM/DD/YYYY'), { D: '10/01/2014 00:00:00' }).date, '2014-10-01');
  assert.equal(read(date('DD.MM.YYYY'), { D: '31.12.2014' }).date, '2014-12-31');
  assert.equal(read(date('YYYYMM'), { D: '201412' }).date, '2014-12');
  assert.deepEqual(read(date(), { D: ' ' }), { row: 1, kind: 'payment' });
  for (const [form, text] of [
    [undefined, '10000'],
    [undefined, '12'],
    ['DD.MM.YYYY', '31/12/2014'],
    ['YYYY-MM-DD', '2014-13-01'],
    ['YYYY-MM-DD', 'n/a'],
  ] as const) {
    assert.deepEqual(read(date(form), { D: text }).flags, ['date-unreadable'], text);
  }
});

test('amounts: exact, in minor units, never rounded', () => {
  const money = (more: object = {}) => map({ money: { ...amount, ...more } });
  assert.deepEqual(read(money(), { A: '1,234.50' }).money, { amount: '123450', currency: 'EUR' });
  assert.deepEqual(read(money({ currency: 'JPY' }), { A: '1234' }).money, { amount: '1234', currency: 'JPY' });
  assert.deepEqual(read(money({ minor: true }), { A: '1234' }).money, { amount: '1234', currency: 'EUR' });
  assert.deepEqual(read(money({ shift: 3 }), { A: '12.5' }).money, { amount: '1250000', currency: 'EUR' });
  assert.deepEqual(read(money({ currency: undefined, currencyColumn: 'C' }), { A: '-1', C: 'usd' }).money, {
    amount: '-100',
    currency: 'USD',
  });
  assert.deepEqual(read(map({ money: amount }, { format: { kind: 'csv', decimal: ',' } }), { A: '1.234,5' }).money, {
    amount: '123450',
    currency: 'EUR',
  });
  assert.deepEqual(read(money(), { A: '92233720368547758.07' }).money, { amount: '9223372036854775807', currency: 'EUR' });
  for (const [theMap, cells, flag] of [
    [money(), { A: 'ABCD' }, 'amount-unreadable'],
    [money(), { A: '1.005' }, 'amount-not-integer'],
    [money({ currency: 'JPY' }), { A: '1.5' }, 'amount-not-integer'],
    [money({ minor: true }), { A: '1.5' }, 'amount-not-integer'],
    [money(), { A: '92233720368547758.08' }, 'amount-out-of-range'],
    [money({ minor: true }), { A: '9223372036854775808' }, 'amount-out-of-range'],
    [money({ currency: 'XQQ' }), { A: '1' }, 'currency-unknown'],
    [money({ currency: undefined, currencyColumn: 'C' }), { A: '1', C: '' }, 'currency-unknown'],
  ] as const) {
    const item = read(theMap, cells);
    assert.deepEqual(item.flags, [flag], JSON.stringify(cells));
    assert.equal(item.money, undefined);
  }
  assert.equal(read(money(), { A: '1.500' }).money !== undefined, true);
  assert.deepEqual(read(money(), { A: '' }), { row: 1, kind: 'payment' });
});

test('texts are kept as they are, or left out and named', () => {
  const title = map({ title: { as: 'text', columns: ['T', 'U'], join: ' – ' } });
  assert.equal(read(title, { T: ' Schule ', U: 'Süd' }).title, 'Schule – Süd');
  assert.equal(read(title, { T: '', U: 'Süd' }).title, 'Süd');
  assert.deepEqual(read(title, { T: 'x'.repeat(401), U: '' }), { row: 1, kind: 'payment', flags: ['text-left-out'] });
  assert.deepEqual(read(title, { T: 'half \ud800', U: '' }).flags, ['text-left-out']);
});

test('figures, constants, values that mean nothing, and rows of another length', () => {
  const theMap = map(
    { year: { as: 'constant', value: '2016' } },
    { kind: 'balance', figures: { ONE: amount, TWO: { ...amount, columns: ['B'] } }, nothing: ['n/a'] },
  );
  assert.deepEqual(read(theMap, { A: '1', B: 'n/a' }), {
    row: 1,
    kind: 'balance',
    year: '2016',
    amounts: [{ code: 'ONE', amount: '100' }],
  });
  assert.deepEqual(read(theMap, { A: 'x' }, 'row-columns').flags, ['columns-differ', 'amount-unreadable']);
});

test('the reader knows exactly the flags that the treasury takes from a reader', () => {
  const { flags } = (itemSchema as { properties: { flags: { items: { enum: string[] } } } }).properties;
  assert.deepEqual([...flags.items.enum].sort(), [
    'amount-not-integer',
    'amount-out-of-range',
    'amount-unreadable',
    'code-unreadable',
    'columns-differ',
    'currency-unknown',
    'date-unreadable',
    'text-left-out',
  ]);
});

test('a map that does not fit its file or its item is named, with what would', () => {
  const isFault = (code: string, part: string) => (error: unknown) =>
    error instanceof ImportFileError && error.code === code && `${error.message} ${error.remedy}`.includes(part);
  assert.throws(() => read(map({ colour: { as: 'constant', value: 'x' } }), {}), isFault('map-member', 'administrative'));
  assert.throws(() => read(map({ row: { as: 'constant', value: 'x' } }), {}), isFault('map-member', 'row'));
  assert.throws(() => read(map({}, { kind: 'gift' }), {}), isFault('map-member', 'balance'));
  assert.throws(() => read(map({ money: amount }), { B: '1' }), isFault('map-column', 'B'));
  const path = join(folder, 'map.json');
  assert.throws(() => readMap(path), isFault('map-missing', path));
  writeFileSync(path, '{');
  assert.throws(() => readMap(path), isFault('map-syntax', path));
  writeFileSync(path, JSON.stringify(map({ money: { ...amount, columns: [] } })));
  assert.throws(() => readMap(path), isFault('map-member', 'money'));
  writeFileSync(path, JSON.stringify({ ...map({}), colour: 1 }));
  assert.throws(() => readMap(path), isFault('map-member', '/colour'));
  writeFileSync(path, JSON.stringify({ ...map({}), fields: { money: { ...amount, rounded: true } } }));
  assert.throws(() => readMap(path), isFault('map-member', '/fields/money/rounded'));
  writeFileSync(path, JSON.stringify({ ...map({}), fields: { money: { as: 'guess' } } }));
  assert.throws(() => readMap(path), isFault('map-member', 'constant'));
  writeFileSync(path, '[]');
  assert.throws(() => readMap(path), isFault('map-member', 'object'));
  assert.throws(() => readMap('no-such-map'), isFault('map-missing', 'no-such-map'));
  assert.equal(readMap('madrid-budget').source, 'MADRID-2012-2015');
});
