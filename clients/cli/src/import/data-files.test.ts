/**
 * The maps that come with the command line, over the real files they are for. What they must find is counted a second time
 * by a few lines that share no code with the importer.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { catalogue } from '@tabularium/catalogue';
import { readMap } from './import-map.ts';
import { readTable } from './read-table.ts';
import { type PlainItem, RowReader } from './row-item.ts';
import { type RowReport, runImport } from './run-import.ts';

const DATA = fileURLToPath(new URL('../../../../../shared/data/treasury/', import.meta.url));

/** The files are real and not part of this repository; where they are absent, the test says so and passes over. */
function fileOf(t: TestContext, name: string): string | undefined {
  if (existsSync(DATA + name)) return DATA + name;
  t.diagnostic(`passed over: ${name} is not there (see ../shared/data beside the project)`);
  return undefined;
}

/** Cells of a CSV file by the plainest reading of RFC 4180: character by character, any line end. */
function plainRows(path: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const text = gunzipSync(readFileSync(path)).toString('utf8').replace(/\r\n?/g, '\n').replace(/\n$/, '');
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"' && quoted && text[i + 1] === '"') cell += text[i++];
    else if (text[i] === '"') quoted = !quoted;
    else if (quoted || (text[i] !== ',' && text[i] !== '\n')) cell += text[i];
    else {
      rows.at(-1)!.push(cell);
      cell = '';
      if (text[i] === '\n') rows.push([]);
    }
  }
  rows.at(-1)!.push(cell);
  const [head, ...body] = rows;
  return body.map((cells) => Object.fromEntries(head!.map((name, i) => [name, (cells[i] ?? '').trim()])));
}

async function rehearsed(map: string, path: string) {
  const reports: RowReport[] = [];
  const summary = await runImport({ path, map: readMap(map), catalogue, onRow: (report) => reports.push(report) });
  assert.equal(reports.length, summary.rows);
  assert.deepEqual(
    reports.map(({ row }) => row),
    Array.from({ length: summary.rows }, (_, i) => i + 1),
  );
  return { summary, reports };
}

const count = (items: readonly unknown[]): number => items.filter(Boolean).length;
const repeats = (keys: readonly string[]): number => keys.length - new Set(keys).size;

test('Madrid: 20,217 budget lines with the published totals of four years', async (t) => {
  const path = fileOf(t, 'budgets/madrid-gastos-2012-2015.csv.gz');
  if (path === undefined) return;
  const { summary } = await rehearsed('madrid-budget', path);
  const { rows, accepted, flagged, refused, repeated, flags } = summary;
  assert.deepEqual(
    { rows, accepted, flagged, refused, repeated, flags },
    { rows: 20_217, accepted: 20_217, flagged: 0, refused: 0, repeated: 0, flags: {} },
  );
  const map = readMap('madrid-budget');
  const schema = catalogue.find(({ name }) => name === 'treasury')!.actions.import!.body as unknown as {
    properties: { items: { items: never } };
  };
  const reader = new RowReader(map, schema.properties.items.items);
  const totals: Record<string, bigint> = {};
  let number = 0;
  for await (const row of readTable(path, map.format)) {
    const item = reader.read(row, ++number) as PlainItem & { year: string; money: { amount: string } };
    totals[item.year] = (totals[item.year] ?? 0n) + BigInt(item.money.amount);
  }
  assert.deepEqual(totals, { 2012: 494_202_042_800n, 2013: 456_412_502_400n, 2014: 469_931_062_900n, 2015: 465_055_421_800n });
});

test('USAspending treasury accounts: lines end in a bare CR', async (t) => {
  const path = fileOf(t, 'usaspending/usaspending-tas_list.csv.gz');
  if (path === undefined) return;
  const plain = plainRows(path);
  const { summary } = await rehearsed('usaspending-accounts', path);
  const keys = plain.map((row) =>
    ['ATA', 'AID', 'BPOA', 'EPOA', 'A', 'MAIN', 'SUB']
      .map((name) => row[name])
      .filter(Boolean)
      .join('-'),
  );
  const inverted = count(plain.map(({ BPOA, EPOA }) => BPOA && EPOA && BPOA > EPOA));
  assert.equal(summary.rows, plain.length);
  assert.deepEqual([repeats(keys), inverted], [0, 0]);
  assert.deepEqual(summary.flags, {});
  assert.equal(summary.accepted, plain.length);
});

test('USAspending programme activities: each repeated and each incomplete row is named', async (t) => {
  const path = fileOf(t, 'usaspending/usaspending-program_activity.csv.gz');
  if (path === undefined) return;
  const plain = plainRows(path);
  const { summary } = await rehearsed('usaspending-activities', path);
  const whole = plain.filter((row) => row.agency_id && row.account);
  const keys = whole.map(({ year, agency_id, alloc_id, account, pa_code }) =>
    [year, agency_id, ...(alloc_id ? [alloc_id] : []), account, '#', pa_code].join('-'),
  );
  assert.equal(summary.rows, plain.length);
  assert.deepEqual(summary.flags, { 'code-missing': plain.length - whole.length, 'duplicate-line': repeats(keys) });
  assert.equal(summary.flagged, plain.length - whole.length + repeats(keys));
  assert.equal(summary.accepted + summary.flagged, plain.length);
});

test('DATA Act: 10,000 valid and invalid rows mixed; nothing is lost, every defect has its name', async (t) => {
  const path = fileOf(t, 'data-act/dataact-appropMixedLarge.csv.gz');
  if (path === undefined) return;
  const plain = plainRows(path);
  const { summary } = await rehearsed('dataact-appropriations', path);
  const isBlank = (row: Record<string, string>) => Object.values(row).every((cell) => cell === '');
  const isWord = (row: Record<string, string>) => row.unobligatedbalance_cpe === 'ABCD';
  const strange = plain.filter((row) => /,/.test(row.mainaccountcode!));
  const keyed = plain.filter((row) => !isBlank(row) && !/,/.test(row.mainaccountcode!));
  const cents = (text: string) => BigInt(Math.round(Number(text.replaceAll(',', '')) * 100));
  const mismatched = plain.filter((row) => {
    if (isBlank(row) || isWord(row)) return false;
    const sum = (...names: string[]) => names.reduce((total, name) => total + cents(row[name]!), 0n);
    return (
      sum('statusofbudgetaryresourcestotal_cpe') !== sum('obligationsincurredtotalbytas_cpe', 'unobligatedbalance_cpe') ||
      sum('otherbudgetaryresourcesamount_cpe') !==
        sum(
          'contractauthorityamounttotal_cpe',
          'borrowingauthorityamounttotal_cpe',
          'spendingauthorityfromoffsettingcollectionsamounttotal_cpe',
        ) ||
      sum('budgetauthorityavailableamounttotal_cpe') !==
        sum(
          'budgetauthorityappropriatedamount_cpe',
          'budgetauthorityunobligatedbalancebroughtforward_fyb',
          'adjustmentstounobligatedbalancebroughtforward_cpe',
          'otherbudgetaryresourcesamount_cpe',
        )
    );
  });
  assert.equal(summary.rows, 10_000);
  assert.deepEqual(summary.flags, {
    'amount-missing': count(plain.map((row) => isBlank(row) || isWord(row))),
    'amount-unreadable': count(plain.map(isWord)),
    'code-missing': count(plain.map(isBlank)) + strange.length,
    'code-unreadable': strange.length,
    'date-unreadable': count(plain.map((row) => row.beginningperiodofavailability!.length > 4)),
    'duplicate-line': repeats(keyed.map((row) => Object.values(row).slice(0, 7).filter(Boolean).join('-'))),
    'sum-mismatch': mismatched.length,
  });
  assert.deepEqual([summary.accepted + summary.flagged, summary.refused], [10_000, 0]);
});
