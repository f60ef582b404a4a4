/** The whole way to a ledger that answers as the API does, with the treasury's own rules behind it: repeats, refusals, breaks. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import { checkDisclosures, type JsonObject, makeBodyChecker, parseTransaction } from '@tabularium/protocol';
import { es256Signer, type Fetch, generatePrivateJwk, Ledger } from '@tabularium/sdk';
import type { ImportMap } from './import-map.ts';
import { Rehearsal } from './rehearsal.ts';
import { ImportStopped, type RowReport, runImport } from './run-import.ts';

const folder = mkdtempSync(join(tmpdir(), 'tabularium-import-'));
after(() => rmSync(folder, { recursive: true }));
const treasury = catalogue.find(({ name }) => name === 'treasury')!;
const { body: schema } = treasury.actions.import!;
const signer = es256Signer(generatePrivateJwk());

const MAP: ImportMap = {
  title: 'test',
  source: 'TEST-1',
  kind: 'line',
  format: { kind: 'csv' },
  fields: {
    year: { as: 'date', columns: ['year'] },
    fund: { as: 'code', columns: ['fund'] },
    line: { as: 'code', columns: ['line'] },
    money: { as: 'amount', columns: ['amount'], currency: 'EUR' },
    title: { as: 'text', columns: ['title'] },
  },
};

function file(rows: number): string {
  const path = join(folder, `rows-${rows}.csv`);
  const lines = Array.from({ length: rows }, (_, i) => `2026,F1,L-${i % 40 === 39 ? i - 1 : i},${i % 50 === 10 ? 'x' : i + 1},Title ${i}`);
  writeFileSync(path, `year,fund,line,amount,title\n${lines.join('\n')}\n`);
  return path;
}

/** The API's batch endpoint over the treasury's own decision. `interfere` may answer in its place. */
function ledgerThat(interfere: (transaction: JsonObject, n: number) => JsonObject | undefined = () => undefined) {
  const rules = new Rehearsal(treasury, 'import');
  const seen: JsonObject[] = [];
  const send: Fetch = async (_url, init) => {
    const lines = String(init.body)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { transaction: string; disclosures: string[] });
    const answers = lines.map(({ transaction, disclosures }) => {
      const parsed = parseTransaction(Buffer.from(transaction), nodeCrypto);
      assert.ok(parsed.ok);
      const { name, payload } = parsed.transaction;
      assert.ok(makeBodyChecker(schema)(payload.body).ok);
      assert.ok(checkDisclosures(payload.body, schema, disclosures, nodeCrypto).ok);
      const answer = interfere(payload as unknown as JsonObject, seen.length);
      seen.push(payload as unknown as JsonObject);
      if (answer !== undefined) return answer;
      const decided = rules.decide(payload.body);
      if ('refused' in decided) return { status: 409, detail: 'refused', ...(decided.refused as unknown as JsonObject) };
      return { status: 201, name, index: seen.length, height: seen.length, time: 0 };
    });
    return new Response(answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''), { headers: { 'retry-after': '0' } });
  };
  const ledger = new Ledger({
    url: 'http://ledger.invalid',
    origin: 'town/0123456789abcdef',
    fetch: send,
    retry: { wait: () => Promise.resolve() },
  });
  return { seen, rules, destination: { ledger, signer, as: 'accountant@finance' } };
}

async function imported(path: string, destination: ReturnType<typeof ledgerThat>['destination'] | undefined, map = MAP) {
  const reports: RowReport[] = [];
  const options = { path, map, catalogue, onRow: (report: RowReport) => reports.push(report) };
  const summary = await runImport(destination === undefined ? options : { ...options, destination });
  return { summary, reports };
}

test('every row is answered once, and a dry run says the same without a ledger', async () => {
  const path = file(1000);
  const { seen, destination } = ledgerThat();
  const { summary, reports } = await imported(path, destination);
  assert.deepEqual(
    [...reports].map(({ row }) => row).sort((a, b) => a - b),
    Array.from({ length: 1000 }, (_, i) => i + 1),
  );
  assert.deepEqual(summary.flags, { 'amount-missing': 20, 'amount-unreadable': 20, 'duplicate-line': 25 });
  assert.deepEqual([summary.rows, summary.flagged, summary.accepted, summary.transactions], [1000, 45, 955, seen.length]);
  assert.ok(seen.length >= 5);
  assert.ok(seen.every((payload) => payload.as === 'accountant@finance' && payload.action === 'treasury.import'));
  assert.ok(reports.every(({ tx }) => /^[A-Za-z0-9_-]{43}$/.test(tx!)));
  const dry = await imported(path, undefined);
  assert.deepEqual(dry.summary, summary);
  assert.deepEqual(
    dry.reports,
    reports.map(({ tx: _tx, ...rest }) => rest),
  );
  assert.deepEqual(dry.reports[10], { row: 11, line: 12, outcome: 'flagged', flags: ['amount-unreadable', 'amount-missing'] });
});

test('a second run brings nothing in twice; a broken-off run is finished by the next', async () => {
  const path = file(1000);
  const { destination } = ledgerThat();
  await imported(path, destination);
  const again = await imported(path, destination);
  assert.deepEqual([again.summary.repeated, again.summary.accepted, again.summary.flagged, again.summary.transactions], [1000, 0, 0, 0]);

  const broken = ledgerThat((_payload, n) => (n === 2 ? { status: 403, code: 'kernel.role-missing', detail: 'No.' } : undefined));
  await assert.rejects(imported(path, broken.destination), (error) => error instanceof ImportStopped && error.outcome.kind === 'refused');
  const rest = await imported(path, broken.destination);
  assert.ok(rest.summary.repeated > 0 && rest.summary.accepted > 0);
  assert.equal(rest.summary.repeated + rest.summary.accepted + rest.summary.flagged, 1000);
});

test('refused items are taken out and named with their rule; the others go in', async () => {
  const { seen, destination } = ledgerThat((_payload, n) =>
    n === 0
      ? {
          status: 422,
          code: 'treasury.x',
          rule: 'treasury.rule',
          detail: 'No.',
          items: [{ item: 3, code: 'treasury.x', rule: 'treasury.rule' }],
        }
      : undefined,
  );
  const { summary, reports } = await imported(file(20), destination);
  assert.deepEqual(
    reports.find(({ outcome }) => outcome === 'refused'),
    { row: 4, line: 5, outcome: 'refused', code: 'treasury.x', rule: 'treasury.rule' },
  );
  assert.deepEqual([summary.refused, summary.transactions], [1, 1]);
  assert.equal(seen.length, 2);
  assert.notEqual(seen[0]!.id, seen[1]!.id);
});

test('another file under the same source stops the import with the ledger’s own words', async () => {
  const { destination } = ledgerThat();
  await imported(file(20), destination);
  await assert.rejects(
    imported(file(30), destination),
    (error) => error instanceof ImportStopped && error.message.includes('treasury.source-changed'),
  );
});

test('busy is waited for, but not for ever', async () => {
  const { destination } = ledgerThat((_payload, n) => (n < 2 ? { status: 429, title: 'busy' } : undefined));
  assert.equal((await imported(file(20), destination)).summary.transactions, 1);
  const never = ledgerThat(() => ({ status: 503, title: 'busy' }));
  await assert.rejects(imported(file(20), never.destination), ImportStopped);
});

test('a line that is no JSON is refused by itself', async () => {
  const path = join(folder, 'lines.jsonl');
  writeFileSync(path, '{"year":2026,"fund":"F1","line":"L-1","amount":1.50,"title":"x"}\n{oops\n');
  const { summary, reports } = await imported(path, undefined, { ...MAP, format: { kind: 'jsonl' } });
  assert.deepEqual(reports, [
    { row: 2, line: 2, outcome: 'refused', code: 'row-json', rule: 'file' },
    { row: 1, line: 1, outcome: 'accepted' },
  ]);
  assert.deepEqual([summary.accepted, summary.refused], [1, 1]);
});
