/** Pushing: the size that a 409 names, forks and rollbacks seen from the node, retries, and the loop that keeps a ledger witnessed. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { pushToWitness, type WitnessPush } from './push-to-witness.ts';
import { SampleLog } from './sample-log.ts';
import { startWitness } from './start-witness.ts';
import { type Cosigned, type PushTrouble, startWitnessPusher } from './witness-pusher.ts';

const folder = mkdtempSync(join(tmpdir(), 'tabularium-push-'));
after(() => rmSync(folder, { recursive: true }));
let count = 0;

async function witnessOf(t: TestContext, log: SampleLog) {
  const running = await startWitness({ dir: join(folder, `w${count++}`), name: 'audit.example/w1', logs: [log.vkey] });
  t.after(() => running.close());
  return running;
}

async function server(t: TestContext, listener: RequestListener): Promise<string> {
  const made = createServer(listener);
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    made.closeAllConnections();
    made.close();
  });
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

function push(log: SampleLog, witness: { url: string; vkey: string }, extra: Partial<WitnessPush> = {}) {
  return pushToWitness({
    witnessUrl: witness.url,
    vkey: witness.vkey,
    checkpoint: log.checkpoint(),
    oldSize: 0,
    consistency: (from, to) => log.tree.consistency(from, to),
    crypto: nodeCrypto,
    wait: () => Promise.resolve(),
    ...extra,
  });
}

test('a push comes back with the cosignature, and finds out by itself what the witness has seen', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(10);
  const witness = await witnessOf(t, log);
  const first = await push(log, witness);
  assert.ok(first.ok && first.size === 10 && first.time > 0);
  log.grow(300);
  const second = await push(log, witness, { oldSize: 0 });
  assert.ok(second.ok && second.size === 300);
  const third = await push(log, witness, { oldSize: 1_000_000 });
  assert.ok(third.ok && third.size === 300);
});

test('a log that was replaced, and one that lost entries, are told so', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(50);
  const witness = await witnessOf(t, log);
  assert.ok((await push(log, witness)).ok);
  const shorter = await push(new SampleLog(log.origin, log.key).grow(40), witness);
  assert.deepEqual(shorter, { ok: false, code: 'witness-ahead', detail: 'the witness has seen 50 entries, this log has 40', size: 50 });
  const replaced = await push(new SampleLog(log.origin, log.key).grow(30).grow(60, 'other'), witness, { oldSize: 50 });
  assert.ok(!replaced.ok && replaced.code === 'inconsistent');
  const sameSize = await push(new SampleLog(log.origin, log.key).grow(30).grow(50, 'other'), witness, { oldSize: 50 });
  assert.ok(!sameSize.ok && sameSize.code === 'inconsistent');
});

test('a witness of v1.0.0 says 409 for another root of the same size: that is a fork too', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(5);
  const { vkey } = await witnessOf(t, log);
  const url = await server(t, (_request, response) => response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('5\n'));
  const result = await push(log, { url, vkey }, { oldSize: 5 });
  assert.ok(!result.ok && result.code === 'inconsistent');
});

test('a stranger to the witness, and a wrong key', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(5);
  const witness = await witnessOf(t, log);
  const stranger = await push(new SampleLog('other/1111222233334444').grow(5), witness);
  assert.ok(!stranger.ok && stranger.code === 'log-unknown');
  const impostor = await push(new SampleLog(log.origin).grow(5), witness);
  assert.ok(!impostor.ok && impostor.code === 'signature-refused');
  const other = await witnessOf(t, log);
  const unexpected = await push(log, { url: witness.url, vkey: other.vkey });
  assert.ok(!unexpected.ok && unexpected.code === 'cosignature-invalid');
  await assert.rejects(push(log, { url: witness.url, vkey: log.vkey }), RangeError);
  await assert.rejects(push(log, witness, { checkpoint: 'no note' }), RangeError);
});

test('a cosignature of something else does not count', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(5);
  const witness = await witnessOf(t, log);
  const result = await push(log, witness);
  assert.ok(result.ok);
  const url = await server(t, (_request, response) => response.end(result.lines));
  const moved = await push(log.grow(6), { url, vkey: witness.vkey });
  assert.ok(!moved.ok && moved.code === 'cosignature-invalid');
});

test('429 and 5xx and no answer are tried again, with Retry-After; then given up', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(5);
  const witness = await witnessOf(t, log);
  const answers = [429, 503, 500];
  const url = await server(t, (request, response) => {
    const status = answers.shift();
    if (status !== undefined) {
      request.resume();
      response.writeHead(status, status === 429 ? { 'retry-after': '7' } : {}).end();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { status: code, type, body } = witness.witness.addCheckpoint(Buffer.concat(chunks));
      response.writeHead(code, { 'content-type': type }).end(body);
    });
  });
  const waits: number[] = [];
  const wait = (ms: number) => {
    waits.push(ms);
    return Promise.resolve();
  };
  assert.ok((await push(log, { url, vkey: witness.vkey }, { wait })).ok);
  assert.deepEqual(waits, [7000, 500, 1000]);
  const gone = await server(t, (request) => request.socket.destroy());
  const result = await push(log, { url: gone, vkey: witness.vkey }, { wait });
  assert.ok(!result.ok && result.code === 'unreachable');
});

test('answers against the protocol are named', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(50);
  const { vkey } = await witnessOf(t, log);
  const answers: Parameters<typeof server>[1][] = [
    (_request, response) => response.writeHead(409).end('5\n'),
    (_request, response) => response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('05\n'),
    (_request, response) => response.writeHead(400).end('malformed'),
    (_request, response) => response.writeHead(302, { location: '/' }).end(),
  ];
  for (const answer of answers) {
    const result = await push(log, { url: await server(t, answer), vkey });
    assert.ok(!result.ok && (result.code === 'protocol' || result.code === 'unreachable'), JSON.stringify(result));
  }
  let size = 0;
  const fickle = await server(t, (_request, response) =>
    response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end(`${++size}\n`),
  );
  const result = await push(log, { url: fickle, vkey });
  assert.ok(!result.ok && result.code === 'protocol');
});

test('the pusher keeps up with the newest checkpoint, refreshes when idle, and reports trouble', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(3);
  const witness = await witnessOf(t, log);
  const cosigned: Cosigned[] = [];
  const troubles: PushTrouble[] = [];
  let told: () => void = () => {};
  const pusher = startWitnessPusher({
    witnesses: [witness, { url: 'http://127.0.0.1:9', vkey: witness.vkey }],
    newest: () => log.checkpoint(),
    consistency: (from, to) => log.tree.consistency(from, to),
    crypto: nodeCrypto,
    onCosigned: (one) => {
      cosigned.push(one);
      told();
    },
    onTrouble: (one) => {
      troubles.push(one);
      told();
    },
    everyMs: 1,
    refreshMs: 20,
    attempts: 1,
  });
  const until = async (enough: () => boolean) => {
    while (!enough()) await new Promise<void>((resolve) => (told = resolve));
  };
  await until(() => cosigned.some(({ size }) => size === 3));
  log.grow(400);
  pusher.notify();
  await until(() => cosigned.some(({ size }) => size === 400));
  const refreshed = cosigned.filter(({ size }) => size === 400).length;
  await until(() => cosigned.filter(({ size }) => size === 400).length > refreshed);
  await until(() => troubles.some(({ code }) => code === 'unreachable'));
  await pusher.close();
  const stopped = cosigned.length;
  pusher.notify();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(cosigned.length, stopped);
});
