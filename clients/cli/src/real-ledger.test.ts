/**
 * The command line against a real node with a real witness: four published files go in, a receipt comes out and is verified
 * offline, a fact proves what was imported, the second run brings nothing in twice.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nodeCrypto } from '@tabularium/crypto';
import { encodeCharter } from '@tabularium/kernel';
import { foundLedger, PROFILES, profileDraft, type RunningNode, startNode } from '@tabularium/node';
import { toHex } from '@tabularium/protocol';
import { type Es256Signer, es256Signer, generatePrivateJwk, Ledger, type PrivateJwk } from '@tabularium/sdk';
import { type RunningWitness, startWitness } from '@tabularium/witness';

const BIN = fileURLToPath(new URL('../bin/tabularium.js', import.meta.url));
const DATA = fileURLToPath(new URL('../../../../shared/data/treasury/', import.meta.url));
const POSTS = Object.keys(PROFILES.small.posts);
const folder = mkdtempSync(join(tmpdir(), 'tabularium-real-'));
const path = (name: string) => join(folder, name);
const keys = new Map<string, readonly [PrivateJwk, PrivateJwk]>(POSTS.map((post) => [post, [generatePrivateJwk(), generatePrivateJwk()]]));
const signer = (post: string): Es256Signer => es256Signer(keys.get(post)![0]);
let node: RunningNode;
let witness: RunningWitness;
let policy = '';

function tabularium(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const env = { PATH: process.env.PATH ?? '', TABULARIUM_URL: node.url, TABULARIUM_KEY: path('accountant.key.json') };
  const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, env });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

before(async () => {
  const charter = foundLedger({
    dir: path('data'),
    draft: (own) =>
      profileDraft({
        profile: 'small',
        name: 'office.example',
        zone: 'Europe/Madrid',
        holidays: [],
        log: 'public',
        witnesses: {},
        node: own,
        now: Date.now(),
        keys: Object.fromEntries(
          [...keys].map(([post, pair]) => [post, pair.map((jwk) => ({ kind: 'es256' as const, jwk: es256Signer(jwk).jwk }))]),
        ),
      }),
  });
  node = await startNode({ dir: path('data'), adminSocket: false });
  witness = await startWitness({ dir: path('witness'), name: 'audit.example/w1', logs: [node.door.vkey] });
  const ledger = new Ledger({ url: node.url });
  const digest = toHex(nodeCrypto.sha256(encodeCharter(charter, nodeCrypto)));
  for (const post of charter.founding.officers.slice(0, charter.founding.quorum)) {
    const outcome = await ledger.act({ action: 'kernel.charter.accept', body: { charter: digest } }, signer(post));
    assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome));
  }
  policy = await ledger.policy();
  writeFileSync(path('town.policy'), policy);
  writeFileSync(path('accountant.key.json'), JSON.stringify(keys.get('accountant')![0]), { mode: 0o600 });
});
after(async () => {
  await witness?.close();
  await node?.close();
  rmSync(folder, { recursive: true, force: true });
});

const AS = 'accountant@office';

for (const [map, file, expected] of [
  ['madrid-budget', 'budgets/madrid-gastos-2012-2015.csv.gz', { rows: 20_217, flagged: 0, accepted: 20_217 }],
  ['usaspending-accounts', 'usaspending/usaspending-tas_list.csv.gz', { flagged: 0 }],
  ['usaspending-activities', 'usaspending/usaspending-program_activity.csv.gz', {}],
  ['dataact-appropriations', 'data-act/dataact-appropMixedLarge.csv.gz', { rows: 10_000 }],
] as const) {
  test(`${map}: the published file goes in whole, and the ledger names the defects that the dry run named`, {
    timeout: 300_000,
  }, async (t) => {
    if (!existsSync(DATA + file)) return t.diagnostic(`passed over: ${file} is not there (see ../shared/data beside the project)`);
    const dry = await tabularium('import', DATA + file, '--map', map, '--dry-run', '--json');
    assert.equal(dry.code, 0, dry.err);
    const rehearsed = JSON.parse(dry.out.trim().split('\n').at(-1)!).summary;
    const ended = await tabularium('import', DATA + file, '--map', map, '--as', AS, '--report', `${map}.jsonl`, '--json');
    assert.equal(ended.code, 0, ended.err.slice(0, 2000));
    const { summary } = JSON.parse(ended.out.trim().split('\n').at(-1)!);
    assert.deepEqual(summary, rehearsed);
    for (const [member, value] of Object.entries(expected)) assert.equal(summary[member], value, member);

    const fact = await tabularium('fact', `treasury/import-source/${summary.source}`, '--out', `${map}.fact.json`);
    assert.equal(fact.code, 0, fact.err);
    const verified = await tabularium('verify', `${map}.fact.json`, '--policy', 'town.policy', '--json');
    assert.equal(verified.code, 0, verified.err);
    const { value } = JSON.parse(verified.out);
    assert.deepEqual([value.rows, value.flagged, value.file, value.imported], [summary.rows, summary.flagged, summary.file, true]);

    const rows = readFileSync(path(`${map}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(rows.length, summary.rows);
    const receipt = await tabularium('receipt', rows.at(-1).tx, '--out', `${map}.tlog-proof`);
    assert.equal(receipt.code, 0, receipt.err);
    const proven = JSON.parse((await tabularium('verify', `${map}.tlog-proof`, '--policy', 'town.policy', '--json')).out);
    assert.deepEqual([proven.verified, proven.name, proven.payload.body.source], [true, rows.at(-1).tx, summary.source]);
  });
}

test('Madrid’s yearly totals, asked of the lists, are the published ones', async (t) => {
  if (!existsSync(`${DATA}budgets`)) return t.diagnostic('passed over: the files are not there (see ../shared/data beside the project)');
  const totals: Record<string, bigint> = {};
  await node.projections.waitFor(node.status().height, 60_000);
  for (let cursor = ''; ; ) {
    const response = await fetch(`${node.url}/api/v1/treasury/imports?source=MADRID-2012-2015&limit=200${cursor}`);
    const page = (await response.json()) as { rows: { year?: string; amount: string }[]; next?: string };
    assert.equal(response.status, 200, JSON.stringify(page));
    for (const { year, amount } of page.rows) totals[year ?? ''] = (totals[year ?? ''] ?? 0n) + BigInt(amount);
    if (page.next === undefined) break;
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
  assert.deepEqual(totals, { 2012: 494_202_042_800n, 2013: 456_412_502_400n, 2014: 469_931_062_900n, 2015: 465_055_421_800n });
});

test('imported again, nothing goes in twice; another file under the same source is refused', async (t) => {
  const file = `${DATA}usaspending/usaspending-tas_list.csv.gz`;
  if (!existsSync(file)) return t.diagnostic('passed over: the files are not there (see ../shared/data beside the project)');
  const again = await tabularium('import', file, '--map', 'usaspending-accounts', '--as', AS, '--json');
  const { summary } = JSON.parse(again.out.trim().split('\n').at(-1)!);
  assert.deepEqual([again.code, summary.repeated, summary.accepted, summary.transactions], [0, summary.rows, 0, 0]);
  writeFileSync(path('other.csv'), 'AÑO,CENTRO,SECCION,PROGRAMA,ECONOMICO,IMPORTE,DESCRIPCION ECONOMICO\n2012,001,002,91100,12000,5,A\n');
  const other = await tabularium('import', 'other.csv', '--map', 'madrid-budget', '--as', AS);
  assert.equal(other.code, 21);
  assert.match(other.err, /treasury\.source-changed/);
});

test('refusals, dry checks and status come through with the ledger’s own words', async () => {
  const body = '{"year":"2026"}';
  const refused = await tabularium('tx', 'sign', 'treasury.year.close', '--as', 'mayor@office', '--body', body, '--submit', '--json');
  const { outcome } = JSON.parse(refused.err);
  assert.deepEqual([refused.code, outcome.status], [21, 403]);
  assert.match(outcome.code, /^kernel\./);
  assert.ok(outcome.rule.length > 0 && outcome.notice.split('.').length === 3);
  const shown = await tabularium('tx', 'show', outcome.name, '--json');
  assert.equal(JSON.parse(shown.out).status, 'refused');
  const check = await tabularium('tx', 'check', 'treasury.year.close', '--as', 'mayor@office', '--body', body, '--json');
  assert.deepEqual([check.code, JSON.parse(check.err).outcome.code], [21, outcome.code]);
  const unknown = generatePrivateJwk();
  writeFileSync(path('stranger.key.json'), JSON.stringify(unknown), { mode: 0o600 });
  const stranger = await tabularium(
    'tx',
    'sign',
    'treasury.year.close',
    '--as',
    AS,
    '--body',
    body,
    '--submit',
    '--key',
    'stranger.key.json',
  );
  assert.equal(stranger.code, 21);
  assert.match(stranger.err, /kernel\.key-unknown/);
  const nowhere = await tabularium('fact', 'treasury/payment/none', '--json', '--out', 'absent.json');
  assert.equal(nowhere.code, 0);
  assert.match((await tabularium('verify', 'absent.json', '--policy', 'town.policy')).out, /nothing stood under treasury\/payment\/none/);
});

test('the SDK’s batch, receipts and offline checks hold against the node', async () => {
  const ledger = new Ledger({ url: node.url, policy });
  const source = { source: 'SDK-1', file: '0'.repeat(64) };
  const { catalogue } = await import('@tabularium/catalogue');
  const schema = catalogue.find(({ name }) => name === 'treasury')!.actions.import!.body;
  const signed = await Promise.all(
    [1, 2, 3].map((row) =>
      ledger.sign(
        {
          action: 'treasury.import',
          as: AS,
          schema,
          body: { ...source, items: [{ row, kind: 'account', account: `A-${row}`, title: 'Ångström' }] },
        },
        signer('accountant'),
      ),
    ),
  );
  const outcomes = await ledger.submitBatch([...signed, signed[0]!]);
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['accepted', 'accepted', 'accepted', 'repeated'],
  );
  for (const outcome of outcomes) {
    assert.ok(outcome.kind === 'accepted' || outcome.kind === 'repeated');
    const verified = ledger.verifyReceipt(outcome.receipt!);
    assert.ok(verified.ok && verified.transaction.name === outcome.name);
  }
  const first = await ledger.transactionById(signer('accountant').kid, signed[0]!.id);
  assert.equal(first?.name, signed[0]!.name);
  const [disclosure] = signed[0]!.disclosures;
  const digest = Buffer.from(nodeCrypto.sha256(Buffer.from(disclosure!))).toString('base64url');
  assert.equal(JSON.parse((await ledger.publishedText(digest))!).value, 'Ångström');
});
