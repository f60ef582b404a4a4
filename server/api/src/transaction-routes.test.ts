/**
 * Writing over HTTP: every outcome of a submission with its status, its receipt or its signed notice, one by one and in batches; what
 * became of it; and the dry run.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { catalogue } from '@tabularium/catalogue';
import { generateEs256, nodeCrypto, signEs256 } from '@tabularium/crypto';
import { discloseBody, joinSubmission, thumbprint, verifyRefusalNotice } from '@tabularium/protocol';
import { verifyReceipt } from '@tabularium/verify';
import { ACCEPT_WAIT_MS, openTown, STEPS } from './town-rig.test.ts';

const { town, get, post, make, submit, proposal, close } = await openTown();
after(close);

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
    const made = proposal(1);
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
    const made = proposal(2);
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
    const good = proposal(3).text.split('~')[0] as string;
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

  test('disclosures that do not fit are 400, and none of it reaches the ledger', async () => {
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
    assert.equal(town.storage.head().size, size);
    assert.equal(town.texts.counts().pending, 0);
  });

  test('a batch is answered line by line, in order; beyond the queue’s bound 429', async () => {
    const lines = [proposal(10), proposal(11), proposal(12)];
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

    const many = Array.from({ length: 60 }, (_, n) => proposal(100 + n).text).join('\n');
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
    const made = proposal(20);
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
