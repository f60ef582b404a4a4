/** Texts from node to node over real TLS: lists, many texts at a time, and everything that is too much or not so. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { makeDisclosure } from '@tabularium/protocol';
import type { FoundText } from '@tabularium/texts';
import { ExchangeClient } from './exchange-client.ts';
import { DIGEST, DISCLOSURE, raw, startOther, startRig, WITHDRAWN_DIGEST } from './exchange-rig.test.ts';
import { makeTlsIdentity } from './tls-identity.ts';

const UNKNOWN = 'A'.repeat(43);
const MARK = '0123456789abcdef';

function disclosures(count: number, length = 10): ReadonlyMap<string, FoundText> {
  return new Map(
    Array.from({ length: count }, () => {
      const { text, digest } = makeDisclosure(randomBytes(16), 'name', 'x'.repeat(length), nodeCrypto);
      return [digest, { kind: 'text', disclosure: text }];
    }),
  );
}

test('texts are given by digest, withdrawals too; what is not known is not there', async (t) => {
  const { client } = await startRig(t);
  const { found, leftOut } = await client().texts([DIGEST, UNKNOWN, WITHDRAWN_DIGEST]);
  const withdrawn = { kind: 'withdrawn', digest: WITHDRAWN_DIGEST, time: 5, ground: 'privacy', case: 'A-1' };
  assert.deepEqual(
    [...found],
    [
      [DIGEST, { kind: 'text', disclosure: DISCLOSURE }],
      [WITHDRAWN_DIGEST, withdrawn],
    ],
  );
  assert.deepEqual(leftOut, []);
  assert.deepEqual(await client().texts([]), { found: new Map(), leftOut: [] });
});

test('a thousand at once, and what does not fit into the answer is asked for again', async (t) => {
  const rig = await startRig(t);
  const texts = disclosures(1_000, 6_000);
  Object.assign(rig.door, { text: (digest: string) => texts.get(digest) });
  const client = rig.client();
  const came = new Map<string, FoundText>();
  let rounds = 0;
  for (let left: readonly string[] = [...texts.keys()]; left.length > 0; rounds++) {
    const { found, leftOut } = await client.texts(left);
    assert.ok(leftOut.length < left.length);
    for (const [digest, text] of found) came.set(digest, text);
    left = leftOut;
  }
  assert.deepEqual(came, texts);
  assert.equal(rounds, 2);
});

test('the longest of texts fit', async (t) => {
  const rig = await startRig(t);
  const texts = disclosures(70, 49_000);
  Object.assign(rig.door, { text: (digest: string) => texts.get(digest) });
  const { found, leftOut } = await rig.client().texts([...texts.keys()]);
  assert.ok(found.size > 60);
  assert.equal(found.size + leftOut.length, 70);
});

test('who asks for more than a thousand, or for what is no digest, is told so', async (t) => {
  const rig = await startRig(t);
  const identity = makeTlsIdentity();
  rig.known.set(identity.pin, 'c');
  for (const body of [
    JSON.stringify(Array.from({ length: 1_001 }, () => UNKNOWN)),
    JSON.stringify(['short']),
    JSON.stringify([7]),
    '{}',
    '"a text"',
    'no JSON',
  ]) {
    const answer = await raw(rig, identity, 'POST', '/exchange/texts', body);
    assert.deepEqual([answer.status, JSON.parse(answer.body).code], [400, 'request-malformed'], body.slice(0, 60));
  }
  const large = await raw(rig, identity, 'POST', '/exchange/texts', ' '.repeat(64 * 1024 + 1));
  assert.deepEqual([large.status, JSON.parse(large.body).code], [413, 'body-too-large']);
  const other = await raw(rig, identity, 'GET', '/exchange/texts');
  assert.deepEqual([other.status, JSON.parse(other.body).code], [405, 'method-not-allowed']);
});

test('a list is read in pages, from a place that it knows', async (t) => {
  const rig = await startRig(t);
  const client = rig.client();
  const row = (at: number) => ({ at, mark: at.toString(16).padStart(16, '0'), digest: DIGEST, tx: WITHDRAWN_DIGEST });
  rig.door.listed = Array.from({ length: 1_002 }, (_, i) => row(i + 1));
  const first = await client.textsAfter(undefined);
  assert.deepEqual(first, { height: 7, texts: rig.door.listed.slice(0, 1_000) });
  assert.deepEqual(await client.textsAfter(row(1_000)), { height: 7, texts: rig.door.listed.slice(1_000) });
  assert.deepEqual(await client.textsAfter(row(1_002)), { height: 7, texts: [] });
  assert.equal(await client.textsAfter({ at: 1_000, mark: MARK }), undefined);
  assert.equal(await client.textsAfter(row(1_003)), undefined);
  const identity = makeTlsIdentity();
  rig.known.set(identity.pin, 'c');
  for (const path of ['0/0123456789abcdef', '1', '01/0123456789abcdef', '1/0123456789ABCDEF', `1/${MARK}/`]) {
    assert.equal((await raw(rig, identity, 'GET', `/exchange/texts/after/${path}`)).status, 404, path);
  }
});

test('a peer that answers what is not so, or more than it may, is not believed', async (t) => {
  const identity = makeTlsIdentity();
  let body = '';
  const other = await startOther(t, identity, (_request, response) => response.end(body));
  const client = new ExchangeClient({ identity: makeTlsIdentity(), peer: { id: 'a', url: other.url, tls: identity.pin } });
  t.after(() => client.close());
  const text = { kind: 'text', disclosure: DISCLOSURE };
  const withdrawn = { kind: 'withdrawn', digest: DIGEST, time: 5, ground: 'a', case: 'b' };
  for (const answer of [
    { texts: { [DIGEST]: { kind: 'text', disclosure: `${DISCLOSURE}A` } }, left_out: [] },
    { texts: { [DIGEST]: { kind: 'text', disclosure: 'ä' } }, left_out: [] },
    { texts: { [WITHDRAWN_DIGEST]: withdrawn }, left_out: [] },
    { texts: { [UNKNOWN]: text }, left_out: [] },
    { texts: { [DIGEST]: text } },
    { left_out: [] },
    { texts: {}, left_out: [UNKNOWN] },
    { texts: {}, left_out: [DIGEST, WITHDRAWN_DIGEST] },
    [],
    null,
  ]) {
    body = JSON.stringify(answer);
    await assert.rejects(client.texts([DIGEST, WITHDRAWN_DIGEST]), { code: 'answer-malformed' }, body);
  }
  const good = { at: 2, mark: MARK, digest: DIGEST, tx: DIGEST };
  for (const answer of [
    { texts: [good] },
    { height: 1.5, texts: [good] },
    { height: 1, texts: {} },
    { height: 1, texts: [{ ...good, at: 1 }] },
    { height: 1, texts: [good, good] },
    { height: 1, texts: [{ ...good, mark: 'short' }] },
    { height: 1, texts: [{ ...good, digest: 'short' }] },
    { height: 1, texts: [{ ...good, tx: 7 }] },
    { height: 1, texts: [null] },
    { height: 1, texts: Array.from({ length: 1_001 }, (_, i) => ({ ...good, at: i + 2 })) },
  ]) {
    body = JSON.stringify(answer);
    await assert.rejects(client.textsAfter({ at: 1, mark: MARK }), { code: 'answer-malformed' }, body.slice(0, 100));
  }
  body = ' '.repeat(512 * 1024 + 1);
  await assert.rejects(client.textsAfter(undefined), { code: 'answer-too-large' });
  body = ' '.repeat(6 * 1024 * 1024);
  await assert.rejects(client.texts([DIGEST]), { code: 'answer-too-large' });
});

test('a text that fits its digest and is no disclosure is not taken', async (t) => {
  const identity = makeTlsIdentity();
  const disclosure = 'no disclosure';
  const digest = Buffer.from(nodeCrypto.sha256(Buffer.from(disclosure))).toString('base64url');
  const body = JSON.stringify({ texts: { [digest]: { kind: 'text', disclosure } }, left_out: [] });
  const other = await startOther(t, identity, (_request, response) => response.end(body));
  const client = new ExchangeClient({ identity: makeTlsIdentity(), peer: { id: 'a', url: other.url, tls: identity.pin } });
  t.after(() => client.close());
  await assert.rejects(client.texts([digest]), { code: 'answer-malformed' });
});
