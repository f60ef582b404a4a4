/** Imports: every readable row is kept with its defects named, once, apart from what is authoritative. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { TestLedger } from '@tabularium/kernel/specification';
import type { JsonObject } from '@tabularium/protocol';
import { IMPORT_FLAGS, LEDGER_FLAGS, READER_FLAGS } from './import.ts';
import { treasury } from './module.ts';
import { ANA, account, codeOf, digests, eur, funded } from './stories.ts';
import { Tables } from './tables-in-memory.ts';

const { vectors } = JSON.parse(readFileSync(new URL('../vectors/import-flags.json', import.meta.url), 'utf8')) as {
  readonly vectors: readonly {
    readonly name: string;
    readonly item: JsonObject;
    readonly sums?: JsonObject[];
    readonly flags: readonly string[];
  }[];
};

const FILE = 'a'.repeat(64);
const line = (row: number, code: string, change: JsonObject = {}): JsonObject => ({
  ...{ row, kind: 'line', year: '2012', fund: '001', line: code, money: eur(100), _sd: digests(1) },
  ...change,
});
const body = (items: JsonObject[], change: JsonObject = {}): JsonObject => ({ source: 'MADRID-2012', file: FILE, items, ...change });
const empty = () => new TestLedger(treasury, { today: '2026-03-02' });
const flagsOf = (town: TestLedger, id: string) => town.record('import-row', id).flags;

for (const { name, item, sums, flags } of vectors) {
  test(`import: ${name}`, () => {
    const town = empty();
    const { events } = town.do('import', body([{ ...item, _sd: digests(1) }], sums === undefined ? {} : { sums }), ANA);
    const [row] = events[0]!.data.rows as unknown as { readonly value: { readonly flags: string[] } }[];
    assert.deepEqual(row!.value.flags, flags);
  });
}

test('rows are kept as imported, by their natural key, and move no money', () => {
  const town = funded();
  const before = [account(town, 'A'), account(town, 'B', '2026.GENERAL.EUR')];
  town.do('import', body([line(1, '1', { year: '2026', fund: 'GENERAL' }), line(2, '2')]), ANA);
  const record = town.record('import-row', 'MADRID-2012:line:2012:001:2');
  assert.deepEqual([record.imported, record.row, record.flags, record.texts], [true, 2, [], digests(1)]);
  assert.deepEqual([account(town, 'A'), account(town, 'B', '2026.GENERAL.EUR')], before);
  const source = town.record('import-source', 'MADRID-2012');
  assert.deepEqual([source.rows, source.flagged, source.imported], [2, 0, true]);
});

test('a second row with the same identity is kept beside the first and flagged', () => {
  const town = empty();
  town.do('import', body([line(1, '7'), line(2, '7'), line(3, '8')]), ANA);
  town.do('import', body([line(4, '7')]), ANA);
  assert.deepEqual(flagsOf(town, 'MADRID-2012:line:2012:001:7'), []);
  assert.deepEqual(flagsOf(town, 'MADRID-2012:line:2012:001:7~2'), ['duplicate-line']);
  assert.deepEqual(flagsOf(town, 'MADRID-2012:line:2012:001:7~4'), ['duplicate-line']);
  assert.equal(town.record('import-source', 'MADRID-2012').flagged, 2);
});

test('a row enters once; the refusal names every row that was there', () => {
  const town = empty();
  const { money: _, ...bare } = line(4, '9');
  town.do('import', body([line(1, '7'), line(2, '7'), line(3, '8'), { row: 4, kind: 'account', _sd: digests(1) }]), ANA);
  const again = town.submit(
    'import',
    body([line(5, '10'), line(2, '7'), { row: 4, kind: 'account', _sd: digests(1) }, bare, line(1, '7'), line(5, '11')]),
    ANA,
  );
  assert.equal(codeOf(again), 'treasury.row-imported');
  assert.deepEqual(
    again.refused?.items?.map(({ item, facts }) => [item, facts?.row]),
    [
      [1, 2],
      [2, 4],
      [4, 1],
      [5, 5],
    ],
  );
  assert.equal(town.record('import-source', 'MADRID-2012').rows, 4);
});

test('a source is one file', () => {
  const town = empty();
  town.do('import', body([line(1, '7')]), ANA);
  assert.equal(codeOf(town.submit('import', body([line(2, '8')], { file: 'b'.repeat(64) }), ANA)), 'treasury.source-changed');
});

test('codes are looked up in the source named, earlier rows of the bundle included', () => {
  const town = empty();
  const activity = (row: number, name: string): JsonObject => ({
    row,
    kind: 'activity',
    year: '2016',
    account: name,
    activity: '1',
    _sd: digests(1),
  });
  town.do('import', body([{ row: 1, kind: 'account', account: '12-19', _sd: digests(1) }], { source: 'TAS' }), ANA);
  town.do('import', body([activity(1, '12-19'), activity(2, '12-20')], { source: 'PA', against: 'TAS' }), ANA);
  assert.deepEqual(flagsOf(town, 'PA:activity:2016:12-19:1'), []);
  assert.deepEqual(flagsOf(town, 'PA:activity:2016:12-20:1'), ['unknown-code']);
  const payment = (row: number, code: string): JsonObject => ({
    ...{
      row,
      kind: 'payment',
      reference: String(row),
      year: '2012',
      fund: '001',
      line: code,
      date: '2012-05-05',
      payee: 'e'.repeat(32),
      money: eur(5),
    },
    _sd: digests(1),
  });
  town.do('import', body([line(1, '7'), payment(2, '7'), payment(3, '8')], { against: 'MADRID-2012' }), ANA);
  assert.deepEqual(flagsOf(town, 'MADRID-2012:payment:2'), []);
  assert.deepEqual(flagsOf(town, 'MADRID-2012:payment:3'), ['unknown-code']);
});

test('a row is corrected, its flags found anew; a source is annulled and takes no more rows', () => {
  const town = empty();
  town.do('import', body([line(1, '7', { money: eur(0), flags: ['text-left-out'] }), line(2, '7')]), ANA);
  const id = 'MADRID-2012:line:2012:001:7';
  assert.deepEqual(flagsOf(town, id), ['text-left-out', 'amount-zero']);
  assert.equal(codeOf(town.standing('correct', 'import-row', id, { money: eur(5) })), 'accepted');
  assert.deepEqual(flagsOf(town, id), ['text-left-out']);
  town.standing('set', 'import-row', id, { flags: [] });
  assert.deepEqual(flagsOf(town, id), []);
  assert.equal(codeOf(town.standing('correct', 'import-row', id, { line: '9' })), 'treasury.change-invalid');
  town.standing('correct', 'import-row', `${id}~2`, { economic: '22' });
  assert.deepEqual(flagsOf(town, `${id}~2`), ['duplicate-line']);
  assert.equal(codeOf(town.standing('annul', 'import-row', id)), 'accepted');
  assert.equal(codeOf(town.standing('annul', 'import-source', 'MADRID-2012')), 'accepted');
  assert.equal(codeOf(town.standing('annul', 'import-source', 'MADRID-2012')), 'treasury.not-pending');
  assert.equal(codeOf(town.submit('import', body([line(3, '9')]), ANA)), 'treasury.record-annulled');
});

test('the tables add up what was imported', () => {
  const town = empty();
  town.do('import', body([line(1, '7'), line(2, '8'), line(3, '8', { money: eur(-50) })]), ANA);
  const tables = new Tables(treasury.projection);
  tables.fold(town.events);
  tables.mustMatch(town);
  const sum = tables.rows('import_row').reduce((total, row) => total + (row.amount as bigint), 0n);
  assert.equal(sum, 150n);
  assert.equal(tables.rows('import_row').filter(({ flagged }) => flagged).length, 1);
});

test('each flag is said in words, and belongs to the reader or to the ledger', () => {
  assert.equal(Object.keys(IMPORT_FLAGS).length, Object.keys(READER_FLAGS).length + Object.keys(LEDGER_FLAGS).length);
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  for (const [flag, words] of Object.entries(IMPORT_FLAGS)) {
    assert.ok(words.endsWith('.'), flag);
    assert.ok(readme.includes(`\`${flag}\``), `the README does not name ${flag}`);
  }
});

test('a flag only the ledger can find is not taken from the reader', () => {
  assert.equal(codeOf(empty().submit('import', body([line(1, '7', { flags: ['duplicate-line'] })]), ANA)), 'malformed');
});
