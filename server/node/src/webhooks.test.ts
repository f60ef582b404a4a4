/** Webhooks of a whole node: its thread, its verbs, and a receiver that is slower than the ledger. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { newOffice } from './node-rig.test.ts';
import { startNode } from './start-node.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const BOUND = { timeout: 120_000 };
const UNTIL_MS = 60_000;
const run = promisify(execFile);

async function receiver() {
  const heard: string[] = [];
  const held: ServerResponse[] = [];
  const state = { hold: false };
  const server = createServer((request, answer) => {
    let body = '';
    request.on('data', (text) => (body += text));
    request.on('end', () => {
      heard.push((JSON.parse(body) as { data: { name: string } }).data.name);
      if (state.hold) held.push(answer);
      else answer.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ heard, held, state, place, url: `http://${place}/` },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const until = async (isSo: () => boolean): Promise<void> => {
  // A wait without end would outlive its test and keep the process.
  for (const end = performance.now() + UNTIL_MS; !isSo(); await new Promise((wake) => setTimeout(wake, 10))) {
    if (performance.now() > end) throw new Error(`it never came to this: ${String(isSo)}`);
  }
};

test('a node tells its receivers, over restarts, and never waits for them', BOUND, async () => {
  const office = newOffice();
  const catcher = await receiver();
  const options = { dir: office.data, webhookAllow: [catcher.place] };
  let node = await startNode(options);
  try {
    assert.deepEqual(node.webhooks.states(), []);
    assert.equal(existsSync(join(office.data, 'webhooks.db')), false);
    assert.throws(() => node.webhooks.add({ url: 'http://127.0.0.1:9/', after: '0-0' }), { name: 'AddressUnfit' });
    const { id, secret } = node.webhooks.add({ url: catcher.url, after: '0-0' });
    assert.match(secret, /^whsec_/);
    await until(() => catcher.heard.length === 1);

    // It hears, and does not answer; the ledger goes on.
    catcher.state.hold = true;
    const acts = office.acceptances();
    for (const jws of acts) assert.equal((await node.engine.submit(jws)).kind, 'accepted');
    await until(() => catcher.held.length === 1);
    const [state] = node.webhooks.states();
    assert.deepEqual([state!.id, state!.delivered, catcher.heard.length], [id, 1, 2]);
    await node.close();

    catcher.state.hold = false;
    node = await startNode(options);
    await until(() => catcher.heard.length === 3 + acts.length - 1);
    // At least once: what was under way came again.
    assert.equal(catcher.heard[1], catcher.heard[2]);
    await until(() => node.webhooks.states()[0]!.delivered === 1 + acts.length);
  } finally {
    await node.close();
    catcher.close();
    office.remove();
  }
});

test('the verbs name receivers, with and without a running node', BOUND, async () => {
  const office = newOffice();
  const catcher = await receiver();
  const verb = async (...words: string[]) => {
    const { stdout } = await run(process.execPath, [MAIN, 'webhook', ...words, '--data', office.data, '--json']);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const refused = async (code: number, ...words: string[]): Promise<void> => {
    await assert.rejects(verb(...words), (error: { code?: number }) => error.code === code, words.join(' '));
  };
  const node = await startNode({ dir: office.data, webhookAllow: [catcher.place] });
  let isClosed = false;
  try {
    const { id, secret, cursor } = await verb('add', catcher.url, '--type', 'kernel.*', '--webhook-allow', catcher.place);
    assert.match(String(secret), /^whsec_/);
    assert.equal(cursor, '1-1');
    assert.equal(statSync(join(office.data, 'webhooks.db')).mode & 0o777, 0o600);
    for (const jws of office.acceptances()) await node.engine.submit(jws);
    await until(() => catcher.heard.length === office.acceptances().length);

    await refused(2);
    await refused(2, 'sing');
    await refused(2, 'remove');
    await refused(2, 'remove', 'nobody');
    await refused(2, 'add', catcher.url, '--after', 'now');
    await refused(11, 'add', 'http://1.1.1.1/');
    await refused(11, 'add', 'no address');
    await refused(11, 'add', 'https://a:b@hooks.example/');
    await refused(11, 'add', 'https://hooks.example/#x');
    await refused(11, 'add', 'https://hooks.example/', '--type', 'A*');
    await refused(2, 'add', catcher.url, '--webhook-allow', 'http://127.0.0.1');
    await refused(2, 'replay', String(id), '1-1');

    const rotated = await verb('rotate', String(id), '--overlap-hours', '1');
    assert.notEqual(rotated.secret, secret);
    await verb('pause', String(id));
    const { webhooks } = (await verb('list')) as { webhooks: { state: string; url: string }[] };
    assert.deepEqual([webhooks[0]!.state, webhooks[0]!.url], ['paused', catcher.url]);
    assert.ok(!JSON.stringify(webhooks).includes('whsec_'));
    await verb('resume', String(id));
    assert.deepEqual((await verb('letters', String(id))).letters, []);
    assert.equal((await verb('replay', String(id))).count, 0);
    await node.close();
    isClosed = true;
    await verb('remove', String(id));
    assert.deepEqual((await verb('list')).webhooks, []);
  } finally {
    if (!isClosed) await node.close();
    catcher.close();
    office.remove();
  }
});

test('what is known of a node beside its ledger stands in its metrics', BOUND, async () => {
  const office = newOffice();
  const catcher = await receiver();
  const node = await startNode({ dir: office.data, webhookAllow: [catcher.place] });
  const metric = async (name: string): Promise<string[]> => {
    const text = await (await fetch(`${node.url}/metrics`)).text();
    return text.split('\n').filter((line) => line.startsWith(name));
  };
  try {
    assert.deepEqual(await metric('tabularium_backup_height'), ['tabularium_backup_height 0']);
    const { id } = node.webhooks.add({ url: catcher.url, after: '0-0' });
    await node.backup(join(office.dir, 'copy'));
    await until(() => node.webhooks.states()[0]!.delivered === 1);
    // The same figures are kept for a moment.
    await new Promise((wake) => setTimeout(wake, 600));
    assert.deepEqual(await metric('tabularium_backup_height'), ['tabularium_backup_height 1']);
    assert.deepEqual(await metric('tabularium_webhook_delivered_total'), [`tabularium_webhook_delivered_total{webhook="${id}"} 1`]);
    assert.deepEqual(await metric('tabularium_webhook_on'), [`tabularium_webhook_on{webhook="${id}"} 1`]);
    assert.match((await metric('tabularium_disk_free_bytes'))[0]!, / [1-9]/);
    const text = await (await fetch(`${node.url}/metrics`)).text();
    assert.ok(!text.includes(catcher.place) && !text.includes(office.dir) && !text.includes('whsec'));
  } finally {
    await node.close();
    catcher.close();
    office.remove();
  }
});
