/** A sample's table comes back as it went, and a title neither breaks it nor computes in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCsv } from '../parts/read-csv.ts';
import { sampleCsv } from './sample-csv.ts';

const LINE = { payment: 'a1', line: '2025.GEN.4', state: 'paid', day: '2025-01-14', amount: '163.94', currency: 'EUR', entry: 180 };

test('commas, quotes and formulas in a title stay a title', () => {
  const titles = ['Roof, north', 'The "old" hall', '=1+1', 'Plain'];
  const csv = sampleCsv(
    titles.map((title) => ({ ...LINE, title })),
    { height: 7, time: 0 },
  );
  const [head, ...rows] = readCsv(csv)!;
  assert.deepEqual(
    rows.map(({ cells }) => cells[head.cells.indexOf('title')]),
    ['Roof, north', 'The "old" hall', "'=1+1", 'Plain'],
  );
  assert.deepEqual(rows[0]!.cells.slice(-6), ['2025-01-14', '163.94', 'EUR', '180', '7', '1970-01-01T00:00:00.000Z']);
});

test('what was returned is less than nothing, and no formula', () => {
  const [, row] = readCsv(sampleCsv([{ ...LINE, title: '', amount: '-5.00' }], { height: 1, time: 0 }))!;
  assert.ok(row!.cells.includes('-5.00'));
});
