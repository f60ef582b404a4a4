/** An auditor's machine looks at what the ledger shows everyone: growth, a shrunk log, a replaced one, garbage. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { verifyConsistency } from '@tabularium/log';
import fc from 'fast-check';
import { SampleLog } from './sample-log.ts';
import { openWitness } from './start-witness.ts';
import { tileConsistency } from './tile-consistency.ts';
import { type Sighting, watchLedger, watchOnce } from './watch-ledger.ts';

const folder = mkdtempSync(join(tmpdir(), 'tabularium-watch-'));
after(() => rmSync(folder, { recursive: true }));
let count = 0;

async function shown(t: TestContext, log: SampleLog) {
  const state = { log };
  const server = createServer((request, response) => {
    const bytes = state.log.serve((request.url ?? '').replace('/log/', ''));
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const opened = openWitness({ dir: join(folder, `w${count++}`), name: 'audit.example/w1', logs: [log.vkey] });
  t.after(() => opened.close());
  const ledgerUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { state, ledgerUrl, witness: opened.witness, look: () => watchOnce({ ledgerUrl, witness: opened.witness, crypto: nodeCrypto }) };
}

test('tiles alone give the same proofs as the tree', async () => {
  const log = new SampleLog('town/1111222233334444').grow(70_000);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 70_000 }), fc.integer({ min: 1, max: 70_000 }), async (a, b) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      const proof = await tileConsistency(from, to, async (level, index, width) => log.tree.tile(level, index, width)!, nodeCrypto.sha256);
      assert.deepEqual(proof, log.tree.consistency(from, to));
      const claim = { from, fromRoot: log.tree.root(from), to, toRoot: log.tree.root(to), proof };
      assert.ok(verifyConsistency(claim, nodeCrypto.sha256));
    }),
    {
      numRuns: 60,
      examples: [
        [1, 2],
        [255, 256],
        [256, 257],
        [65_536, 65_537],
        [1, 70_000],
        [70_000, 70_000],
      ],
    },
  );
});

test('a ledger that grows is cosigned; one that shrinks or is replaced is not', async (t) => {
  const { state, look, witness } = await shown(t, new SampleLog('town/1111222233334444').grow(3));
  const { log } = state;
  for (const size of [3, 3, 256, 700, 70_000]) {
    log.grow(size);
    assert.deepEqual(await look(), { kind: 'cosigned', origin: log.origin, size });
  }
  state.log = new SampleLog(log.origin, log.key).grow(100);
  assert.deepEqual(await look(), { kind: 'smaller', origin: log.origin, size: 100, seen: 70_000 });
  state.log = new SampleLog(log.origin, log.key).grow(69_000).grow(70_500, 'other');
  const replaced = await look();
  assert.ok(replaced.kind === 'refused' && replaced.status === 422);
  assert.equal(witness.status().logs[0]!.evidence, 1);
  state.log = new SampleLog(log.origin).grow(70_500);
  const impostor = await look();
  assert.ok(impostor.kind === 'refused' && impostor.status === 403);
});

test('full tiles serve where partial ones are gone', async (t) => {
  const { state, look } = await shown(t, new SampleLog('town/1111222233334444').grow(200));
  assert.equal((await look()).kind, 'cosigned');
  const { log } = state;
  log.grow(600);
  // The log grows between the reading of its checkpoint and that of its tiles.
  const serve = (path: string) => {
    if (path === 'checkpoint') return Buffer.from(log.checkpoint(300));
    return path.startsWith('tile/0/000.p') || path.startsWith('tile/0/001.p') ? undefined : log.serve(path);
  };
  state.log = Object.assign(Object.create(SampleLog.prototype), log, { serve });
  assert.deepEqual(await look(), { kind: 'cosigned', origin: log.origin, size: 300 });
});

test('no ledger, no checkpoint, no tiles', async (t) => {
  const { state, look, witness } = await shown(t, new SampleLog('town/1111222233334444').grow(3));
  assert.equal((await look()).kind, 'cosigned');
  const { log } = state;
  log.grow(9);
  state.log = Object.assign(Object.create(SampleLog.prototype), log, {
    serve: (path: string) => (path === 'checkpoint' ? log.serve(path) : undefined),
  });
  assert.equal((await look()).kind, 'unreachable');
  state.log = Object.assign(Object.create(SampleLog.prototype), log, { serve: () => new Uint8Array(1_000_000) });
  assert.equal((await look()).kind, 'unreachable');
  state.log = Object.assign(Object.create(SampleLog.prototype), log, { serve: () => Buffer.from('<html>') });
  assert.equal((await look()).kind, 'unreachable');
  assert.equal((await watchOnce({ ledgerUrl: 'http://127.0.0.1:9', witness, crypto: nodeCrypto })).kind, 'unreachable');
});

test('watching goes on until it is stopped', async (t) => {
  const { ledgerUrl, witness, state } = await shown(t, new SampleLog('town/1111222233334444').grow(3));
  const stop = new AbortController();
  const sightings: Sighting[] = [];
  await watchLedger({
    ledgerUrl,
    witness,
    crypto: nodeCrypto,
    everyMs: 5,
    signal: stop.signal,
    onSighting: (one) => {
      sightings.push(one);
      state.log.grow(3 + sightings.length);
      if (sightings.length === 3) stop.abort();
    },
  });
  assert.deepEqual(
    sightings.map((one) => (one.kind === 'cosigned' ? one.size : one.kind)),
    [3, 4, 5],
  );
});
