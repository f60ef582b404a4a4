/** Every way in which a call is refused or fails, and that the connection goes where the check looked. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { type CallOptions, type CallOutcome, callReceiver, readRetryAfter } from './call-receiver.ts';
import { openReceiver } from './receiver-rig.test.ts';
import { CERTIFICATE, PRIVATE_KEY } from './self-signed.test.ts';

const options = (more: Partial<CallOptions> = {}): CallOptions => ({ allow: new Set(), timeoutMs: 5_000, ...more });
const call = (url: string, more: Partial<CallOptions> = {}): Promise<CallOutcome> =>
  callReceiver({ url, headers: { 'content-type': 'application/json' }, body: '{"id":"1-1","type":"x"}' }, options(more));
const failed = (code: string) => ({ kind: 'failed', code });
const at =
  (address: string, family = 4) =>
  async () => [{ address, family }];

test('addresses inside the office are refused, however they are written', async () => {
  const receiver = await openReceiver();
  const { port } = new URL(receiver.url);
  for (const host of [
    '127.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0x7f.1',
    '2130706433',
    '0',
    'localhost',
    '169.254.169.254',
    '[fd00::1]',
    '[64:ff9b::7f00:1]',
  ])
    assert.deepEqual(await call(`https://${host}:${port}/`), failed('address-refused'), host);
  assert.deepEqual(await call(receiver.url), failed('address-refused'), 'without TLS');
  assert.deepEqual(await call('http://1.1.1.1/'), failed('address-refused'), 'without TLS');
  assert.equal(receiver.heard.length, 0);
  await receiver.close();
});

test('a name is refused for any private address among its own', async () => {
  const url = 'https://hooks.example/';
  for (const address of ['10.0.0.1', '100.64.1.1', '0.0.0.0', '224.0.0.1'])
    assert.deepEqual(await call(url, { resolve: at(address) }), failed('address-refused'));
  for (const address of ['::1', 'fe80::1', 'fc00::1', '::ffff:192.168.0.1'])
    assert.deepEqual(await call(url, { resolve: at(address, 6) }), failed('address-refused'));
  const mixed = async () => [...(await at('1.1.1.1')()), ...(await at('10.0.0.1')())];
  assert.deepEqual(await call(url, { resolve: mixed }), failed('address-refused'));
  assert.deepEqual(await call(url, { resolve: async () => [] }), failed('name-unknown'));
  assert.deepEqual(await call('https://nobody.invalid/', { timeoutMs: 20_000 }), failed('name-unknown'));
});

test('the exception holds for one host and port and nothing beside it', async () => {
  const receiver = await openReceiver();
  const other = await openReceiver();
  const allow = new Set([receiver.place]);
  assert.deepEqual(await call(receiver.url, { allow }), { kind: 'delivered', status: 204 });
  assert.deepEqual(await call(other.url, { allow }), failed('address-refused'));
  assert.deepEqual(await call(receiver.url.replace('127.0.0.1', '127.0.0.2'), { allow }), failed('address-refused'));
  await Promise.all([receiver.close(), other.close()]);
});

test('the connection goes to the address that was checked, and the name is asked for once', async () => {
  const receiver = await openReceiver();
  const { port } = new URL(receiver.url);
  let asked = 0;
  // A name that means one thing when it is checked and another when it is called.
  const resolve = async (name: string) => {
    assert.equal(name, 'hooks.example');
    return asked++ === 0 ? await at('127.0.0.1')() : await at('10.9.9.9')();
  };
  const outcome = await call(`http://hooks.example:${port}/hook`, { allow: new Set([`hooks.example:${port}`]), resolve });
  assert.deepEqual([outcome, asked], [{ kind: 'delivered', status: 204 }, 1]);
  assert.equal(receiver.heard[0]!.headers.host, `hooks.example:${port}`);
  await receiver.close();
});

test('redirects are not followed; an answer is read no further than its status', async () => {
  const [receiver, inside] = await Promise.all([openReceiver(), openReceiver()]);
  const allow = new Set([receiver.place, inside.place]);
  for (const status of [301, 302, 303, 307, 308]) {
    receiver.answer = (answer) => void answer.writeHead(status, { location: inside.url }).end();
    assert.deepEqual(await call(receiver.url, { allow }), { ...failed('answered'), status });
  }
  assert.equal(inside.heard.length, 0);
  // An answer without end.
  receiver.answer = (answer) => {
    answer.writeHead(200);
    const more = setInterval(() => answer.write('x'.repeat(65_536)), 1);
    answer.on('close', () => clearInterval(more));
    answer.on('error', () => clearInterval(more));
  };
  assert.deepEqual(await call(receiver.url, { allow }), { kind: 'delivered', status: 200 });
  await Promise.all([receiver.close(), inside.close()]);
});

test('what a receiver asks for is heard', async () => {
  const receiver = await openReceiver();
  receiver.answer = (answer) => void answer.writeHead(429, { 'retry-after': '7' }).end();
  assert.deepEqual(await call(receiver.url, { allow: new Set([receiver.place]) }), {
    ...failed('answered'),
    status: 429,
    retryAfterMs: 7_000,
  });
  await receiver.close();
  const now = Date.parse('Sun, 22 Nov 2026 10:00:00 GMT');
  assert.equal(readRetryAfter('Sun, 22 Nov 2026 10:01:00 GMT', now), 60_000);
  assert.equal(readRetryAfter('Sun, 22 Nov 2026 09:00:00 GMT', now), 0);
  for (const text of ['', 'soon', '1e99', '-1x']) assert.equal(readRetryAfter(text, now), undefined, text);
  assert.equal(readRetryAfter(undefined, now), undefined);
});

test('a receiver that is silent, hangs up, talks nonsense or is not there', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  const rude = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  const odd = createServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')).listen(0, '127.0.0.1');
  await Promise.all([silent, rude, odd].map((server) => once(server, 'listening')));
  const places = [silent, rude, odd].map((server) => `127.0.0.1:${(server.address() as AddressInfo).port}`);
  const allow = new Set([...places, '127.0.0.1:1']);
  assert.deepEqual(await call(`http://${places[0]}/`, { allow, timeoutMs: 200 }), failed('timed-out'));
  assert.deepEqual(await call(`http://${places[1]}/`, { allow }), failed('unreachable'));
  assert.deepEqual(await call(`http://${places[2]}/`, { allow }), failed('unreachable'));
  assert.deepEqual(await call('http://127.0.0.1:1/', { allow }), failed('unreachable'));
  assert.deepEqual(await call('https://hooks.example/', { resolve: () => new Promise(() => {}), timeoutMs: 200 }), failed('timed-out'));
  const over = AbortSignal.abort();
  assert.deepEqual(await call(`http://${places[0]}/`, { allow, signal: over }), failed('timed-out'));
  for (const server of [silent, rude, odd]) server.close();
});

test('a certificate that nobody vouches for is refused', async () => {
  const server = createHttpsServer({ key: PRIVATE_KEY, cert: CERTIFICATE }, (_request, answer) => answer.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.deepEqual(await call(`https://${place}/`, { allow: new Set([place]) }), failed('tls-untrusted'));
  server.closeAllConnections();
  server.close();
});
