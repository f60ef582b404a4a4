/** The command as people and scripts meet it: started as a process, its words, its JSON, its exit codes, its next steps. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { generateEd25519, signEd25519 } from '@tabularium/crypto';
import {
  cosignatureLine,
  cosignedMessage,
  formatCheckpoint,
  formatPolicy,
  formatReceipt,
  formatVkey,
  LogTree,
  leafHash,
  logSignatureLine,
  verifierKey,
} from '@tabularium/log';
import { encodeUtf8 } from '@tabularium/protocol';
import { es256Signer, generatePrivateJwk, Ledger, nobleCrypto, type SignedTransaction } from '@tabularium/sdk';
import { EXIT_CODES } from './exit-codes.ts';

const ORIGIN = 'town.example/0123456789abcdef';

/** A witnessed receipt and the policy it satisfies. */
async function sampleReceipt(): Promise<{ readonly receipt: string; readonly policy: string; readonly signed: SignedTransaction }> {
  const signer = es256Signer(generatePrivateJwk());
  const ledger = new Ledger({ url: 'http://ledger.invalid', origin: ORIGIN });
  const signed = await ledger.sign({ action: 'treasury.payment.order', as: 'accountant@finance', body: { payable: '7' } }, signer);
  const tree = LogTree.empty(nobleCrypto.sha256);
  for (const leaf of ['{"charter":1}', signed.jws, '{"seal":1}']) tree.append(leafHash(encodeUtf8(leaf), nobleCrypto.sha256));
  const [own, court] = [generateEd25519(), generateEd25519()];
  const logKey = verifierKey(ORIGIN, 0x01, own.publicKey, nobleCrypto);
  const witnessKey = verifierKey('audit.example/w1', 0x04, court.publicKey, nobleCrypto);
  const text = formatCheckpoint({ origin: ORIGIN, size: 3, root: tree.root() });
  const time = Math.floor(Date.now() / 1000);
  const checkpoint = `${text}\n${logSignatureLine(logKey, signEd25519(own.privateKey)(encodeUtf8(text)))}${cosignatureLine(
    witnessKey,
    time,
    signEd25519(court.privateKey)(cosignedMessage(time, text, nobleCrypto.utf8)),
  )}`;
  return {
    receipt: formatReceipt({ entry: signed.jws, jwk: signer.jwk, index: 1, hashes: tree.inclusion(1), checkpoint }),
    policy: formatPolicy({
      logs: [{ vkey: formatVkey(logKey) }],
      witnesses: [{ name: 'court', vkey: formatVkey(witnessKey) }],
      groups: [],
      quorum: 'court',
    }),
    signed,
  };
}

const BIN = fileURLToPath(new URL('../bin/tabularium.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tabularium-cli-'));
after(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function tabularium(
  args: readonly string[],
  { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [BIN, ...args], { env: { PATH: process.env.PATH ?? '', ...env }, cwd: folder });
  child.stdin.end(input);
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

/** A ledger's answers, by method and path. */
const answers = new Map<string, readonly [status: number, body: string]>();
let url = '';
const server = createServer((request, response) => {
  request.resume();
  const [status, body] = answers.get(`${request.method} ${request.url}`) ?? [404, '{"code":"not-found","title":"Nothing here."}'];
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
});
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const ORDER = '{"items":[{"payable":"0123456789abcdef0123456789abcdef.1","money":{"amount":"100","currency":"EUR"}}]}';
const placed = { name: 'A'.repeat(43), index: 7, height: 3, time: 1_700_000_000_000 };

test('help names every command; a wrong one is answered with usage and code 2', async () => {
  const help = await tabularium(['--help']);
  assert.equal(help.code, 0);
  for (const verb of [
    'key',
    'tx',
    'receipt',
    'fact',
    'verify',
    'import',
    'init',
    'start',
    'audit',
    'backup',
    'restore',
    'resume',
    'rebuild',
    'witness',
  ]) {
    assert.match(help.out, new RegExp(`^  ${verb} `, 'm'));
  }
  const wrong = await tabularium(['vrify']);
  assert.deepEqual([wrong.code, wrong.out], [EXIT_CODES.usage, '']);
  assert.match(wrong.err, /Did you mean verify/);
  const json = await tabularium(['tx', 'sign', '--json']);
  assert.equal(json.code, EXIT_CODES.usage);
  assert.equal(JSON.parse(json.err).error, 'usage');
  assert.equal((await tabularium(['--version'])).out, '0.1.0\n');
});

test('a key is made once, for its owner’s eyes only', async () => {
  const made = await tabularium(['key', 'new', 'ada.key.json', '--json']);
  assert.equal(made.code, 0, made.err);
  const { kid, jwk } = JSON.parse(made.out);
  assert.deepEqual(Object.keys(jwk), ['kty', 'crv', 'x', 'y']);
  assert.equal(statSync(path('ada.key.json')).mode & 0o077, 0);
  const shown = await tabularium(['key', 'show', 'ada.key.json']);
  assert.ok(shown.out.includes(kid) && !shown.out.includes(JSON.parse(readFileSync(path('ada.key.json'), 'utf8')).d));
  const again = await tabularium(['key', 'new', 'ada.key.json']);
  assert.equal(again.code, EXIT_CODES['file-invalid']);
  assert.match(again.err, /never overwritten/);
  writeFileSync(path('open.key.json'), readFileSync(path('ada.key.json')), { mode: 0o644 });
  const open = await tabularium(['key', 'show', 'open.key.json']);
  assert.equal(open.code, EXIT_CODES['file-invalid']);
  assert.match(open.err, /next: {2}chmod 600 open\.key\.json/);
  assert.equal((await tabularium(['key', 'show', 'none.json'])).code, EXIT_CODES['file-invalid']);
});

test('actions are explained from their own declarations', async () => {
  const list = JSON.parse((await tabularium(['action', '--json'])).out).actions as { action: string }[];
  assert.ok(list.some(({ action }) => action === 'treasury.payment.order'));
  const one = await tabularium(['action', 'treasury.import']);
  assert.match(one.out, /items\[\]\.title .*published text/);
  assert.match(one.out, /items\[\]\.money\.currency\s+currency/);
  const none = await tabularium(['action', 'treasury.steal']);
  assert.equal(none.code, EXIT_CODES.usage);
  assert.match(none.err, /next: {2}tabularium action/);
});

test('sign, send, try out and look up', async () => {
  const sign = ['tx', 'sign', 'treasury.payment.order', '--as', 'accountant@finance', '--key', 'ada.key.json', '--ledger', ORIGIN];
  const signed = await tabularium([...sign, '--body', ORDER, '--out', 'order.tx', '--json', '--on', 'treasury/payable/x=2']);
  assert.equal(signed.code, 0, signed.err);
  const submission = readFileSync(path('order.tx'), 'utf8').trim();
  assert.match(submission, /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);
  const payload = JSON.parse(Buffer.from(submission.split('.')[1]!, 'base64url').toString());
  assert.deepEqual([payload.as, payload.on, payload.body], ['accountant@finance', { 'treasury/payable/x': 2 }, JSON.parse(ORDER)]);

  answers.set('POST /api/v1/transactions', [201, JSON.stringify({ ...placed, receipt: 'the receipt\n' })]);
  const sent = await tabularium(['tx', 'submit', 'order.tx', '--url', url, '--receipt', 'order.tlog-proof']);
  assert.equal(sent.code, 0, sent.err);
  assert.match(sent.out, /^accepted\nname {3}A{43}\nplace {2}entry 7, block 3, 2023-11-14 22:13:20 UTC\nproof {2}order\.tlog-proof\n$/);
  assert.equal(readFileSync(path('order.tlog-proof'), 'utf8'), 'the receipt\n');
  answers.set('POST /api/v1/transactions', [201, JSON.stringify({ ...placed, receipt: 'the receipt\n', proof: 'node' })]);
  const early = await tabularium(['tx', 'submit', 'order.tx', '--url', url, '--receipt', 'order.tlog-proof']);
  assert.match(early.out, /proof {2}order\.tlog-proof, of this node alone so far: with tabularium receipt NAME --quorum/);
  const piped = await tabularium(['tx', 'submit', '-', '--json'], { input: submission, env: { TABULARIUM_URL: url } });
  assert.equal(JSON.parse(piped.out).outcome.kind, 'accepted');
  const direct = await tabularium([...sign, '--body', '-', '--submit', '--url', url], { input: ORDER });
  assert.equal(direct.code, 0, direct.err);

  answers.set('POST /api/v1/check', [200, '{"verdict":"accepted"}']);
  assert.match(
    (await tabularium(['tx', 'check', 'treasury.payment.order', '--body', ORDER, '--key', 'ada.key.json', '--url', url])).out,
    /would be accepted/,
  );
  answers.set(`GET /api/v1/transactions/${placed.name}`, [200, JSON.stringify({ status: 'accepted', ...placed })]);
  assert.deepEqual(JSON.parse((await tabularium(['tx', 'show', placed.name, '--url', url, '--json'])).out), {
    status: 'accepted',
    ...placed,
  });
  assert.match((await tabularium(['tx', 'show', placed.name, '--url', url])).out, /^time {5}2023-11-14 22:13:20 UTC$/m);
  assert.equal((await tabularium(['tx', 'show', 'B'.repeat(43), '--url', url])).code, EXIT_CODES['not-found']);
  assert.equal((await tabularium(['tx', 'show'])).code, EXIT_CODES.usage);
});

test('whoever signs an amendment is told of a version that the node, or this program, lacks', async () => {
  const warnings = [{ code: 'version-missing', text: 'this node lacks version 9 of module treasury' }];
  const modules = {
    kernel: [{ version: 1, from: 0 }],
    treasury: [
      { version: 1, from: 0 },
      { version: 9, from: 70 },
    ],
  };
  const body = JSON.stringify({ action: 'kernel.charter.amend', body: { modules } });
  const act = ['kernel.propose', '--body', body, '--key', 'ada.key.json', '--ledger', ORIGIN];
  answers.set('POST /api/v1/check', [200, JSON.stringify({ verdict: 'accepted', warnings })]);
  const checked = await tabularium(['tx', 'check', ...act.slice(0, -2), '--url', url]);
  assert.deepEqual([checked.code, checked.err], [0, 'warning: this node lacks version 9 of module treasury\n']);
  assert.deepEqual(
    JSON.parse((await tabularium(['tx', 'check', ...act.slice(0, -2), '--url', url, '--json'])).out).verdict.warnings,
    warnings,
  );

  // Without asking anybody the program can speak for itself only.
  const offline = await tabularium(['tx', 'sign', ...act]);
  assert.equal(offline.code, 0, offline.err);
  assert.match(offline.err, /^warning: this program lacks version 9 of module treasury, in force from height 70 on/);
  assert.equal(JSON.parse((await tabularium(['tx', 'sign', ...act, '--json'])).out).warnings.length, 1);

  answers.set('POST /api/v1/transactions', [201, JSON.stringify({ ...placed, receipt: 'the receipt\n' })]);
  const approve = ['tx', 'sign', 'kernel.approve', '--body', `{"proposal":"${placed.name}"}`, '--key', 'ada.key.json', '--ledger', ORIGIN];
  const sent = await tabularium([...approve, '--submit', '--url', url]);
  assert.deepEqual([sent.code, sent.err], [0, 'warning: this node lacks version 9 of module treasury\n']);
  // A node that cannot be asked keeps nobody from signing.
  answers.set('POST /api/v1/check', [503, '{}']);
  assert.equal((await tabularium([...approve, '--submit', '--url', url, '--json'])).code, 0);
  assert.equal((await tabularium(approve)).err, '');
});

test('what cannot be signed is named before anything is sent', async () => {
  const sign = ['tx', 'sign', 'treasury.payment.order', '--key', 'ada.key.json', '--ledger', ORIGIN, '--body'];
  for (const [args, code, words] of [
    [[...sign, '{"items":[{"money":{}}]}'], 'file-invalid', 'tabularium action treasury.payment.order'],
    [[...sign, '{"a":0.5}'], 'file-invalid', 'json-float'],
    [[...sign, 'nowhere.json'], 'file-invalid', 'not there'],
    [[...sign, ORDER, '--valid', '0'], 'usage', '--valid'],
    [[...sign, ORDER, '--on', 'x'], 'usage', 'key=revision'],
    [[...sign, ORDER, '--as', 'nobody'], 'usage', 'role@office'],
    [['tx', 'sign', 'treasury.payment.order', '--body', ORDER, '--ledger', ORIGIN], 'usage', 'TABULARIUM_KEY'],
    [['tx', 'submit', 'order.tx', '--url', 'ftp://x'], 'usage', '--url'],
  ] as const) {
    const ended = await tabularium(args);
    assert.equal(ended.code, EXIT_CODES[code], ended.err);
    assert.ok(ended.err.includes(words), ended.err);
    assert.equal(ended.out, '');
  }
  writeFileSync(path('cut.tx'), 'a.b.c~d');
  assert.equal((await tabularium(['tx', 'submit', 'cut.tx'])).code, EXIT_CODES['file-invalid']);
});

test('refusals, malformed transactions, busy and silent ledgers have codes of their own', async () => {
  const submit = ['tx', 'submit', 'order.tx', '--url', url];
  const refusal = {
    status: 422,
    code: 'treasury.limit-exceeded',
    title: 'Not enough left.',
    rule: 'treasury.limit',
    basis: 'Budget Act art. 12',
    facts: { left: '3' },
    notice: 'n',
  };
  answers.set('POST /api/v1/transactions', [422, JSON.stringify(refusal)]);
  const refused = await tabularium(submit);
  assert.equal(refused.code, EXIT_CODES.refused);
  assert.match(
    refused.err,
    /refused: treasury\.limit-exceeded — Not enough left\.\nrule {5}treasury\.limit \(Budget Act art\. 12\)\n\s+left: 3/,
  );
  const json = JSON.parse((await tabularium([...submit, '--json'])).err);
  assert.deepEqual([json.error, json.exit, json.outcome.notice], ['refused', EXIT_CODES.refused, 'n']);
  answers.set('POST /api/v1/transactions', [400, '{"code":"alg-none","title":"An unsigned token is not a transaction."}']);
  assert.equal((await tabularium(submit)).code, EXIT_CODES.malformed);
  answers.set('POST /api/v1/transactions', [500, 'oops']);
  assert.equal((await tabularium(submit)).code, EXIT_CODES.unreachable);
  answers.set('POST /api/v1/transactions', [202, JSON.stringify({ name: placed.name, status: 'pending' })]);
  assert.match((await tabularium(submit)).out, /still being ordered/);
});

test('a name that begins with a dash is a name wherever it stands, and an option stays one', async () => {
  const name = `-${'B'.repeat(42)}`;
  answers.set(`GET /api/v1/receipts/${name}`, [200, 'the receipt of a dash\n']);
  for (const words of [
    ['receipt', name, '--url', url],
    ['--json', 'receipt', '--url', url, name],
  ]) {
    const asked = await tabularium([...words, '--out', 'dash.tlog-proof']);
    assert.equal(asked.code, EXIT_CODES.done, asked.err);
  }
  assert.equal(readFileSync(path('dash.tlog-proof'), 'utf8'), 'the receipt of a dash\n');
  const unknown = await tabularium(['receipt', '--verbatim', name]);
  assert.match(unknown.err, /unknown option '--verbatim'/);
});

test('a ledger that is not there is answered with where to look', async () => {
  const gone = await tabularium(['receipt', placed.name, '--url', 'http://127.0.0.1:9']);
  assert.equal(gone.code, EXIT_CODES.unreachable);
  assert.match(gone.err, /next: {2}see whether it runs: curl http:\/\/127\.0\.0\.1:9\/health/);
});

test('a receipt is verified offline; a changed one, and one under another policy, is not', async () => {
  const { receipt, policy, signed } = await sampleReceipt();
  writeFileSync(path('town.policy'), policy);
  answers.set(`GET /api/v1/receipts/${signed.name}`, [200, receipt]);
  const fetched = await tabularium(['receipt', signed.name, '--url', url, '--out', 'payment.tlog-proof']);
  assert.equal(fetched.code, 0, fetched.err);
  assert.match(fetched.out, /tabularium verify payment\.tlog-proof --policy/);
  answers.set(`GET /api/v1/receipts/${signed.name}?wait=quorum`, [200, 'of a quorum\n']);
  assert.equal((await tabularium(['receipt', signed.name, '--quorum', '--url', url])).out, 'of a quorum\n');
  const verify = ['verify', 'payment.tlog-proof', '--policy', 'town.policy'];
  const good = await tabularium(verify);
  assert.equal(good.code, 0, good.err);
  assert.match(good.out, /^verified: key /);
  assert.match(good.out, /seen {4}by court at 20/);
  const json = JSON.parse((await tabularium([...verify, '--json'])).out);
  assert.deepEqual(
    [json.verified, json.kind, json.name, json.index, json.payload.action],
    [true, 'receipt', signed.name, 1, 'treasury.payment.order'],
  );
  const piped = await tabularium(['verify', '-', '--policy', 'town.policy'], { input: receipt });
  assert.equal(piped.code, 0, piped.err);

  // Without the witness's cosignature, the last line.
  writeFileSync(path('payment.tlog-proof'), receipt.replace(/[^\n]*\n$/, ''));
  assert.match(
    (await tabularium(verify)).err,
    /quorum-not-met.*\nnext: {2}it may have been fetched too early: tabularium receipt NAME --quorum/,
  );
  writeFileSync(path('payment.tlog-proof'), receipt.replace('index 1', 'index 2'));
  const forged = await tabularium(verify);
  assert.deepEqual([forged.code, forged.out], [EXIT_CODES['not-proven'], '']);
  assert.match(forged.err, /it proves nothing: inclusion-invalid/);
  writeFileSync(path('payment.tlog-proof'), receipt);
  writeFileSync(path('other.policy'), (await sampleReceipt()).policy);
  const other = await tabularium(['verify', 'payment.tlog-proof', '--policy', 'other.policy', '--json']);
  assert.deepEqual([other.code, JSON.parse(other.err).verified], [EXIT_CODES['not-proven'], false]);
  assert.equal((await tabularium(['verify', 'none', '--policy', 'town.policy'])).code, EXIT_CODES['file-invalid']);
  assert.equal((await tabularium([...verify, '--max-age', '5'])).code, EXIT_CODES.usage);
  assert.equal((await tabularium(['receipt', 'C'.repeat(43), '--url', url])).code, EXIT_CODES['not-found']);
});

test('facts: vectors verify through the command as through the library', async () => {
  const file = new URL('../../../testing/vectors/data/fact-invalid.json', import.meta.url);
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as {
    vectors: { name: string; bundle: string; policy: string; expected: { code: string } }[];
  };
  const swapped = vectors.find(({ expected }) => expected.code === 'state-proof-invalid')!;
  writeFileSync(path('fact.json'), swapped.bundle);
  writeFileSync(path('fact.policy'), swapped.policy);
  const ended = await tabularium(['verify', 'fact.json', '--policy', 'fact.policy', '--json']);
  assert.deepEqual([ended.code, JSON.parse(ended.err).code], [EXIT_CODES['not-proven'], 'state-proof-invalid']);
  answers.set('GET /api/v1/facts/treasury/payment/7', [200, swapped.bundle]);
  assert.equal((await tabularium(['fact', 'treasury/payment/7', '--url', url])).out.trim(), swapped.bundle.trim());
  answers.set('GET /api/v1/facts/treasury/payment/8', [200, '<html>']);
  assert.equal((await tabularium(['fact', 'treasury/payment/8', '--url', url])).code, EXIT_CODES.unreachable);
});

test('an import can be tried without a ledger; its report has a line for each row', async () => {
  writeFileSync(
    path('lines.csv'),
    'AÑO,CENTRO,SECCION,PROGRAMA,ECONOMICO,IMPORTE,DESCRIPCION ECONOMICO\n2012,001,002,91100,12000,5,A\n2012,001,002,91100,12001,x,B\n',
  );
  const words = await tabularium(['import', 'lines.csv', '--map', 'madrid-budget', '--dry-run', '--report', 'report.jsonl']);
  assert.equal(words.code, 0, words.err);
  assert.match(words.out, /2 rows read, nothing sent/);
  assert.match(words.out, /amount-unreadable {2}1/);
  assert.equal(words.err, '');
  const report = readFileSync(path('report.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    report.map(({ row, outcome }) => [row, outcome]),
    [
      [1, 'accepted'],
      [2, 'flagged'],
    ],
  );
  const json = (await tabularium(['import', 'lines.csv', '--map', 'madrid-budget', '--dry-run', '--json'])).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual([json.length, json[2].summary.rows], [3, 2]);
  writeFileSync(path('lines.jsonl'), '{"AÑO":2012}\noops\n');
  writeFileSync(
    path('map.json'),
    JSON.stringify({
      title: 't',
      source: 'T-1',
      kind: 'line',
      format: { kind: 'jsonl' },
      fields: { year: { as: 'date', columns: ['AÑO'] } },
    }),
  );
  const refused = await tabularium(['import', 'lines.jsonl', '--map', './map.json', '--dry-run']);
  assert.equal(refused.code, EXIT_CODES['rows-refused']);
  assert.match(refused.out, /row 2 \(line 2\) {2}row-json/);
  for (const [args, part] of [
    [['import', 'none.csv', '--map', 'madrid-budget', '--dry-run'], 'none.csv'],
    [['import', 'lines.csv', '--map', 'no-map', '--dry-run'], 'no-map'],
    [['import', 'lines.csv', '--map', 'usaspending-accounts', '--dry-run'], 'ACCT_NUM'],
  ] as const) {
    const ended = await tabularium(args);
    assert.equal(ended.code, EXIT_CODES['file-invalid'], ended.err);
    assert.ok(ended.err.includes(part) && ended.err.includes('next:'), ended.err);
  }
});

test('nothing is coloured where nobody looks, or NO_COLOR says so', async () => {
  const { Terminal } = await import('./terminal.ts');
  const sink = (isTTY: boolean) => ({
    text: '',
    isTTY,
    columns: 60,
    write(words: string) {
      this.text += words;
    },
  });
  for (const [isTTY, env, json, coloured] of [
    [true, {}, false, true],
    [true, { NO_COLOR: '1' }, false, false],
    [true, { NO_COLOR: '' }, false, true],
    [true, { TERM: 'dumb' }, false, false],
    [true, {}, true, false],
    [false, {}, false, false],
  ] as const) {
    const out = sink(isTTY);
    const terminal = new Terminal({ out, err: out, env, json });
    assert.equal(terminal.paint('red', 'x') !== 'x', coloured);
    const progress = terminal.progress('reading');
    progress.update(1, 2);
    progress.end();
    assert.equal(out.text.includes('50 %'), isTTY && !json);
  }
});
