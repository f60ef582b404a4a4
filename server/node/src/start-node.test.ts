/** A node from founding to receipt, over HTTP, and what it refuses to start on. */
import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { verifyReceipt } from '@tabularium/verify';
import { askNode } from './admin-socket.ts';
import { newOffice, type Office } from './node-rig.test.ts';
import { type RunningNode, startNode } from './start-node.ts';

async function post(node: RunningNode, jws: Uint8Array): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await fetch(`${node.url}/api/v1/transactions`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: Buffer.from(jws),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const YEAR = {
  action: 'kernel.propose',
  body: { action: 'treasury.year.open', body: { year: '2026', from: '2026-01-01', to: '2026-12-31' } },
};

describe('a node', () => {
  const office: Office = newOffice();
  after(() => office.remove());

  test('takes nothing before its founders have accepted, then answers with a receipt that verifies offline', async () => {
    const node = await startNode({ dir: office.data });
    try {
      const early = await post(node, office.sign('accountant', YEAR));
      assert.deepEqual([early.status, early.body.code], [422, 'kernel.not-founded']);
      for (const acceptance of office.acceptances()) assert.equal((await post(node, acceptance)).status, 201);
      const jws = office.sign('accountant', { ...YEAR, as: 'accountant@office' });
      const written = await post(node, jws);
      assert.equal(written.status, 201, JSON.stringify(written.body));
      const policy = await (await fetch(`${node.url}/log/policy`)).text();
      const verified = verifyReceipt(String(written.body.receipt), policy, nodeCrypto);
      assert.ok(verified.ok, JSON.stringify(verified));
      assert.deepEqual([(await post(node, jws)).status, node.storage.head().height], [200, 5]);
      assert.ok(await node.projections.waitFor(5, 10_000));
    } finally {
      await node.close();
    }
  });

  test('opens again with everything in it, and lets nobody else in', async () => {
    const node = await startNode({ dir: office.data });
    try {
      assert.equal(node.storage.head().height, 5);
      await assert.rejects(startNode({ dir: office.data }), { name: 'NodeFault', code: 'directory-in-use' });
      await assert.rejects(startNode({ dir: join(office.dir, 'nowhere') }), { code: 'no-ledger' });
      const health = (await (await fetch(`${node.url}/health`)).json()) as { status: string; height: number };
      assert.deepEqual([health.status, health.height], ['ok', 5]);
    } finally {
      await node.close();
    }
  });

  test('answers its owner over a socket that nobody else may open', async () => {
    let asked = 0;
    const node = await startNode({ dir: office.data, onStopAsked: () => asked++ });
    try {
      assert.equal(statSync(join(office.data, 'admin.sock')).mode & 0o777, 0o600);
      const status = (await askNode(office.data, { verb: 'status' })) as { height: number; url: string };
      assert.deepEqual([status.height, status.url], [5, node.url]);
      const to = join(office.dir, 'copy');
      const progress: unknown[] = [];
      const report = (await askNode(office.data, { verb: 'backup', to }, (one) => progress.push(one))) as { height: number };
      assert.ok(report.height === 5 && progress.length > 0);
      await assert.rejects(askNode(office.data, { verb: 'backup', to }), /is there already/);
      await askNode(office.data, { verb: 'stop' });
      assert.equal(asked, 1);
    } finally {
      await node.close();
    }
    await assert.rejects(askNode(office.data, { verb: 'status' }), { code: 'not-running' });
  });

  test('does not start on a charter that is not the ledger’s', async () => {
    const other = newOffice();
    try {
      writeFileSync(join(other.data, 'charter.json'), JSON.stringify(office.charter));
      await assert.rejects(startNode({ dir: other.data }), { code: 'damaged' });
    } finally {
      other.remove();
    }
  });
});
