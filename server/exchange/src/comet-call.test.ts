/** Which calls of CometBFT pass. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMET_METHODS, readCometCall } from './comet-call.ts';

test('the calls of a light client pass, as they are', () => {
  for (const method of COMET_METHODS) {
    const call = { jsonrpc: '2.0', id: 3, method, params: { height: '7' } } as const;
    assert.deepEqual(readCometCall(JSON.stringify(call)), { ok: true, call });
  }
  const call = readCometCall('{"jsonrpc":"2.0","id":"x","method":"status"}');
  assert.deepEqual(call, { ok: true, call: { jsonrpc: '2.0', id: 'x', method: 'status', params: {} } });
});

test('all other methods are refused', () => {
  for (const method of [
    'broadcast_tx_sync',
    'broadcast_evidence',
    'dial_peers',
    'unsafe_flush_mempool',
    'abci_query',
    'Status',
    'constructor',
    '',
  ]) {
    const result = readCometCall(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: {} }));
    assert.deepEqual(result, { ok: false, code: 'method-refused' });
  }
});

test('of two methods in one text the last counts, for whoever reads it next as well', () => {
  const result = readCometCall('{"jsonrpc":"2.0","id":1,"method":"dial_peers","method":"status"}');
  assert.ok(result.ok);
  assert.equal(JSON.stringify(result.call), '{"jsonrpc":"2.0","id":1,"method":"status","params":{}}');
});

test('what is no single call is malformed', () => {
  const call = { jsonrpc: '2.0', id: 1, method: 'status', params: {} };
  const wrong = [
    'no JSON',
    'null',
    '[]',
    JSON.stringify([call]),
    JSON.stringify({ ...call, jsonrpc: '1.0' }),
    JSON.stringify({ ...call, id: undefined }),
    JSON.stringify({ ...call, id: 1.5 }),
    JSON.stringify({ ...call, method: 1 }),
    JSON.stringify({ ...call, params: ['7'] }),
    JSON.stringify({ ...call, params: null }),
    JSON.stringify({ ...call, params: { height: ['7'] } }),
    `{"jsonrpc":"2.0","id":1,"method":"status","params":{"height":${'['.repeat(8_000)}${']'.repeat(8_000)}}}`,
  ];
  for (const text of wrong) assert.deepEqual(readCometCall(text), { ok: false, code: 'call-malformed' }, text);
});
