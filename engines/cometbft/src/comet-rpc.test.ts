/** Calls over CometBFT's socket: whose wait for whose. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { CometRpc } from './comet-rpc.ts';

test('what other nodes ask, and is not answered, keeps no transaction of ours from the mempool', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-rpc-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  let asked = 0;
  const server = createServer(async (request, response) => {
    const calls = JSON.parse(await text(request)) as object;
    // Those of others get no answer.
    if (!Array.isArray(calls)) asked++;
    else response.end(JSON.stringify(calls.map(({ id }) => ({ id, result: { sync_info: { latest_block_height: '7' } } }))));
  });
  const path = join(dir, 'comet.sock');
  await once(server.listen(path), 'listening');
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  t.after(close);
  const rpc = new CometRpc(path);
  const passed = Array.from({ length: 32 }, () => rpc.passOn({ jsonrpc: '2.0', id: 1, method: 'block', params: {} }));
  assert.deepEqual(await rpc.broadcast([new Uint8Array(3)]), ['taken']);
  assert.ok(asked <= 2);
  close();
  rpc.close();
  for (const { status } of await Promise.allSettled(passed)) assert.equal(status, 'rejected');
});
