/** Each status of tlog-witness, forks and rollbacks above all, over real HTTP. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { generateEd25519, nodeCrypto } from '@tabularium/crypto';
import { checkPolicy, formatCheckpoint, formatPolicy, formatWitnessRequest, parsePolicy } from '@tabularium/log';
import { concatBytes, encodeUtf8, toHex } from '@tabularium/protocol';
import { SampleLog } from './sample-log.ts';
import { openWitness, type RunningWitness, startWitness, WitnessName } from './start-witness.ts';
import { type Evidence, WitnessRunning } from './witness-book.ts';

const folder = mkdtempSync(join(tmpdir(), 'tabularium-witness-'));
after(() => rmSync(folder, { recursive: true }));
let count = 0;
const newDir = () => join(folder, `witness-${count++}`);

async function started(t: TestContext, log: SampleLog, dir = newDir()): Promise<RunningWitness & { evidence: Evidence[] }> {
  const evidence: Evidence[] = [];
  const running = await startWitness({ dir, name: 'audit.example/w1', logs: [log.vkey], onEvidence: (_origin, one) => evidence.push(one) });
  t.after(() => running.close());
  return { ...running, evidence };
}

async function add(url: string, body: string | Uint8Array): Promise<{ status: number; type: string | null; text: string }> {
  const response = await fetch(`${url}/add-checkpoint`, { method: 'POST', body: typeof body === 'string' ? body : Buffer.from(body) });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

function body(log: SampleLog, from: number, to: number): string {
  return formatWitnessRequest({ oldSize: from, proof: log.tree.consistency(from, to), checkpoint: log.checkpoint(to) });
}

test('a growing log is cosigned at each step, and the cosignature satisfies a policy that asks for it', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(1000);
  const { url, vkey } = await started(t, log);
  const parsed = parsePolicy(
    formatPolicy({ logs: [{ vkey: log.vkey }], witnesses: [{ name: 'w', vkey }], groups: [], quorum: 'w' }),
    nodeCrypto,
  );
  assert.ok(parsed.ok);
  let from = 0;
  for (const size of [2, 3, 8, 255, 256, 257, 999, 1000]) {
    const answer = await add(url, body(log, from, size));
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.text, /^— audit\.example\/w1 [A-Za-z0-9+/=]+\n$/);
    const check = checkPolicy(parsed.policy, log.checkpoint(size) + answer.text, nodeCrypto);
    assert.ok(check.ok && check.size === size);
    from = size;
  }
  const shown = await (await fetch(`${url}/${toHex(nodeCrypto.sha256(encodeUtf8(log.origin)))}/checkpoint`)).text();
  const check = checkPolicy(parsed.policy, shown, nodeCrypto);
  assert.ok(check.ok && check.size === 1000 && check.cosigners.length === 1);
  assert.equal(await (await fetch(`${url}/vkey`)).text(), `${vkey}\n`);
});

test('the same checkpoint again is cosigned afresh: an idle ledger stays witnessed', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(5);
  const { url } = await started(t, log);
  assert.equal((await add(url, body(log, 0, 5))).status, 200);
  assert.equal((await add(url, body(log, 5, 5))).status, 200);
});

test('400: what cannot be read, and an old size above the new', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(5);
  const { url } = await started(t, log);
  const good = body(log, 0, 5);
  for (const bad of [
    '',
    'old 0\n',
    good.replace('old 0', 'old 00'),
    good.replace('old 0', 'old -1'),
    good.replace('old 0', 'size 0'),
    good.replace('old 0\n', `old 0\n${'A'.repeat(43)}\n`),
    good.replace('\n5\n', '\n05\n'),
    good.replace('— ', '- '),
    good.slice(0, -1),
  ]) {
    assert.equal((await add(url, bad)).status, 400, JSON.stringify(bad));
  }
  assert.equal((await add(url, concatBytes(encodeUtf8(good), Uint8Array.of(0xff)))).status, 400);
  const tooMany = formatWitnessRequest({ oldSize: 0, proof: [], checkpoint: log.checkpoint() }).replace(
    'old 0\n',
    `old 0\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}`,
  );
  assert.equal((await add(url, tooMany)).status, 400);
  assert.equal((await add(url, good.replace('old 0', 'old 6'))).status, 400);
});

test('404: a log that is not vouched for', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(5);
  const { url } = await started(t, log);
  const stranger = new SampleLog('other/1111222233334444').grow(5);
  assert.equal((await add(url, body(stranger, 0, 5))).status, 404);
  assert.equal((await fetch(`${url}/${toHex(nodeCrypto.sha256(encodeUtf8(stranger.origin)))}/checkpoint`)).status, 404);
  assert.equal((await fetch(`${url}/${toHex(nodeCrypto.sha256(encodeUtf8(log.origin)))}/checkpoint`)).status, 404);
  assert.equal((await fetch(`${url}/nothing`)).status, 404);
});

test('403: no signature of the log, or one that does not verify beside one that does', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(5);
  const { url } = await started(t, log);
  const impostor = new SampleLog(log.origin, generateEd25519()).grow(5);
  assert.equal((await add(url, body(impostor, 0, 5))).status, 403);
  const spoilt = `${log.checkpoint()}${new SampleLog(log.origin, log.key).grow(4).checkpoint().split('\n').at(-2)}\n`;
  assert.equal((await add(url, formatWitnessRequest({ oldSize: 0, proof: [], checkpoint: spoilt }))).status, 403);
  // A stranger's line beside the log's own is ignored, and not passed on.
  const lines = `${log.checkpoint()}${impostor.checkpoint().split('\n').at(-2)}\n`;
  assert.equal((await add(url, formatWitnessRequest({ oldSize: 0, proof: [], checkpoint: lines }))).status, 200);
  const shown = await (await fetch(`${url}/${toHex(nodeCrypto.sha256(encodeUtf8(log.origin)))}/checkpoint`)).text();
  assert.equal(shown.split('\n— ').length, 3);
});

test('409: another old size than the one cosigned, answered with that size', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(20);
  const { url } = await started(t, log);
  assert.deepEqual(await add(url, body(log, 5, 9)), { status: 409, type: 'text/x.tlog.size', text: '0\n' });
  assert.equal((await add(url, body(log, 0, 9))).status, 200);
  assert.deepEqual(await add(url, body(log, 0, 20)), { status: 409, type: 'text/x.tlog.size', text: '9\n' });
  // A smaller checkpoint is never cosigned again.
  assert.deepEqual(await add(url, body(log, 0, 4)), { status: 409, type: 'text/x.tlog.size', text: '9\n' });
});

test('422: a replaced log is caught and kept as evidence', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(20);
  const { url, evidence, witness } = await started(t, log);
  assert.equal((await add(url, body(log, 0, 20))).status, 200);
  const replaced = new SampleLog(log.origin, log.key).grow(7).grow(30, 'other');
  assert.equal((await add(url, body(replaced, 20, 20))).status, 422);
  assert.equal((await add(url, body(replaced, 20, 30))).status, 422);
  assert.equal((await add(url, body(replaced, 20, 30))).status, 422);
  assert.deepEqual(
    evidence.map(({ reason }) => reason),
    ['other-root', 'not-consistent'],
  );
  const hash = toHex(nodeCrypto.sha256(encodeUtf8(log.origin)));
  const shown = (await (await fetch(`${url}/${hash}/evidence`)).text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    shown.map(({ note }) => note),
    [replaced.checkpoint(20), replaced.checkpoint(30)],
  );
  assert.equal(witness.status().logs[0]!.evidence, 2);
  // The true history still goes on.
  log.grow(25);
  assert.equal((await add(url, body(log, 20, 25))).status, 200);
});

test('422: a proof for an empty log, and an empty log with a root', async (t) => {
  const log = new SampleLog('town/1111222233334444');
  const { url } = await started(t, log);
  const root = log.sign(formatCheckpoint({ origin: log.origin, size: 0, root: new Uint8Array(32) }));
  assert.equal((await add(url, formatWitnessRequest({ oldSize: 0, proof: [], checkpoint: root }))).status, 422);
  assert.equal((await add(url, body(log, 0, 0))).status, 200);
  log.grow(3);
  assert.equal(
    (await add(url, formatWitnessRequest({ oldSize: 0, proof: [new Uint8Array(32)], checkpoint: log.checkpoint() }))).status,
    422,
  );
  assert.equal((await add(url, body(log, 0, 3))).status, 200);
});

test('any changed hash of a proof is caught', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(1000);
  const { url } = await started(t, log);
  assert.equal((await add(url, body(log, 0, 333))).status, 200);
  const proof = log.tree.consistency(333, 1000);
  for (let i = 0; i < proof.length; i++) {
    const bad = proof.map((hash, j) => (i === j ? hash.map((byte, k) => (k === i ? byte ^ 1 : byte)) : hash));
    assert.equal((await add(url, formatWitnessRequest({ oldSize: 333, proof: bad, checkpoint: log.checkpoint() }))).status, 422);
  }
  assert.equal((await add(url, body(log, 333, 1000))).status, 200);
});

test('bodies and methods are bounded', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(5);
  const { url } = await started(t, log);
  assert.equal((await fetch(`${url}/add-checkpoint`)).status, 405);
  assert.equal((await fetch(`${url}/vkey`, { method: 'DELETE' })).status, 405);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const { port } = new URL(url);
    const sending = request({ port, host: '127.0.0.1', path: '/add-checkpoint', method: 'POST' }, (response) =>
      resolve(response.statusCode),
    );
    sending.on('error', reject);
    sending.write('x'.repeat(200 * 1024));
  });
  assert.equal(status, 413);
});

test('what was seen and the key outlive the process; the name is fixed; a second process is refused', async (t) => {
  const log = new SampleLog('town/1111222233334444').grow(9);
  const dir = newDir();
  assert.throws(() => openWitness({ dir, logs: [log.vkey] }), WitnessName);
  assert.throws(() => openWitness({ dir, name: 'Court of Audit', logs: [log.vkey] }), WitnessName);
  const first = await startWitness({ dir, name: 'audit.example/w1', logs: [log.vkey] });
  assert.equal((await add(first.url, body(log, 0, 9))).status, 200);
  assert.throws(() => openWitness({ dir, logs: [log.vkey] }), WitnessRunning);
  await first.close();
  assert.throws(() => openWitness({ dir, name: 'audit.example/w2', logs: [log.vkey] }), WitnessName);
  assert.equal(statSync(join(dir, 'keys', 'witness.pem')).mode & 0o077, 0);
  const second = await started(t, log, dir);
  assert.equal(second.vkey, first.vkey);
  assert.equal((await add(second.url, body(log, 0, 9))).status, 409);
  assert.equal((await add(second.url, body(log, 9, 9))).status, 200);
});

test('several nodes of one ledger have keys of their own under one origin', async (t) => {
  const one = new SampleLog('town/1111222233334444').grow(6);
  const two = new SampleLog('town/1111222233334444').grow(8);
  const running = await startWitness({ dir: newDir(), name: 'audit.example/w1', logs: [one.vkey, two.vkey] });
  t.after(() => running.close());
  assert.equal((await add(running.url, body(one, 0, 6))).status, 200);
  assert.equal((await add(running.url, body(two, 6, 8))).status, 200);
  assert.throws(() => openWitness({ dir: newDir(), name: 'a', logs: [running.vkey] }), RangeError);
});
