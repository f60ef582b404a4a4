/** What a node is given before the others have begun is ordered once they have, though nobody writes anything else. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DemoOfficers } from '../demo-officers.ts';
import { foundDemoNetwork } from './demo-network.ts';
import { joinNetwork } from './join-network.ts';
import { Agency, until, whyNot } from './network-rig.test.ts';

if (whyNot === undefined) test('what is written before the other nodes have begun is not forgotten', earlyWords);
else test('words before the others have begun are passed over', (t) => t.diagnostic(whyNot!));

async function earlyWords(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-early-'));
  const agencies = (await foundDemoNetwork(dir, 4)).map((node) => new Agency(node));
  const [first, ...others] = agencies as [Agency, ...Agency[]];
  try {
    await first.start();
    const { origin } = first.node;
    const limits = { maxExpirySeconds: 80_000, maxLagMs: 2_000, proposalDays: 14 };
    const act = { ledger: origin, action: 'kernel.propose', body: { action: 'kernel.charter.amend', body: { limits } } };
    const transaction = DemoOfficers.load(join(first.dir, 'officers')).sign('mayor', act);
    let kind: string | undefined;
    const sending = until(async () => {
      kind = (await first.node.engine.submit(transaction)).kind;
      return kind !== 'busy';
    }, 60);
    for (const { dir: own } of others) await joinNetwork({ dir: own, from: first.entry.validator.exchange, origin });
    await Promise.all(others.map((agency) => agency.start()));
    await sending;
    assert.equal(kind, 'accepted');
  } finally {
    await Promise.all(agencies.map((agency) => agency.stop()));
    rmSync(dir, { recursive: true, force: true });
  }
}
