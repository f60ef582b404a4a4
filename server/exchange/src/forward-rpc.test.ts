/** CometBFT's light client on this machine, and the node that answers it behind two TLS ends. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Rig, startRig } from './exchange-rig.test.ts';
import { forwardRpc, type RpcForwarder } from './forward-rpc.ts';

async function post(
  { address }: RpcForwarder,
  body: string,
  method = 'POST',
): Promise<{ readonly status: number; readonly answer: unknown }> {
  const target = address.startsWith('unix://') ? { socketPath: address.slice('unix://'.length) } : { port: new URL(address).port };
  const asked = request({ ...target, method, path: '/', headers: { 'content-length': Buffer.byteLength(body) }, agent: false });
  asked.end(body);
  const [response] = await once(asked, 'response');
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return { status: response.statusCode, answer: JSON.parse(Buffer.concat(parts).toString()) };
}

async function start(t: TestContext, listen: Parameters<typeof forwardRpc>[0]['listen']): Promise<Rig & { forwarder: RpcForwarder }> {
  const rig = await startRig(t);
  const forwarder = await forwardRpc({ listen, client: rig.client() });
  t.after(() => forwarder.close());
  return { ...rig, forwarder };
}

const CALL = '{"jsonrpc":"2.0","id":4,"method":"validators","params":{"height":"9","page":"1","per_page":"100"}}';

test('a call goes to the peer and its answer comes back, over a port of this machine', async (t) => {
  const { forwarder, door } = await start(t, { port: 0 });
  assert.match(forwarder.address, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.deepEqual(await post(forwarder, CALL), { status: 200, answer: { jsonrpc: '2.0', id: 4, result: { method: 'validators' } } });
  assert.deepEqual(door.calls, [JSON.parse(CALL)]);
});

test('or over a unix socket, one that was left behind included', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'forward-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, 'peer.sock');
  writeFileSync(path, '');
  const { forwarder } = await start(t, { path });
  assert.equal(forwarder.address, `unix://${path}`);
  assert.equal((await post(forwarder, CALL)).status, 200);
  await forwarder.close();
  assert.equal(existsSync(path), false);
});

test('what may not pass is answered here', async (t) => {
  const { forwarder, door } = await start(t, { port: 0 });
  const failed = (code: number, message: string) => ({ status: 400, answer: { jsonrpc: '2.0', id: null, error: { code, message } } });
  assert.deepEqual(
    await post(forwarder, '{"jsonrpc":"2.0","id":1,"method":"broadcast_evidence","params":{}}'),
    failed(-32_601, 'method-refused'),
  );
  assert.deepEqual(await post(forwarder, `[${CALL}]`), failed(-32_600, 'call-malformed'));
  assert.deepEqual(await post(forwarder, ' '.repeat(16 * 1024 + 1)), failed(-32_600, 'body-too-large'));
  assert.deepEqual(await post(forwarder, '', 'GET'), failed(-32_600, 'call-malformed'));
  assert.deepEqual(door.calls, []);
});

test('a peer without CometBFT, or that cannot be reached, is an error of JSON-RPC', async (t) => {
  const { forwarder, door, exchange } = await start(t, { port: 0 });
  Object.assign(door, { comet: async () => undefined });
  const none = await post(forwarder, CALL);
  assert.deepEqual(none, { status: 502, answer: { jsonrpc: '2.0', id: 4, error: { code: -32_603, message: 'no CometBFT runs there' } } });
  await exchange.close();
  const { status, answer } = await post(forwarder, CALL);
  assert.equal(status, 502);
  assert.match((answer as { readonly error: { readonly message: string } }).error.message, /^node a: /);
});
