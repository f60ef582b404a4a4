/** Two nodes over real TLS: who gets in, who is believed, what is answered, and what is too much. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { ExchangeClient } from './exchange-client.ts';
import { DIGEST, DISCLOSURE, type RawAnswer, raw, startOther, startRig, TILE, WITHDRAWN_DIGEST } from './exchange-rig.test.ts';
import { makeTlsIdentity, tlsOptions } from './tls-identity.ts';

function codeOf({ body }: RawAnswer): string {
  return (JSON.parse(body) as { readonly code: string }).code;
}

test('every route answers what the door has', async (t) => {
  const { door, client } = await startRig(t);
  const b = client();
  assert.equal(await b.sendCheckpoint('a note — signed\n'), 'accepted');
  assert.deepEqual(door.notes, [{ node: 'b', note: 'a note — signed\n' }]);
  assert.equal(await b.checkpoint(), 'a note\n');
  assert.equal(await b.heard(), 'what b signed\n');
  assert.deepEqual(await b.text(DIGEST), { kind: 'text', disclosure: DISCLOSURE });
  assert.deepEqual(await b.text(WITHDRAWN_DIGEST), {
    kind: 'withdrawn',
    digest: WITHDRAWN_DIGEST,
    time: 5,
    ground: 'privacy',
    case: 'A-1',
  });
  assert.deepEqual(await b.changes(7), [
    { key: 'treasury/payment/a', leaf: 'ab'.repeat(32) },
    { key: 'treasury/payment/b', leaf: null },
  ]);
  assert.equal(await b.genesis(), '{"chain_id":"tabularium-1"}');
  assert.deepEqual([await b.snapshotHash(7), await b.snapshotHash(8)], ['ab'.repeat(32), undefined]);
  assert.equal(await b.charter(), '{"name":"test.example"}');
  assert.equal(await b.charterNow(), '{"name":"test.example","nodes":{}}');
  assert.deepEqual(Buffer.from((await b.tile(0, 0, 256))!), TILE);
  assert.deepEqual(Buffer.from((await b.tile(0, 0, 3))!), TILE.subarray(0, 96));
  assert.equal(Buffer.from((await b.entries(1_234, 17))!).toString(), 'entries 17');
  const call = { jsonrpc: '2.0', id: 9, method: 'commit', params: { height: '3' } } as const;
  assert.equal(await b.comet(call), '{"jsonrpc":"2.0","id":9,"result":{"method":"commit"}}');
  assert.deepEqual(door.calls, [call]);
});

test('what the peer made of a checkpoint comes back word for word', async (t) => {
  const { door, client } = await startRig(t);
  const b = client();
  for (const received of ['ahead', 'old', 'contradiction', 'not-signed', 'malformed', 'unknown-node'] as const) {
    door.received = received;
    assert.equal(await b.sendCheckpoint('a note\n'), received);
  }
});

test('what the door has not is undefined, and 404 on the wire', async (t) => {
  const rig = await startRig(t);
  const b = rig.client();
  Object.assign(rig.door, {
    checkpoint: () => undefined,
    heardOf: () => undefined,
    genesis: () => undefined,
    comet: async () => undefined,
  });
  assert.equal(await b.checkpoint(), undefined);
  assert.equal(await b.heard(), undefined);
  assert.equal(await b.genesis(), undefined);
  assert.equal(await b.text('A'.repeat(43)), undefined);
  assert.equal(await b.changes(8), undefined);
  assert.equal(await b.tile(1, 0, 256), undefined);
  assert.equal(await b.entries(0, 1), undefined);
  assert.equal(await b.comet({ jsonrpc: '2.0', id: 1, method: 'status', params: {} }), undefined);
  const identity = makeTlsIdentity();
  rig.known.set(identity.pin, 'c');
  for (const path of [
    '/',
    '/exchange/nothing',
    '/exchange/texts/short',
    '/exchange/changes/0',
    '/exchange/changes/7.0',
    '/exchange/log/tile/0/1',
  ]) {
    const answer = await raw(rig, identity, 'GET', path);
    assert.deepEqual([answer.status, codeOf(answer), answer.headers['content-type']], [404, 'not-found', 'application/problem+json'], path);
  }
});

test('a stranger gets 403 and no connection; one without a certificate too', async (t) => {
  const rig = await startRig(t);
  for (const identity of [makeTlsIdentity(), undefined]) {
    const answer = await raw(rig, identity, 'POST', '/exchange/checkpoint', 'a note\n');
    assert.deepEqual([answer.status, codeOf(answer), answer.headers.connection], [403, 'unknown-node', 'close']);
  }
  assert.deepEqual(rig.door.notes, []);
  await assert.rejects(rig.client(makeTlsIdentity()).charter(), { name: 'ExchangeError', code: 'refused', problem: 'unknown-node' });
});

test('the charter is asked at each request: a node that leaves it is refused on the connection it has', async (t) => {
  const rig = await startRig(t);
  const identity = makeTlsIdentity();
  const c = rig.client(identity);
  await assert.rejects(c.charter(), { code: 'refused', problem: 'unknown-node' });
  rig.known.set(identity.pin, 'c');
  assert.equal(await c.sendCheckpoint('one\n'), 'accepted');
  rig.known.delete(identity.pin);
  await assert.rejects(c.sendCheckpoint('two\n'), { code: 'refused', problem: 'unknown-node' });
  assert.deepEqual(rig.door.notes, [{ node: 'c', note: 'one\n' }]);
});

test('TLS 1.2 gets nowhere', async (t) => {
  const { exchange } = await startRig(t);
  const socket = connect({ host: '127.0.0.1', port: exchange.port, maxVersion: 'TLSv1.2', rejectUnauthorized: false });
  const [error] = await once(socket, 'error');
  assert.match((error as Error).message, /protocol version/);
});

test('a server with another key is told nothing', async (t) => {
  let asked = 0;
  const other = await startOther(t, makeTlsIdentity(), (_request, response) => {
    asked++;
    response.end('{}');
  });
  const client = new ExchangeClient({ identity: makeTlsIdentity(), peer: { id: 'a', url: other.url, tls: makeTlsIdentity().pin } });
  t.after(() => client.close());
  await assert.rejects(client.sendCheckpoint('a note\n'), { code: 'wrong-key' });
  await assert.rejects(client.charter(), { code: 'wrong-key' });
  assert.equal(asked, 0);
});

test('a key that changes while a client runs is found at the next connection', async (t) => {
  const first = await startRig(t);
  const client = first.client();
  assert.equal(await client.checkpoint(), 'a note\n');
  await first.exchange.close();
  const second = await startRig(t, first.exchange.port);
  await assert.rejects(client.sendCheckpoint('a note\n'), { code: 'wrong-key' });
  assert.deepEqual(second.door.notes, []);
});

test('somebody in between who ends TLS with a key of their own is found, at either end', async (t) => {
  const rig = await startRig(t);
  const middle = makeTlsIdentity();
  const between = await startOther(t, middle, async (incoming, response) => {
    const answer = await raw(rig, middle, incoming.method!, incoming.url!);
    response.writeHead(answer.status).end(answer.body);
  });
  const identity = makeTlsIdentity();
  rig.known.set(identity.pin, 'c');
  const careful = new ExchangeClient({ identity, peer: { id: 'a', url: between.url, tls: rig.server.pin } });
  const careless = new ExchangeClient({ identity, peer: { id: 'a', url: between.url, tls: () => true } });
  t.after(() => {
    careful.close();
    careless.close();
  });
  await assert.rejects(careful.charter(), { code: 'wrong-key' });
  await assert.rejects(careless.charter(), { code: 'refused', problem: 'unknown-node' });
});

test('bodies are bounded: 64 KiB for a note, 16 KiB for a call', async (t) => {
  const rig = await startRig(t);
  const b = rig.client();
  const most = 'n'.repeat(64 * 1024);
  assert.equal(await b.sendCheckpoint(most), 'accepted');
  await assert.rejects(b.sendCheckpoint(`${most}n`), { code: 'refused', problem: 'body-too-large' });
  const params = { height: '1'.repeat(16 * 1024) };
  await assert.rejects(b.comet({ jsonrpc: '2.0', id: 1, method: 'block', params }), { code: 'refused', problem: 'body-too-large' });
  assert.equal(rig.door.notes.length, 1);
});

test('a body without its length, or that is no UTF-8, is not taken', async (t) => {
  const rig = await startRig(t);
  const identity = makeTlsIdentity();
  rig.known.set(identity.pin, 'c');
  const chunked = await raw(rig, identity, 'POST', '/exchange/checkpoint', undefined, { 'transfer-encoding': 'chunked' });
  assert.deepEqual([chunked.status, codeOf(chunked)], [411, 'length-required']);
  const bytes = await raw(rig, identity, 'POST', '/exchange/checkpoint', Buffer.from('fffe', 'hex'));
  assert.deepEqual([bytes.status, codeOf(bytes)], [400, 'request-malformed']);
  assert.deepEqual(rig.door.notes, []);
});

test('another method is answered with those there are', async (t) => {
  const rig = await startRig(t);
  const identity = makeTlsIdentity();
  rig.known.set(identity.pin, 'c');
  for (const [method, path, allow] of [
    ['DELETE', '/exchange/checkpoint', 'POST, GET'],
    ['POST', '/exchange/charter', 'GET'],
    ['GET', '/exchange/comet', 'POST'],
  ] as const) {
    const answer = await raw(rig, identity, method, path);
    assert.deepEqual([answer.status, codeOf(answer), answer.headers.allow], [405, 'method-not-allowed', allow]);
  }
});

test('a call of CometBFT that changes something is refused, and one that is none', async (t) => {
  const rig = await startRig(t);
  const identity = makeTlsIdentity();
  rig.known.set(identity.pin, 'c');
  const refused = await raw(rig, identity, 'POST', '/exchange/comet', '{"jsonrpc":"2.0","id":1,"method":"broadcast_tx_sync","params":{}}');
  assert.deepEqual([refused.status, codeOf(refused)], [403, 'method-refused']);
  const malformed = await raw(rig, identity, 'POST', '/exchange/comet', '[]');
  assert.deepEqual([malformed.status, codeOf(malformed)], [400, 'request-malformed']);
  assert.deepEqual(rig.door.calls, []);
});

test('a door that fails is a fault here and a 500 there', async (t) => {
  const rig = await startRig(t);
  Object.assign(rig.door, {
    charter: () => {
      throw new Error('the disk is gone');
    },
  });
  await assert.rejects(rig.client().charter(), { code: 'refused', problem: 'internal' });
  assert.deepEqual(
    rig.faults.map((fault) => (fault as Error).message),
    ['the disk is gone'],
  );
});

test('nobody takes all places: neither strangers nor one node', async (t) => {
  const rig = await startRig(t);
  const b = makeTlsIdentity();
  rig.known.set(b.pin, 'greedy');
  const sockets: TLSSocket[] = [];
  for (const identity of [makeTlsIdentity(), b]) {
    const own: TLSSocket[] = [];
    for (let i = 0; i < 40; i++) {
      const socket = connect({ host: '127.0.0.1', port: rig.exchange.port, ...tlsOptions(identity), rejectUnauthorized: false });
      socket.on('error', () => {});
      own.push(socket);
      await once(socket, 'secureConnect');
    }
    sockets.push(...own);
    while (own.filter((socket) => !socket.closed).length > 32) await delay(5);
    assert.equal(own.filter((socket) => socket.closed).length, 8);
  }
  assert.equal(await rig.client().checkpoint(), 'a note\n');
  for (const socket of sockets) socket.destroy();
});

test('who asks on without waiting for the answer is cut off', async (t) => {
  const rig = await startRig(t);
  const identity = makeTlsIdentity();
  rig.known.set(identity.pin, 'greedy');
  let calls = 0;
  const { promise, resolve } = Promise.withResolvers<string>();
  Object.assign(rig.door, {
    comet: () => {
      calls++;
      return promise;
    },
  });
  const socket = connect({ host: '127.0.0.1', port: rig.exchange.port, ...tlsOptions(identity), rejectUnauthorized: false });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  const call = '{"jsonrpc":"2.0","id":1,"method":"block"}';
  socket.write(`POST /exchange/comet HTTP/1.1\r\nhost: a\r\ncontent-length: ${call.length}\r\n\r\n${call}`.repeat(1_000));
  await new Promise((closed) => socket.once('close', closed));
  resolve('{}');
  assert.ok(calls <= 1);
  assert.equal(await rig.client().checkpoint(), 'a note\n');
  assert.deepEqual(rig.faults, []);
});

test('a peer that goes away in the middle of its body is no fault', async (t) => {
  const rig = await startRig(t);
  const identity = makeTlsIdentity();
  rig.known.set(identity.pin, 'c');
  const socket = connect({ host: '127.0.0.1', port: rig.exchange.port, ...tlsOptions(identity), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  socket.write('POST /exchange/checkpoint HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf a note');
  await rig.client().charter();
  socket.destroy();
  await rig.exchange.close();
  assert.deepEqual([rig.faults, rig.door.notes], [[], []]);
});

test('many questions at once take their turns', async (t) => {
  const { client } = await startRig(t);
  const b = client();
  const answers = await Promise.all(Array.from({ length: 200 }, () => b.tile(0, 0, 1)));
  assert.equal(answers.length, 200);
  assert.ok(answers.every((tile) => tile?.length === 32));
});

test('a checkpoint does not stand behind questions that take long', async (t) => {
  const rig = await startRig(t);
  const b = rig.client();
  const { promise, resolve } = Promise.withResolvers<string>();
  Object.assign(rig.door, { comet: () => promise });
  const waiting = Array.from({ length: 20 }, () => b.comet({ jsonrpc: '2.0', id: 1, method: 'status', params: {} }));
  assert.equal(await b.sendCheckpoint('a note\n'), 'accepted');
  resolve('{}');
  assert.equal((await Promise.all(waiting)).length, 20);
});

test('an answer that does not come is a timeout, and the next question is answered', async (t) => {
  const rig = await startRig(t);
  const b = rig.client(undefined, undefined, 500);
  const { promise, resolve } = Promise.withResolvers<string>();
  t.after(() => resolve('{}'));
  Object.assign(rig.door, { comet: () => promise });
  await assert.rejects(b.comet({ jsonrpc: '2.0', id: 1, method: 'status', params: {} }), { code: 'timeout' });
  assert.equal(await b.checkpoint(), 'a note\n');
});

test('somebody who takes the connection and says nothing is a timeout', async (t) => {
  const silent = createTcpServer(() => {});
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.after(() => silent.close());
  const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const client = new ExchangeClient({ identity: makeTlsIdentity(), peer: { id: 'a', url, tls: 'x' }, timeoutMs: 200 });
  await assert.rejects(client.charter(), { code: 'timeout' });
  client.close();
});

test('nobody there is unreachable', async (t) => {
  const rig = await startRig(t);
  await rig.exchange.close();
  await assert.rejects(rig.client().checkpoint(), { code: 'unreachable' });
});

test('a closed client asks nothing, and lets nobody wait', async (t) => {
  const rig = await startRig(t);
  const b = rig.client();
  const { promise, resolve } = Promise.withResolvers<string>();
  t.after(() => resolve('{}'));
  Object.assign(rig.door, { comet: () => promise });
  const waiting = Array.from({ length: 12 }, () => b.comet({ jsonrpc: '2.0', id: 1, method: 'status', params: {} }));
  b.close();
  for (const answer of await Promise.allSettled(waiting)) {
    assert.equal(answer.status, 'rejected');
    assert.equal((answer.reason as { readonly code: string }).code, 'closed');
  }
  await assert.rejects(b.checkpoint(), { code: 'closed' });
});

test('a peer that was restarted is reached again at once, on a new connection', async (t) => {
  const first = await startRig(t);
  const client = first.client();
  assert.equal(await client.checkpoint(), 'a note\n');
  await first.exchange.close();
  const second = await startRig(t, first.exchange.port, first.server);
  for (const [pin, id] of first.known) second.known.set(pin, id);
  assert.equal(await client.checkpoint(), 'a note\n');
});

test('answers are bounded and of the right form', async (t) => {
  const identity = makeTlsIdentity();
  let body: string | Uint8Array = '';
  const other = await startOther(t, identity, (_request, response) => response.end(body));
  const client = new ExchangeClient({ identity: makeTlsIdentity(), peer: { id: 'a', url: other.url, tls: identity.pin } });
  t.after(() => client.close());
  const questions: readonly (readonly [max: number, ask: () => Promise<unknown>])[] = [
    [64 * 1024, () => client.checkpoint()],
    [65_535, () => client.charter()],
    [1024, () => client.sendCheckpoint('a note\n')],
    [96, () => client.tile(0, 0, 3)],
    [6 * 65_536 + 1024, () => client.text(DIGEST)],
    [256 * 65_537, () => client.entries(0, 256)],
    [64, () => client.snapshotHash(7)],
    [32 * 1024 * 1024, () => client.genesis()],
  ];
  for (const [max, ask] of questions) {
    body = Buffer.alloc(max + 1, 0x20);
    await assert.rejects(ask(), { code: 'answer-too-large' });
  }
  const malformed: readonly (readonly [body: string | Uint8Array, ask: () => Promise<unknown>])[] = [
    ['AB'.repeat(32), () => client.snapshotHash(7)],
    ['{"received":"perhaps"}', () => client.sendCheckpoint('a note\n')],
    ['null', () => client.sendCheckpoint('a note\n')],
    ['no JSON', () => client.sendCheckpoint('a note\n')],
    [Buffer.from('ff', 'hex'), () => client.checkpoint()],
    [JSON.stringify({ kind: 'text', disclosure: `${DISCLOSURE}A` }), () => client.text(DIGEST)],
    [JSON.stringify({ kind: 'withdrawn', digest: WITHDRAWN_DIGEST, time: 1, ground: 'a', case: 'b' }), () => client.text(DIGEST)],
    [JSON.stringify({ kind: 'withdrawn', digest: DIGEST, time: 1.5, ground: 'a', case: 'b' }), () => client.text(DIGEST)],
    ['{}', () => client.changes(1)],
    ['[{"key":"a","leaf":"AB"}]', () => client.changes(1)],
    ['[{"leaf":null}]', () => client.changes(1)],
    ['[{"key":"","leaf":null}]', () => client.changes(1)],
    ['[{"key":"a/b/\\u001b[2J","leaf":null}]', () => client.changes(1)],
    [JSON.stringify([{ key: 'a'.repeat(513), leaf: null }]), () => client.changes(1)],
    [Buffer.alloc(95), () => client.tile(0, 0, 3)],
  ];
  for (const [answer, ask] of malformed) {
    body = answer;
    await assert.rejects(ask(), { code: 'answer-malformed' }, String(answer));
  }
});

test('a refusal without problem details is told by its status', async (t) => {
  const identity = makeTlsIdentity();
  const other = await startOther(t, identity, (_request, response) => void response.writeHead(503).end('busy'));
  const client = new ExchangeClient({ identity: makeTlsIdentity(), peer: { id: 'a', url: other.url, tls: identity.pin } });
  t.after(() => client.close());
  await assert.rejects(client.charter(), { code: 'refused', problem: '503' });
});

test('what a peer calls its refusal is a code, or is not repeated', async (t) => {
  const identity = makeTlsIdentity();
  let code: unknown;
  const other = await startOther(t, identity, (_request, response) => void response.writeHead(503).end(JSON.stringify({ code })));
  const client = new ExchangeClient({ identity: makeTlsIdentity(), peer: { id: 'a', url: other.url, tls: identity.pin } });
  t.after(() => client.close());
  for (const [said, told] of [
    ['unknown-node', 'unknown-node'],
    ['\u001b[2Jeverything is fine', '503'],
    ['two\nlines', '503'],
    ['a'.repeat(65), '503'],
    [{ toString: 'x' }, '503'],
  ] as const) {
    code = said;
    await assert.rejects(client.charter(), { code: 'refused', problem: told, message: `node a refuses: ${told}` });
  }
});
