/** Two nodes with the same keys write two histories (a virtual machine set back, a copy started twice): the witness tells, and one stops. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { loadNodeKeys, nodeVkeys } from '@tabularium/crypto';
import { openWitness, startWitness } from '@tabularium/witness';
import type { NodeFault } from './node-fault.ts';
import { newOffice } from './node-rig.test.ts';
import { type RunningNode, startNode } from './start-node.ts';

const YEAR = {
  action: 'kernel.propose',
  body: { action: 'treasury.year.open', body: { year: '2026', from: '2026-01-01', to: '2026-12-31' } },
};

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !holds(); tries++) await delay(50);
  assert.ok(holds(), what);
}

test('a witness that contradicts a running node ends its accepting, not its reading', async () => {
  const auditor = mkdtempSync(join(tmpdir(), 'tabularium-auditor-'));
  const { witness: made, close } = openWitness({ dir: auditor, name: 'audit.example/w1', logs: [] });
  close();
  const office = newOffice({ witnesses: { audit: { vkey: made.vkey } } });
  const { log } = nodeVkeys(loadNodeKeys(join(office.data, 'keys')), office.charter.origin, 'office.example/node-1');
  const witness = await startWitness({ dir: auditor, logs: [log] });
  const faults: NodeFault[] = [];
  const nodes: RunningNode[] = [];
  const start = async (dir: string): Promise<RunningNode> => {
    const node = await startNode({ dir, witnesses: [witness], onStop: (fault) => faults.push(fault) });
    nodes.push(node);
    return node;
  };
  try {
    const first = await start(office.data);
    for (const acceptance of office.acceptances()) assert.equal((await first.door.submit(acceptance)).kind, 'accepted');
    await first.close();
    const copy = join(office.dir, 'copy');
    cpSync(office.data, copy, { recursive: true });
    const one = await start(office.data);
    const other = await start(copy);
    assert.equal((await one.door.submit(office.sign('accountant', YEAR))).kind, 'accepted');
    await until('the witness has seen the first history', () => (one.status().witnesses[0]?.size ?? 0) === one.storage.head().size);
    assert.equal((await other.door.submit(office.sign('accountant', YEAR))).kind, 'accepted');
    await until('the second node stops', () => faults.length > 0);
    assert.deepEqual([faults[0]!.code, faults[0]!.next, faults.length], ['would-fork', 'resume --after-loss', 1]);
    const refused = await other.door.submit(office.sign('head', YEAR));
    assert.ok(refused.kind === 'busy' && refused.reason === 'halted');
    assert.match(other.door.status().halted ?? '', /resume --after-loss/);
    const health = await fetch(`${other.url}/health`);
    assert.equal(health.status, 503);
    await health.arrayBuffer();
    const checkpoint = await fetch(`${other.url}/log/checkpoint`);
    assert.equal(checkpoint.status, 200);
    await checkpoint.arrayBuffer();
    assert.equal((await one.door.submit(office.sign('head', YEAR))).kind, 'accepted');
    // Started anew, the second one is told before it takes anything.
    await other.close();
    await assert.rejects(start(copy), { code: 'would-fork' });
  } finally {
    for (const node of nodes) await node.close();
    await witness.close();
    office.remove();
    rmSync(auditor, { recursive: true, force: true });
  }
});
