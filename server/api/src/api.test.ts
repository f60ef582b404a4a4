/**
 * The API over the real thing: a founded town on the embedded engine, with store, machine, texts and projections, asked over HTTP.
 * Signatures, receipts, facts, notices and the log's root are checked with core's own verifiers, as a stranger would.
 */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { catalogue } from '@tabularium/catalogue';
import { generateEs256, generateNodeKeys, nodeCrypto, nodeSigner, nodeVkeys, signEs256 } from '@tabularium/crypto';
import { type EmbeddedEngine, initialise, openEmbeddedEngine } from '@tabularium/engine-embedded';
import type { Admission, Storage } from '@tabularium/engine-port';
import { type Charter, cosignerName, encodeCharter, genesis, Machine, makeCharter } from '@tabularium/kernel';
import { decodeEntryBundle, LogTree, leafHash, parseCheckpoint, parseNote, tilePath } from '@tabularium/log';
import { openProjections, type Projections } from '@tabularium/projections';
import {
  discloseBody,
  encodeBase64,
  encodeTransaction,
  type JsonObject,
  joinSubmission,
  jwkToPoint,
  makeRefusalNotice,
  makeUlid,
  type PublicJwk,
  parseTransaction,
  thumbprint,
  toHex,
  verifyRefusalNotice,
  verifyTransaction,
} from '@tabularium/protocol';
import {
  demoCharterDraft,
  foundingSteps,
  foundingTime,
  OFFICERS,
  type SignedStep,
  type SigningKey,
  signSteps,
  townYear,
} from '@tabularium/scenarios';
import { openSqliteStorage } from '@tabularium/store';
import { openTexts, type Texts } from '@tabularium/texts';
import { verifyFact, verifyReceipt } from '@tabularium/verify';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { buildApi } from './build-api.ts';
import { logSerializers } from './http-server.ts';
import type { LedgerDoor } from './ledger-door.ts';

const YEAR = 2025;
const STEPS = 400;
const ACCEPT_WAIT_MS = 30_000;

interface Town {
  readonly dir: string;
  readonly base: string;
  readonly app: FastifyInstance;
  readonly engine: EmbeddedEngine;
  readonly storage: Storage;
  readonly projections: Projections;
  readonly texts: Texts;
  readonly origin: string;
  readonly charter: Charter;
  readonly noticeKey: PublicJwk;
  readonly keyOf: (officer: string) => SigningKey;
  /** The year's first steps, told one by one over HTTP. */
  readonly told: { readonly step: SignedStep; readonly status: number; readonly answer: Record<string, unknown> }[];
  readonly log: string[];
  /** Block time. */
  now: number;
  /** Set, submissions wait for it before they reach the engine. */
  gate: Promise<void> | undefined;
}

let town: Town;
/** Undone in reverse order, also when opening failed half-way: what is left running would hold up the whole run. */
const undo: (() => unknown)[] = [];
before(async () => {
  town = await openTown();
});
after(async () => {
  for (const step of undo.reverse()) await step();
});

async function openTown(): Promise<Town> {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-api-'));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  const everyday = new Map<string, SigningKey>();
  const officers = Object.fromEntries(
    OFFICERS.map(({ code }) => {
      const [first, second] = [generateEs256(), generateEs256()];
      everyday.set(code, { kid: thumbprint(first.jwk, nodeCrypto), sign: signEs256(first.privateKey) });
      return [code, [first, second].map(({ jwk }) => ({ kind: 'es256' as const, jwk }))];
    }),
  );
  const keys = generateNodeKeys();
  const nodes = {
    hall: {
      agency: 'vellmere',
      log: encodeBase64(keys.log.publicKey),
      cosigner: encodeBase64(keys.cosigner.publicKey),
      notice: keys.notice.jwk,
    },
  };
  const charter = makeCharter(demoCharterDraft(YEAR, catalogue, { officers, nodes, witnesses: {} }), nodeCrypto);
  const vkeys = nodeVkeys(keys, charter.origin, cosignerName(charter, 'hall'));
  const storage = openSqliteStorage(dir, { sha256: nodeCrypto.sha256 });
  undo.push(() => storage.close());
  const machine = new Machine({ catalogue, crypto: nodeCrypto });
  const signer = nodeSigner(keys);
  const clock = (): number => opened.now;
  const opened = { dir, now: foundingTime(YEAR), gate: undefined, told: [], log: [] } as unknown as Town;
  const common = { storage, machine, crypto: nodeCrypto, origin: charter.origin, vkeys, signer, clock };
  initialise(common, {
    charterLeaf: encodeCharter(charter, nodeCrypto),
    time: opened.now,
    ...genesis(charter, opened.now, nodeCrypto),
  });
  const engine = openEmbeddedEngine({
    ...common,
    admit: async (batch) => batch.map((bytes) => admit(bytes, machine, storage)),
    keyOf: (kid) => machine.key(kid, storage)?.jwk,
    limits: { queueCount: 40 },
  });
  const projections = openProjections({ dir, ledgerPath: join(dir, 'ledger.db') });
  undo.push(
    () => engine.close(),
    () => projections.close(),
  );
  engine.onBlock(({ height }) => projections.notify(height));
  const texts = openTexts(dir, { isAccepted: (tx) => storage.findName(tx) !== undefined, withdrawals: [], nowSeconds: opened.now / 1000 });
  const door = doorOf(opened, {
    engine,
    storage,
    machine,
    origin: charter.origin,
    charter: new TextDecoder().decode(encodeCharter(charter, nodeCrypto)),
    vkey: vkeys.log,
    notice: keys.notice,
    sign: signer.signNotice,
  });
  const log: string[] = [];
  const logger = pino({ level: 'trace', serializers: logSerializers }, { write: (line: string) => void log.push(line) });
  const app = await buildApi({ door, catalogue, projections, texts, crypto: nodeCrypto, logger: logger as never });
  undo.push(
    () => texts.close(),
    () => app.close(),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  const base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  Object.assign(opened, {
    base,
    app,
    engine,
    storage,
    projections,
    texts,
    origin: charter.origin,
    charter,
    noticeKey: keys.notice.jwk,
    keyOf: (officer: string) => everyday.get(officer)!,
    log,
  });
  const digest = toHex(nodeCrypto.sha256(encodeCharter(charter, nodeCrypto)));
  const steps = [...foundingSteps(YEAR, digest), ...townYear({ seed: 1, year: YEAR })].slice(0, STEPS);
  const signed = signSteps(steps, { ledger: charter.origin, keyOf: opened.keyOf, catalogue, crypto: nodeCrypto, randomBytes });
  for (const step of signed) {
    opened.now = Math.max(opened.now, step.step.at);
    const text = joinSubmission(new TextDecoder().decode(step.bytes), step.disclosures);
    const reply = await fetch(`${base}/api/v1/transactions?wait=${ACCEPT_WAIT_MS}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: text,
    });
    opened.told.push({ step, status: reply.status, answer: (await reply.json()) as Record<string, unknown> });
  }
  assert.equal(await projections.waitFor(storage.head().height, 60_000), true, projections.failed);
  return opened;
}

function admit(bytes: Uint8Array, machine: Machine, storage: Storage): Admission {
  const parsed = parseTransaction(bytes, nodeCrypto);
  if (!parsed.ok) return { ok: false, kind: 'malformed', code: parsed.code, detail: parsed.detail };
  const { transaction } = parsed;
  const key = machine.key(transaction.kid, storage);
  const refused = (code: string): Admission => ({
    ok: false,
    kind: 'refused',
    transaction,
    refusal: { code: `kernel.${code}`, rule: 'kernel.signature' },
  });
  if (key === undefined) return refused('key-unknown');
  const point = jwkToPoint(key.jwk)!;
  return verifyTransaction(transaction, { kind: 'es256', point }, nodeCrypto) ? { ok: true, transaction } : refused('signature-invalid');
}

interface DoorParts {
  readonly engine: EmbeddedEngine;
  readonly storage: Storage;
  readonly machine: Machine;
  readonly origin: string;
  readonly charter: string;
  readonly vkey: string;
  readonly notice: { readonly jwk: PublicJwk };
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** The door as a node composes it, plus a gate that tests can close. */
function doorOf(opened: Town, { engine, storage, machine, origin, charter, vkey, notice, sign }: DoorParts): LedgerDoor {
  const kid = thumbprint(notice.jwk, nodeCrypto);
  return {
    origin,
    charter,
    vkey,
    submit: async (jws) => {
      await opened.gate;
      return await engine.submit(jws);
    },
    submitMany: (batch) => engine.submitMany(batch),
    check: ({ signer, ...act }) =>
      machine.check(
        { kid: signer, kind: 'es256', payload: { ledger: origin, id: '0'.repeat(26), exp: Math.floor(opened.now / 1000) + 60, ...act } },
        storage,
        { time: opened.now, height: storage.head().height + 1 },
      ),
    head: () => storage.head(),
    status: () => engine.status(),
    onBlock: (listener) => engine.onBlock(listener),
    placed: (name) => engine.placed(name),
    placedById: (signer, id) => {
      const index = storage.findId(signer, id, Math.floor(opened.now / 1000));
      const [leaf] = index === undefined ? [] : storage.leaves(index, index + 1);
      return leaf === undefined ? undefined : engine.placed(nameOf(leaf));
    },
    refusal: (name) => storage.findRefusal(name),
    refusalById: (signer, id) => storage.findRefusalById(signer, id),
    keepRefusals: (refusals) => storage.saveRefusals(refusals),
    signNotice: (said) => makeNotice(said, kid, sign),
    receipt: (of) => engine.receipt(of),
    fact: (key) => engine.fact(key),
    record: (key) => storage.get(key),
    block: (height) => storage.block(height),
    blockOf: (index) => storage.blockOf(index),
    leaves: (from, to) => storage.leaves(from, to),
    events: (height) => [...storage.events(height, height)][0]?.events ?? [],
    checkpoint: () => engine.checkpoint(),
    policy: () => machine.policy(storage),
    tile: (level, index, width) => engine.tile(level, index, width),
    entries: (index, width) => engine.entries(index, width),
  };
}

function makeNotice(said: Parameters<LedgerDoor['signNotice']>[0], kid: string, sign: (message: Uint8Array) => Uint8Array): string {
  return makeRefusalNotice(said, kid, sign);
}

function nameOf(jws: Uint8Array): string {
  return createHash('sha256')
    .update(jws.subarray(0, jws.lastIndexOf(0x2e)))
    .digest('base64url');
}

interface Made {
  readonly text: string;
  readonly name: string;
  readonly id: string;
  readonly kid: string;
}

/** A transaction of an officer, signed now; disclosed fields of `body` stand in it in clear. */
function make(
  officer: string,
  as: string,
  action: string,
  body: JsonObject,
  options: { readonly id?: string; readonly key?: SigningKey; readonly disclose?: boolean } = {},
): Made {
  const { kid, sign } = options.key ?? town.keyOf(officer);
  const id = options.id ?? makeUlid(town.now, randomBytes(10));
  const schema = catalogue.flatMap((module) =>
    Object.entries(module.actions).flatMap(([name, definition]) => (`${module.name}.${name}` === action ? [definition.body] : [])),
  )[0];
  const disclosed =
    schema === undefined || options.disclose === false
      ? { body, disclosures: [] }
      : discloseBody(schema, body, () => randomBytes(16), nodeCrypto);
  const bytes = encodeTransaction(
    { ledger: town.origin, id, action, as, exp: Math.floor(town.now / 1000) + 3600, body: disclosed.body },
    kid,
    sign,
  ) as Uint8Array;
  return { text: joinSubmission(new TextDecoder().decode(bytes), disclosed.disclosures), name: nameOf(bytes), id, kid };
}

async function post(
  path: string,
  body: string | Uint8Array,
  type = 'text/plain',
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; text: string; json: Record<string, unknown> }> {
  const reply = await fetch(town.base + path, { method: 'POST', headers: { 'content-type': type, ...headers }, body });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, text, json: parsed(text) };
}

async function get(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; text: string; json: Record<string, unknown> }> {
  const reply = await fetch(town.base + path, { headers, redirect: 'manual' });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, text, json: parsed(text) };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const submit = (made: Made, query = `?wait=${ACCEPT_WAIT_MS}`) => post(`/api/v1/transactions${query}`, made.text);
const AUDIT = (n: number): Made =>
  make('accounts-1', 'accountant@accounts', 'kernel.propose', {
    action: 'treasury.year.open',
    body: { year: String(2030 + n), from: `${2030 + n}-01-01`, to: `${2030 + n}-12-31` },
  });

describe('submitting', () => {
  test('the town’s first steps are answered 201, or refused as they expect, and every receipt verifies offline', async () => {
    const policy = (await get('/log/policy')).text;
    for (const { step, status, answer } of town.told) {
      if (step.step.expect !== 'accepted') {
        assert.ok([401, 403, 409, 422].includes(status), `${step.step.key} ${status}`);
        assert.equal(answer.code, step.step.expect);
        continue;
      }
      assert.equal(status, 201, `${step.step.key}: ${JSON.stringify(answer)}`);
      assert.deepEqual(Object.keys(answer), ['name', 'index', 'height', 'time', 'receipt']);
      assert.equal(answer.name, step.name);
    }
    const accepted = town.told.filter(({ status }) => status === 201);
    assert.ok(accepted.length > STEPS / 2);
    for (const { step, answer } of accepted.slice(-10)) {
      const verified = verifyReceipt(String(answer.receipt), policy, nodeCrypto);
      assert.ok(verified.ok, JSON.stringify(verified));
      assert.equal(verified.transaction.name, step.name);
      assert.equal(verified.index, answer.index);
    }
  });

  test('the same bytes again: 200 and the first place; the same id for something else: 409', async () => {
    const made = AUDIT(1);
    const first = await submit(made);
    assert.equal(first.status, 201, first.text);
    assert.equal(first.headers.get('location'), `/api/v1/transactions/${made.name}`);
    const again = await submit(made);
    assert.equal(again.status, 200);
    assert.equal(again.json.index, first.json.index);
    const other = make(
      'accounts-1',
      'accountant@accounts',
      'kernel.propose',
      { action: 'treasury.year.open', body: { year: '2050', from: '2050-01-01', to: '2050-12-31' } },
      { id: made.id },
    );
    const reused = await submit(other);
    assert.equal(reused.status, 409);
    assert.equal(reused.json.code, 'kernel.id-reused');
  });

  test('JSON carries the same transaction; the envelope is read strictly', async () => {
    const made = AUDIT(2);
    const [jws = '', ...disclosures] = made.text.split('~').filter((part) => part !== '');
    const path = `/api/v1/transactions?wait=${ACCEPT_WAIT_MS}`;
    const accepted = await post(path, JSON.stringify({ transaction: jws, disclosures }), 'application/json');
    assert.equal(accepted.status, 201, accepted.text);
    for (const body of [
      '{"transaction":1}',
      '{"transaction":"a","more":1}',
      '{"disclosures":[]}',
      '[]',
      '{"transaction":"a","disclosures":[1]}',
    ]) {
      const refused = await post(path, body, 'application/json');
      assert.deepEqual([refused.status, refused.json.code], [400, 'request-malformed'], body);
    }
    for (const body of ['{"transaction":"a","transaction":"b"}', '{', '{"transaction":1.5}', '\ufeff{}', '']) {
      const refused = await post(path, body, 'application/json');
      assert.deepEqual([refused.status, refused.json.code], [400, 'json-malformed'], body);
    }
    assert.equal((await post(path, new Uint8Array([0x22, 0xff, 0x22]), 'application/json')).json.code, 'json-malformed');
  });

  test('what is no transaction is answered 400 with its code and without a notice', async () => {
    const good = AUDIT(3).text.split('~')[0] as string;
    const none = `${Buffer.from('{"alg":"none","typ":"tabularium-tx+jwt"}').toString('base64url')}.${good.split('.')[1]}.AA`;
    for (const [text, code] of [
      ['{"type":"seal"}', 'leading-brace'],
      ['hello', 'not-compact-jws'],
      [none, 'alg-none'],
      [`${good}=`, 'base64url-noncanonical'],
      [`${good}~abc`, 'submission-malformed'],
      ['', 'empty'],
    ] as const) {
      const answer = await post('/api/v1/transactions', text);
      assert.deepEqual([answer.status, answer.json.code], [400, code], text);
      assert.match(String(answer.headers.get('content-type')), /^application\/problem\+json/);
      assert.equal(answer.json.notice, undefined);
    }
  });

  test('a stranger’s key: 401, no notice, nothing kept', async () => {
    const { jwk, privateKey } = generateEs256();
    const made = make(
      '',
      'clerk@council',
      'kernel.propose',
      { action: 'treasury.year.open', body: { year: '2040', from: '2040-01-01', to: '2040-12-31' } },
      { key: { kid: thumbprint(jwk, nodeCrypto), sign: signEs256(privateKey) } },
    );
    const answer = await submit(made);
    assert.deepEqual([answer.status, answer.json.code], [401, 'kernel.key-unknown']);
    assert.equal(answer.json.notice, undefined);
    assert.ok(answer.headers.get('www-authenticate'));
    assert.equal((await get(`/api/v1/transactions/${made.name}`)).status, 404);
  });

  test('a refusal names code, rule, basis and sentence, and its notice verifies; it is told again by name and by signer and id', async () => {
    const made = make('council-1', 'clerk@council', 'treasury.allot', {
      items: [{ year: '2025', fund: 'GEN', line: 'X-1', money: { amount: '1', currency: 'EUR' } }],
    });
    const answer = await submit(made);
    assert.equal(answer.status, 403, answer.text);
    assert.equal(answer.json.code, 'kernel.action-not-permitted');
    for (const member of ['rule', 'basis', 'text', 'title', 'notice']) assert.equal(typeof answer.json[member], 'string', member);
    const notice = verifyRefusalNotice(String(answer.json.notice), town.noticeKey, nodeCrypto);
    assert.ok(notice.ok);
    assert.deepEqual([notice.notice.tx, notice.notice.code, notice.notice.ledger], [made.name, answer.json.code, town.origin]);
    for (const path of [`/api/v1/transactions/${made.name}`, `/api/v1/transactions?signer=${made.kid}&id=${made.id}`]) {
      const told = await get(path);
      assert.equal(told.status, 200, path);
      assert.deepEqual([told.json.status, told.json.code, told.json.notice], ['refused', answer.json.code, answer.json.notice]);
    }
  });

  test('a rule of the treasury refuses with 422 and the facts behind it', async () => {
    const refused = town.told.find(({ status }) => status === 422);
    const made = make('accounts-1', 'accountant@accounts', 'kernel.propose', {
      action: 'treasury.year.open',
      body: { year: '2025', from: '2025-02-30', to: '2025-12-31' },
    });
    const answer = refused?.answer ?? (await submit(made)).json;
    assert.equal(answer.status, 422, JSON.stringify(answer));
    assert.match(String(answer.code), /^(treasury|kernel)\./);
  });

  test('disclosures that do not fit are 400, personal ones are refused, and none of it reaches the ledger', async () => {
    const size = town.storage.head().size;
    const step = town.told.find(({ step: { disclosures }, status }) => disclosures.length > 0 && status === 201)!.step;
    const [jws, all] = [new TextDecoder().decode(step.bytes), step.disclosures] as const;
    const strange = discloseBody(
      catalogue[1]!.actions.commit!.body,
      { items: [{ year: '2025', fund: 'GEN', line: 'A-1', money: { amount: '1', currency: 'EUR' }, reference: 'C-1', purpose: 'other' }] },
      () => randomBytes(16),
      nodeCrypto,
    ).disclosures;
    for (const [disclosures, code] of [
      [strange, 'disclosure-unreferenced'],
      [[...all, all[0]!], 'disclosure-repeated'],
      [['AA'], 'disclosure-json'],
    ] as const) {
      const answer = await post('/api/v1/transactions', joinSubmission(jws, disclosures));
      assert.deepEqual([answer.status, answer.json.code], [400, code]);
    }
    const person = make('finance-1', 'authorising-officer@finance', 'treasury.payable.certify', {
      items: [
        {
          commitment: '0'.repeat(32),
          money: { amount: '1', currency: 'EUR' },
          payee: '1'.repeat(32),
          payeeIs: 'person',
          delivered: '2025-03-01',
          due: '2025-04-01',
          person: 'MARKER-PERSON Jane Roe',
        },
      ],
    });
    const answer = await submit(person);
    assert.deepEqual([answer.status, answer.json.code], [400, 'personal-refused'], answer.text);
    assert.equal(town.storage.head().size, size);
    assert.equal(town.texts.counts().pending, 0);
  });

  test('a batch is answered line by line, in order; beyond the queue’s bound 429', async () => {
    const lines = [AUDIT(10), AUDIT(11), AUDIT(12)];
    const body = [
      lines[0]!.text,
      'hello',
      JSON.stringify({ transaction: lines[1]!.text.split('~')[0] }),
      '{',
      lines[0]!.text,
      JSON.stringify(lines[2]!.text),
    ].join('\n');
    const answer = await post('/api/v1/transactions/batch', `${body}\n`, 'application/x-ndjson');
    assert.equal(answer.status, 200);
    assert.match(String(answer.headers.get('content-type')), /^application\/x-ndjson/);
    const told = answer.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      told.map(({ status }) => status),
      [201, 400, 201, 400, 200, 201],
    );
    assert.deepEqual(
      [told[0]!.name, told[2]!.name, told[5]!.name],
      lines.map(({ name }) => name),
    );
    assert.equal(typeof told[0]!.receipt, 'string');

    const many = Array.from({ length: 60 }, (_, n) => AUDIT(100 + n).text).join('\n');
    const crowded = await post('/api/v1/transactions/batch?receipts=false', many, 'application/x-ndjson');
    const statuses = crowded.text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { status: number }).status);
    assert.deepEqual([statuses.filter((status) => status === 201).length, statuses.filter((status) => status === 429).length], [40, 20]);
    assert.equal(statuses.indexOf(429), 40);
    assert.ok(Number(crowded.headers.get('retry-after')) >= 1);
  });

  test('when ordering outlasts the wait: 202 with Location, pending there, and in time its place', async () => {
    let open = (): void => {};
    town.gate = new Promise((resolve) => {
      open = resolve;
    });
    const made = AUDIT(20);
    const waiting = await submit(made, '?wait=20');
    assert.equal(waiting.status, 202);
    const location = String(waiting.headers.get('location'));
    assert.equal(location, `/api/v1/transactions/${made.name}`);
    const pending = await get(location);
    assert.deepEqual([pending.status, pending.json.status], [202, 'pending']);
    town.gate = undefined;
    open();
    let told = await get(location);
    for (let tries = 0; told.status === 202 && tries < 200; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      told = await get(location);
    }
    assert.deepEqual([told.status, told.json.status, told.json.name], [200, 'accepted', made.name]);
  });

  test('too large, too many, of another kind: 413 and 415', async () => {
    assert.deepEqual((await post('/api/v1/transactions', 'x'.repeat(1024 * 1024 + 1))).json.code, 'body-too-large');
    const answer = await post('/api/v1/transactions/batch', 'x\n'.repeat(1001), 'application/x-ndjson');
    assert.deepEqual([answer.status, answer.json.code], [413, 'batch-too-long']);
    assert.equal((await post('/api/v1/transactions', 'x'.repeat(61_441))).json.code, 'too-large');
    assert.deepEqual((await post('/api/v1/transactions', 'x', 'application/x-www-form-urlencoded')).status, 415);
    assert.deepEqual((await post('/api/v1/transactions/batch', '{}', 'application/json')).status, 415);
    assert.deepEqual((await post('/api/v1/transactions?wait=soon', 'x')).json.code, 'query-invalid');
    assert.deepEqual((await post('/api/v1/transactions?wait=99999', 'x')).json.code, 'query-invalid');
  });

  test('a dry run says what would be decided and changes nothing', async () => {
    const before = town.storage.head();
    const ask = (body: object) => post('/api/v1/check', JSON.stringify(body), 'application/json');
    const act = {
      signer: town.keyOf('accounts-1').kid,
      action: 'kernel.propose',
      as: 'accountant@accounts',
      body: { action: 'treasury.year.open', body: { year: '2060', from: '2060-01-01', to: '2060-12-31' } },
    };
    assert.deepEqual((await ask(act)).json, { verdict: 'accepted' });
    const refused = await ask({ ...act, as: 'mayor@mayor' });
    assert.equal(refused.json.verdict, 'refused');
    assert.equal((refused.json.refusal as { code: string }).code, 'kernel.role-not-held');
    assert.equal((await ask({ ...act, extra: 1 })).json.code, 'request-malformed');
    assert.equal((await ask({ ...act, signer: 1 })).json.code, 'request-malformed');
    assert.deepEqual(town.storage.head(), before);
  });
});

describe('reading', () => {
  test('reads carry their height; a height to come is waited for, then 503', async () => {
    const { height } = town.storage.head();
    for (const path of ['/api/v1/blocks', '/log/checkpoint', '/api/v1/charter', '/api/v1/transactions', '/api/v1/treasury/lines']) {
      const answer = await get(path, { 'tabularium-min-height': String(height) });
      assert.equal(answer.status, 200, path);
      assert.ok(Number(answer.headers.get('tabularium-height')) >= height, path);
      assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    }
    const [ledger, list] = await Promise.all(
      ['/api/v1/blocks', '/api/v1/treasury/lines'].map((path) => get(path, { 'tabularium-min-height': String(height + 1000) })),
    );
    for (const late of [ledger!, list!]) {
      assert.deepEqual([late.status, late.json.code], [503, 'height-not-reached']);
      assert.equal(late.headers.get('retry-after'), '1');
    }
    const soon = get('/api/v1/blocks', { 'tabularium-min-height': String(height + 1) });
    await submit(AUDIT(30));
    assert.equal((await soon).status, 200);
    assert.equal((await get('/api/v1/blocks', { 'tabularium-min-height': 'x' })).status, 400);
  });

  test('everyone whom the charter names is listed, with every role, and has a life that begins with it', async () => {
    const rowsOf = async (list: string) => (await get(`/api/v1/kernel/${list}?limit=200`)).json.rows as Record<string, unknown>[];
    const { officers, agencies, offices, roles } = town.charter;
    for (const [list, column, expected] of [
      ['officers', 'officer', Object.keys(officers)],
      ['agencies', 'agency', Object.keys(agencies)],
      ['offices', 'office', Object.keys(offices)],
      ['roles', 'role', Object.keys(roles)],
      ['terms', 'term', Object.entries(officers).flatMap(([id, one]) => one.roles.map(({ role, office }) => `${id}:${role}@${office}`))],
    ] as const) {
      const found = new Set((await rowsOf(list)).map((row) => row[column]));
      for (const one of expected) assert.ok(found.has(one), `${list} without ${one}`);
    }
    const [founder] = town.charter.founding.officers;
    assert.equal((await get(`/api/v1/kernel/officers/${founder}`)).json.officer, founder);
    assert.match((await get(`/record/kernel/officer/${founder}`)).text, /An officer was appointed[\s\S]*By the charter, at the founding/);
  });

  test('the modules’ lists answer by filter, range, order, search and page; anything else is refused', async () => {
    const all = await get('/api/v1/treasury/lines?limit=200');
    const rows = all.json.rows as Record<string, unknown>[];
    assert.ok(rows.length > 10);
    assert.match(String(rows[0]!.appropriated), /^[0-9]+$/);
    const code = String(rows[0]!.code);
    const found = (await get(`/api/v1/treasury/lines?search=${encodeURIComponent(code.toLowerCase())}&limit=200`)).json.rows as Record<
      string,
      unknown
    >[];
    assert.ok(found.some((row) => row.code === code));
    const fund = (await get(`/api/v1/treasury/lines?fund=${rows[0]!.fund}&year=2025&limit=200`)).json.rows as Record<string, unknown>[];
    assert.ok(fund.every((row) => row.fund === rows[0]!.fund));
    const dear = (await get('/api/v1/treasury/lines?appropriated_from=100000000&limit=200')).json.rows as Record<string, unknown>[];
    assert.equal(dear.length, rows.filter((row) => BigInt(String(row.appropriated)) >= 100_000_000n).length);
    const paged: unknown[] = [];
    for (let next = ''; ; ) {
      const page = await get(`/api/v1/treasury/lines?limit=7${next}`);
      paged.push(...(page.json.rows as unknown[]));
      if (page.json.next === undefined) break;
      next = `&cursor=${encodeURIComponent(String(page.json.next))}`;
    }
    assert.deepEqual(paged, rows);
    const one = await get(`/api/v1/treasury/lines/${encodeURIComponent(String(rows[0]!.id))}`);
    assert.deepEqual(one.json, rows[0]);
    assert.equal((await get('/api/v1/treasury/lines/nothing')).status, 404);
    for (const query of [
      'colour=blue',
      'limit=0',
      'limit=201',
      'limit=1e1',
      'order=nothing',
      'cursor=zzz',
      'appropriated_from=ten',
      'fund=A&fund=B',
    ]) {
      const refused = await get(`/api/v1/treasury/lines?${query}`);
      assert.deepEqual([refused.status, refused.json.code], [400, 'query-invalid'], query);
    }
  });

  test('entries, blocks and receipts agree with the log', async () => {
    const latest = await get('/api/v1/transactions?limit=5');
    const [entry] = latest.json.rows as { index: number; name: string; height: number }[];
    const block = await get(`/api/v1/blocks/${entry!.height}`);
    assert.equal(block.status, 200);
    assert.ok(
      (block.json.entries as { index: number; name: string }[]).some(({ index, name }) => index === entry!.index && name === entry!.name),
    );
    assert.equal((block.json.seal as { height: number }).height, entry!.height);
    const byName = await get(`/api/v1/receipts/${entry!.name}`);
    const byIndex = await get(`/api/v1/receipts/${entry!.index}`);
    assert.equal(byName.status, 200);
    assert.equal(byName.text, byIndex.text);
    assert.equal(byName.headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.ok(verifyReceipt(byName.text, (await get('/log/policy')).text, nodeCrypto).ok);
    const paged = await get(`/api/v1/blocks?limit=2&before=${entry!.height}`);
    assert.deepEqual(
      (paged.json.rows as { height: number }[]).map(({ height }) => height),
      [entry!.height - 1, entry!.height - 2],
    );
    for (const path of ['/api/v1/blocks/99999999', '/api/v1/receipts/99999999', `/api/v1/receipts/${'A'.repeat(43)}`, '/api/v1/receipts/0'])
      assert.equal((await get(path)).status, 404, path);
    for (const path of ['/api/v1/blocks/x', '/api/v1/receipts/short', '/api/v1/transactions?signer=x'])
      assert.equal((await get(path)).status, 400, path);
  });

  test('facts prove what stands and that nothing does', async () => {
    const policy = (await get('/log/policy')).text;
    const stands = await get('/api/v1/facts/treasury/year/2025');
    assert.match(String(stands.headers.get('content-type')), /^application\/vnd\.tabularium\.fact\+json/);
    const fact = verifyFact(stands.text, policy, nodeCrypto);
    assert.ok(fact.ok, JSON.stringify(fact));
    const absent = verifyFact((await get('/api/v1/facts/treasury/year/2199')).text, policy, nodeCrypto);
    assert.ok(absent.ok);
    assert.equal(absent.value, null);
    assert.equal((await get('/api/v1/facts/treasury/year/no%20key')).status, 400);
  });

  test('a published text is found by its digest; once withdrawn, only that it was', async () => {
    const { step } = town.told.find(({ step: { disclosures }, status }) => disclosures.length > 0 && status === 201)!;
    const [disclosure] = step.disclosures as [string];
    const digest = createHash('sha256').update(disclosure).digest('base64url');
    const found = await get(`/api/v1/texts/${digest}`);
    assert.equal(found.status, 200, found.text);
    assert.equal(found.json.disclosure, disclosure);
    assert.equal(typeof found.json.value, 'string');
    town.texts.withdraw({ digest, time: town.now, ground: 'privacy', case: 'C-1' });
    const gone = await get(`/api/v1/texts/${digest}`);
    assert.deepEqual(
      [gone.status, gone.json.code, gone.json.withdrawn],
      [410, 'text-withdrawn', { time: town.now, ground: 'privacy', case: 'C-1' }],
    );
    assert.equal((await get(`/api/v1/texts/${'B'.repeat(42)}A`)).status, 404);
    assert.equal((await get('/api/v1/texts/short')).status, 400);
  });

  test('the log can be read by tiles alone: entries and tiles give the checkpoint’s root', async () => {
    const note = parseNote((await get('/log/checkpoint')).text)!;
    const checkpoint = parseCheckpoint(note.text)!;
    const tree = LogTree.empty(nodeCrypto.sha256);
    const tiles: Buffer[] = [];
    for (let index = 0; index * 256 < checkpoint.size; index++) {
      const width = Math.min(256, checkpoint.size - index * 256);
      const bundle = await fetch(`${town.base}/log/${tilePath('entries', index, width)}`);
      assert.equal(bundle.headers.get('content-type'), 'application/octet-stream');
      assert.match(String(bundle.headers.get('cache-control')), /immutable/);
      const leaves = decodeEntryBundle(new Uint8Array(await bundle.arrayBuffer()))!;
      const hashes = leaves.map((leaf) => leafHash(leaf, nodeCrypto.sha256));
      for (const hash of hashes) tree.append(hash);
      tiles.push(Buffer.concat(hashes));
      const tile = await fetch(`${town.base}/log/${tilePath(0, index, width)}`);
      assert.deepEqual(Buffer.from(await tile.arrayBuffer()), tiles[index]);
    }
    assert.deepEqual(tree.root(), checkpoint.root);
    assert.ok(checkpoint.size > 256, 'more than one tile');
    const vkey = await get('/log/vkey');
    assert.match(vkey.text, new RegExp(`^${town.origin.replace('/', '\\/')}\\+[0-9a-f]{8}\\+[A-Za-z0-9+/=]+\\n$`));
    for (const path of [
      '/log/tile/0/999',
      '/log/tile/0/0',
      '/log/tile/64/000',
      '/log/tile/entries/x001',
      '/log/tile/0/000.p/0',
      '/log/tile/0/000.p/256',
    ]) {
      assert.equal((await get(path)).status, 404, path);
    }
  });

  test('health, metrics and the API’s description', async () => {
    const health = await get('/health');
    assert.deepEqual([health.status, health.json.status], [200, 'ok']);
    const metrics = (await get('/metrics')).text;
    assert.match(metrics, /tabularium_transactions_total\{outcome="accepted"\} [1-9]/);
    assert.match(metrics, /tabularium_submit_seconds_count [1-9]/);
    const { json: described } = await get('/api/openapi.json');
    assert.match(String(described.openapi), /^3\.1/);
    const paths = Object.keys(described.paths as object);
    for (const path of [
      '/api/v1/transactions',
      '/api/v1/transactions/batch',
      '/api/v1/transactions/{name}',
      '/api/v1/check',
      '/api/v1/blocks',
      '/api/v1/blocks/{height}',
      '/api/v1/receipts/{name}',
      '/api/v1/facts/{module}/{collection}/{id}',
      '/api/v1/texts/{digest}',
      '/api/v1/charter',
      '/log/checkpoint',
      '/log/vkey',
      '/log/policy',
      '/health',
      '/metrics',
      '/api/v1/treasury/lines',
      '/api/v1/treasury/lines/{id}',
    ]) {
      assert.ok(paths.includes(path), `${path} is not described`);
    }
    const bodies = described.paths as Record<string, { post: { requestBody: { content: object } } }>;
    assert.deepEqual(Object.keys(bodies['/api/v1/transactions']!.post.requestBody.content), ['text/plain', 'application/json']);
    assert.deepEqual(Object.keys(bodies['/api/v1/check']!.post.requestBody.content), ['application/json']);
    const schemas = (described.components as { schemas: Record<string, unknown> }).schemas;
    for (const module of catalogue) {
      for (const [action, { internal }] of Object.entries(module.actions))
        assert.equal(`${module.name}.${action}` in schemas, internal !== true);
    }
    assert.doesNotMatch(JSON.stringify(described), /"\$ref":"#\/definitions/);
  });
});

describe('at the edges', () => {
  test('a wrong method is 405 with Allow, an unknown address 404, a preflight for reads 204', async () => {
    for (const [method, path, allow] of [
      ['DELETE', '/api/v1/transactions', 'GET, HEAD, POST, OPTIONS'],
      ['PUT', '/api/v1/blocks/1', 'GET, HEAD, OPTIONS'],
      ['GET', '/api/v1/check', 'POST, OPTIONS'],
      ['POST', '/log/tile/0/000', 'GET, HEAD, OPTIONS'],
      ['TRACE', '/api/v1/blocks', 'GET, HEAD, OPTIONS'],
      ['PATCH', '/api/v1/treasury/lines', 'GET, HEAD, OPTIONS'],
      ['QUERY', '/api/v1/treasury/lines', 'GET, HEAD, OPTIONS'],
      ['PUT', '/api/v1/transactions/batch', 'POST, OPTIONS'],
    ] as const) {
      const { status, headers } = await rawRequest(method, path);
      assert.deepEqual([status, headers.allow], [405, allow], `${method} ${path}`);
    }
    assert.equal((await get('/api/v1/nothing')).json.code, 'not-found');
    assert.equal((await rawRequest('DELETE', '/nowhere')).status, 404);
    const long = await get(`/api/v1/treasury/lines/MARKER-${'x'.repeat(2000)}`);
    assert.deepEqual([long.status, long.json.code], [404, 'not-found']);
    const bad = await get('/api/v1/treasury/lines/MARKER-%E0%A4%A');
    assert.deepEqual([bad.status, bad.json.code], [400, 'request-malformed']);
    for (const answer of [long, bad]) assert.doesNotMatch(answer.text, /MARKER/);
    const preflight = await rawRequest('OPTIONS', '/api/v1/blocks');
    assert.deepEqual([preflight.status, preflight.headers['access-control-allow-origin']], [204, '*']);
    const write = await rawRequest('OPTIONS', '/api/v1/check');
    assert.deepEqual([write.status, write.headers['access-control-allow-origin']], [204, undefined]);
    assert.equal((await rawRequest('HEAD', '/api/v1/blocks')).status, 200);
  });

  test('nothing that was sent stands in the log', async () => {
    const marker = 'MARKER-7261';
    await post('/api/v1/transactions', `${marker}.${marker}.${marker}`);
    await post('/api/v1/check', JSON.stringify({ marker }), 'application/json');
    await get(`/api/v1/treasury/lines?search=${marker}`);
    await get(`/entries?q=${marker}`);
    await get(`/record/${marker}/${marker}/${marker}`);
    await get(`/${marker}`);
    assert.ok(!town.log.join('').includes(marker));
    assert.ok(!/remoteAddress|remotePort|"ip"/.test(town.log.join('')), 'no address of a client');
  });
});

describe('pages', () => {
  test('each page is whole, forbids scripts, and says that nobody outside has seen the record yet', async () => {
    const { json } = await get('/api/v1/transactions?limit=1');
    const [entry] = json.rows as { index: number; name: string }[];
    const line = ((await get('/api/v1/treasury/lines?limit=1')).json.rows as { id: string }[])[0]!.id;
    for (const path of [
      '/',
      '/accounts',
      '/accounts?year=2025',
      '/entries',
      `/entries/${entry!.index}`,
      `/entries/${entry!.name}`,
      `/record/treasury/line/${line}`,
      '/record/treasury/year/2025',
      '/entries/0',
      '/entries/1',
    ]) {
      const answer = await get(path);
      assert.equal(answer.status, 200, path);
      assert.match(String(answer.headers.get('content-security-policy')), /default-src 'none'/);
      assert.match(answer.text, /^<!doctype html>[\s\S]*<\/html>\s*$/);
      assert.doesNotMatch(answer.text, /<script|undefined|\[object|NaN|style="/, path);
    }
    assert.match((await get('/')).text, /Not yet witnessed outside this office/);
    assert.match((await get('/')).text, /Where the money goes, 2025/);
    assert.match((await get(`/entries/${entry!.index}`)).text, /Download the proof/);
    const style = /href="(\/pages-[0-9a-f]+\.css)"/.exec((await get('/')).text)![1] as string;
    assert.equal((await get(style)).headers.get('content-type'), 'text/css; charset=utf-8');
  });

  test('what is not there is a page too; a search leads to the one thing it means', async () => {
    for (const path of [
      '/entries/99999999',
      `/entries/${'A'.repeat(43)}`,
      '/entries/%3Cscript%3E',
      '/record/a/b/c',
      '/record/%3Cscript%3Ealert(1)',
    ]) {
      const answer = await get(path);
      assert.equal(answer.status, 404, path);
      assert.doesNotMatch(answer.text, /<script/);
    }
    assert.equal((await get('/entries?q=3')).headers.get('location'), '/entries/3');
    assert.equal((await get('/entries?q=treasury/year/2025')).headers.get('location'), '/record/treasury/year/2025');
    const missed = await get(`/entries?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
    assert.equal(missed.status, 200);
    assert.doesNotMatch(missed.text, /<script/);
  });

  test('what officials typed is shown as text, whatever it holds', async () => {
    const hostile = '<img src=x onerror=alert(1)> & "quotes"';
    const line = ((await get('/api/v1/treasury/lines?limit=200')).json.rows as Record<string, string>[]).find(
      ({ side, allotted }) => side === 'expense' && allotted !== '0',
    );
    assert.ok(line !== undefined, 'a line with an allotment');
    const unit = OFFICERS.find(({ roles }) => roles.some((role) => role.startsWith('spending-unit@')))!;
    const made = make(unit.code, unit.roles.find((role) => role.startsWith('spending-unit@'))!, 'treasury.commit', {
      items: [
        {
          year: line.year!,
          fund: line.fund!,
          line: line.code!,
          money: { amount: '1', currency: line.currency! },
          reference: 'C-77',
          purpose: hostile,
        },
      ],
    });
    const answer = await submit(made);
    assert.equal(answer.status, 201, answer.text);
    const page = await get(`/entries/${made.name}`);
    assert.ok(page.text.includes('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quotes&quot;'));
    assert.doesNotMatch(page.text, /<img/);
  });
});

function rawRequest(method: string, path: string): Promise<{ status: number; headers: Record<string, string | string[] | undefined> }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${town.base}${path}`, { method }, (reply) => {
      reply.resume();
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers }));
    });
    request.on('error', reject);
    request.end();
  });
}
