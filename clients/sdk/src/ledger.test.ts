/** The client over real HTTP: what is sent, how answers are read, what is tried again and with what. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import {
  checkDisclosures,
  disclosable,
  type JsonObject,
  parseTransaction,
  published,
  splitSubmission,
  verifyTransaction,
} from '@tabularium/protocol';
import { Type } from 'typebox';
import { es256Signer, generatePrivateJwk } from './es256-signer.ts';
import { Ledger, type LedgerOptions } from './ledger.ts';
import { UnexpectedAnswer } from './outcome.ts';
import { LedgerUnreachable, retryAfterMs } from './send-with-retry.ts';

const ORIGIN = 'town/0123456789abcdef';
const signer = es256Signer(generatePrivateJwk());
type Received = { readonly method: string; readonly url: string; readonly type: string; readonly body: string };
type Answer = readonly [status: number, body: unknown, headers?: Record<string, string>];

async function ledgerOf(t: TestContext, answer: (received: Received, n: number) => Answer | 'drop', options: Partial<LedgerOptions> = {}) {
  const received: Received[] = [];
  const waits: number[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = {
      method: request.method!,
      url: request.url!,
      type: request.headers['content-type'] ?? '',
      body: Buffer.concat(chunks).toString(),
    };
    received.push(one);
    const given = answer(one, received.length - 1);
    if (given === 'drop') return request.socket.destroy();
    const [status, body, headers = {}] = given;
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const wait = (ms: number) => {
    waits.push(ms);
    return Promise.resolve();
  };
  const ledger = new Ledger({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    origin: ORIGIN,
    clock: () => 1_700_000_000_500,
    retry: { wait, chance: () => 0.5 },
    ...options,
  });
  return { ledger, received, waits };
}

const placed = { name: 'n'.repeat(43), index: 7, height: 3, time: 1_700_000_000_000 };

test('what is signed is a transaction: payload, name, kid, lifetime', async (t) => {
  const { ledger } = await ledgerOf(t, () => [201, placed]);
  const signed = await ledger.sign(
    { action: 'treasury.payment.order', body: { a: 1 }, as: 'accountant@finance', for: 'm1', on: { 'treasury/x/1': 2 } },
    signer,
  );
  const parsed = parseTransaction(Buffer.from(signed.jws), nodeCrypto);
  assert.ok(parsed.ok);
  const { transaction } = parsed;
  assert.equal(transaction.name, signed.name);
  assert.equal(transaction.kid, signer.kid);
  assert.ok(verifyTransaction(transaction, { kind: 'es256', jwk: signer.jwk }, nodeCrypto));
  assert.deepEqual(transaction.payload, {
    ledger: ORIGIN,
    id: signed.id,
    action: 'treasury.payment.order',
    as: 'accountant@finance',
    for: 'm1',
    exp: 1_700_000_600,
    on: { 'treasury/x/1': 2 },
    body: { a: 1 },
  });
  await assert.rejects(ledger.sign({ action: 'Treasury', body: {} }, signer), RangeError);
  await assert.rejects(ledger.sign({ action: 'treasury.payment.order', body: { a: 0.5 } }, signer));
});

test('texts of a body become disclosures that fit their schema', async (t) => {
  const schema = Type.Object({
    lines: Type.Array(
      disclosable({ code: Type.String(), title: Type.Optional(published(Type.String())), note: Type.Optional(published(Type.String())) }),
    ),
  });
  const { ledger, received } = await ledgerOf(t, () => [201, placed]);
  const body = { lines: [{ code: 'A', title: 'Straßen' }, { code: 'B' }] };
  const signed = await ledger.sign({ action: 'treasury.budget.enact', body, schema }, signer);
  assert.equal(signed.disclosures.length, 1);
  const parsed = parseTransaction(Buffer.from(signed.jws), nodeCrypto);
  assert.ok(parsed.ok);
  const checked = checkDisclosures(parsed.transaction.payload.body, schema, signed.disclosures, nodeCrypto);
  assert.ok(checked.ok && checked.disclosures[0]!.value === 'Straßen' && checked.disclosures[0]!.path === '/lines/0');
  assert.ok(!signed.jws.includes(Buffer.from('Straßen').toString('base64url')));
  const outcome = await ledger.submit(signed);
  assert.deepEqual(outcome, { kind: 'accepted', ...placed });
  assert.deepEqual(splitSubmission(received[0]!.body), { jws: signed.jws, disclosures: signed.disclosures });
  assert.equal(received[0]!.type, 'text/plain');
});

test('each status has its kind', async (t) => {
  const problem = {
    type: 'about:blank',
    title: 'Refused',
    detail: 'Not enough.',
    code: 'treasury.limit-exceeded',
    rule: 'treasury.limit',
    basis: 'art. 1',
    notice: 'n.o.t',
    facts: { left: '3' },
  };
  const answers: Answer[] = [
    [201, { ...placed, receipt: 'c2sp.org/tlog-proof@v1\n' }],
    [200, placed],
    [202, { name: placed.name }, { location: '/x' }],
    [422, problem],
    [409, { ...problem, items: [{ item: 1, code: 'c', rule: 'r' }] }],
    [401, { code: 'kernel.key-unknown', detail: 'Unknown.' }],
    [400, { code: 'alg-none', detail: 'An unsigned token is not a transaction.' }],
    [413, 'too large'],
  ];
  const { ledger } = await ledgerOf(t, (_received, n) => answers[n]!);
  const outcomes = [];
  for (let i = 0; i < answers.length; i++) outcomes.push(await ledger.submit({ submission: 'x' }));
  const { type: _type, title: _title, ...members } = problem;
  assert.deepEqual(outcomes, [
    { kind: 'accepted', ...placed, receipt: 'c2sp.org/tlog-proof@v1\n' },
    { kind: 'repeated', ...placed },
    { kind: 'pending', name: placed.name },
    { kind: 'refused', status: 422, ...members },
    { kind: 'refused', status: 409, ...members, items: [{ item: 1, code: 'c', rule: 'r' }] },
    { kind: 'refused', status: 401, code: 'kernel.key-unknown', detail: 'Unknown.' },
    { kind: 'malformed', status: 400, code: 'alg-none', detail: 'An unsigned token is not a transaction.' },
    { kind: 'malformed', status: 413, code: 'status-413', detail: 'status 413' },
  ]);
});

test('answers that are none of the protocol are errors', async (t) => {
  const answers: Answer[] = [
    [500, 'oops'],
    [404, {}],
    [201, '<html>'],
    [201, {}],
  ];
  const { ledger } = await ledgerOf(t, (_received, n) => answers[n]!);
  for (let i = 0; i < answers.length; i++) await assert.rejects(ledger.submit({ submission: 'x' }), UnexpectedAnswer);
});

test('busy and broken connections are tried again with the same bytes, as long as Retry-After says', async (t) => {
  const answers: (Answer | 'drop')[] = [
    [429, {}, { 'retry-after': '3' }],
    'drop',
    [503, {}, { 'retry-after': '9999' }],
    [502, ''],
    [200, placed],
  ];
  const { ledger, received, waits } = await ledgerOf(t, (_received, n) => answers[n]!);
  const outcome = await ledger.act({ action: 'treasury.payment.order', body: {} }, signer);
  assert.equal(outcome.kind, 'repeated');
  assert.equal(new Set(received.map(({ body }) => body)).size, 1);
  assert.equal(received[0]!.body, outcome.signed.submission);
  assert.deepEqual(waits, [3000, 400, 30_000, 1600]);
});

test('after all tries: busy is an outcome, silence an error', async (t) => {
  const busy = await ledgerOf(t, () => [429, { detail: 'The queue is full.' }, { 'retry-after': '2' }]);
  assert.deepEqual(await busy.ledger.submit({ submission: 'x' }), {
    kind: 'busy',
    status: 429,
    detail: 'The queue is full.',
    retryAfterSeconds: 2,
  });
  assert.equal(busy.received.length, 6);
  const silent = await ledgerOf(t, () => 'drop');
  await assert.rejects(silent.ledger.submit({ submission: 'x' }), LedgerUnreachable);
});

test('Retry-After as a date is held against the answer’s own clock', () => {
  const headers = (after: string, date?: string) => new Headers({ 'retry-after': after, ...(date === undefined ? {} : { date }) });
  assert.equal(retryAfterMs(headers('Wed, 21 Oct 2026 07:28:10 GMT', 'Wed, 21 Oct 2026 07:28:00 GMT')), 10_000);
  assert.equal(retryAfterMs(headers('Wed, 21 Oct 2026 07:28:10 GMT', 'Wed, 21 Oct 2026 07:29:00 GMT')), 0);
  assert.equal(retryAfterMs(headers('Wed, 21 Oct 2026 07:28:10 GMT')), undefined);
  assert.equal(retryAfterMs(headers('soon')), undefined);
  assert.equal(retryAfterMs(new Headers()), undefined);
});

test('a batch goes as lines and comes back as outcomes in order', async (t) => {
  const { ledger, received } = await ledgerOf(t, () => [
    200,
    `${JSON.stringify({ status: 201, ...placed })}\n${JSON.stringify({ status: 422, code: 'treasury.limit-exceeded', detail: 'No.' })}\n${JSON.stringify({ status: 429 })}\n`,
    { 'retry-after': '4' },
  ]);
  const signed = await Promise.all([1, 2, 3].map((n) => ledger.sign({ action: 'treasury.payment.order', body: { n } }, signer)));
  const outcomes = await ledger.submitBatch(signed);
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['accepted', 'refused', 'busy'],
  );
  const sent = received[0]!.body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonObject);
  assert.deepEqual(
    sent.map(({ transaction }) => transaction),
    signed.map(({ jws }) => jws),
  );
  assert.deepEqual(await ledger.submitBatch([]), []);
  await assert.rejects(ledger.submitBatch(signed.slice(1)), UnexpectedAnswer);
  await assert.rejects(ledger.submitBatch(Array.from({ length: 1001 }, () => signed[0]!)), RangeError);
});

test('a busy batch is busy for each of its transactions', async (t) => {
  const { ledger } = await ledgerOf(t, () => [503, {}]);
  assert.deepEqual(
    (
      await ledger.submitBatch([
        { jws: 'a', disclosures: [] },
        { jws: 'b', disclosures: [] },
      ])
    ).map(({ kind }) => kind),
    ['busy', 'busy'],
  );
});

test('reads: what is there, what is not, what is no ledger', async (t) => {
  const paths: Record<string, Answer> = {
    [`/api/v1/transactions/${placed.name}`]: [200, placed],
    '/api/v1/transactions?signer=k&id=01': [200, placed],
    '/api/v1/facts/treasury/line/2026.F.1': [200, '{"v":1}'],
    '/log/policy': [200, 'quorum none\n'],
    '/log/vkey': [200, 'vkey\n'],
    '/log/checkpoint': [200, `${ORIGIN}\n2\n${Buffer.alloc(32).toString('base64')}\n\n— x ${Buffer.alloc(68).toString('base64')}\n`],
    '/api/v1/texts/d': [500, 'broken'],
  };
  const { ledger } = await ledgerOf(t, ({ url }) => paths[url] ?? [404, {}]);
  assert.deepEqual(await ledger.transaction(placed.name), placed);
  assert.deepEqual(await ledger.transactionById('k', '01'), placed);
  assert.equal(await ledger.receipt('none'), undefined);
  assert.equal(await ledger.fact('treasury/line/2026.F.1'), '{"v":1}');
  assert.equal(await ledger.policy(), 'quorum none\n');
  assert.equal(await ledger.vkey(), 'vkey');
  await assert.rejects(ledger.publishedText('d'), UnexpectedAnswer);
  await assert.rejects(ledger.charter(), UnexpectedAnswer);
  const found = await ledgerOf(t, ({ url }) => paths[url] ?? [404, {}], { origin: undefined as unknown as string });
  assert.equal(await found.ledger.origin(), ORIGIN);
  assert.throws(() => ledger.verifyReceipt('x'), RangeError);
});

test('a dry run sends no signature and brings back a verdict', async (t) => {
  const answers: Answer[] = [
    [200, { verdict: 'accepted' }],
    [200, { verdict: 'accepted', warnings: [{ code: 'version-missing', text: 'this node lacks it' }, 7, { code: 1 }] }],
    [200, { verdict: 'refused', refusal: { status: 403, code: 'kernel.role-missing', title: 'No such role.', rule: 'kernel.role' } }],
    [400, { code: 'body-invalid', detail: 'body/money is missing' }],
    [200, {}],
  ];
  const { ledger, received } = await ledgerOf(t, (_received, n) => answers[n]!);
  const request = { action: 'treasury.payment.order', body: { a: 1 }, as: 'accountant@finance' };
  assert.deepEqual(await ledger.check(request, signer.kid), { kind: 'accepted' });
  assert.deepEqual(JSON.parse(received[0]!.body), { signer: signer.kid, ...request });
  const warnings = [{ code: 'version-missing', text: 'this node lacks it' }];
  assert.deepEqual(await ledger.check(request, signer.kid), { kind: 'accepted', warnings });
  assert.deepEqual(await ledger.check(request, signer.kid), {
    kind: 'refused',
    status: 403,
    code: 'kernel.role-missing',
    detail: 'No such role.',
    rule: 'kernel.role',
  });
  assert.equal((await ledger.check(request, signer.kid)).kind, 'malformed');
  await assert.rejects(ledger.check(request, signer.kid), UnexpectedAnswer);
});
