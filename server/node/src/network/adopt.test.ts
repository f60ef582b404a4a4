/** A ledger of one node, with a past, comes to be run by four agencies while its node runs: nothing of it ends (ADR 0011 "Terms"). */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { verifyReceipt } from '@tabularium/verify';
import { auditLedger } from '../audit/audit-ledger.ts';
import { HttpSource } from '../audit/http-source.ts';
import { makeAgencyNode } from './agency-keys.ts';
import { cometProgram } from './comet-program.ts';
import { agenciesOf, amendCharter, foundDemoTown } from './demo-network.ts';
import { joinNetwork } from './join-network.ts';
import { freePorts } from './local-network.ts';
import { Agency, submitUntilIn, until, whyNot } from './network-rig.test.ts';
import { amendmentFor } from './term-amendment.ts';

if (whyNot === undefined)
  test('an old ledger is adopted by four agencies while its node runs: origin, heights and receipts go on', adopted);
else test('adopting a ledger is passed over', (t) => t.diagnostic(whyNot!));

async function adopted(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-adopt-'));
  const officers = await foundDemoTown(join(dir, 'office'));
  const ports = await freePorts(12);
  const agencies = agenciesOf(4).map((agency, n) => new Agency({ agency, dir: join(dir, agency), port: ports[3 * n]! }));
  const [office, ...others] = agencies as [Agency, ...Agency[]];
  try {
    await office.start();
    const { origin } = office.node;
    let serial = 0;
    const write = (): Uint8Array => {
      const limits = { maxExpirySeconds: 86_400 - ++serial, maxLagMs: 2_000, proposalDays: 14 };
      return officers.sign('mayor', {
        ledger: origin,
        action: 'kernel.propose',
        body: { action: 'kernel.charter.amend', body: { limits } },
      });
    };
    const old = [];
    for (let n = 0; n < 20; n++) old.push(await submitUntilIn(office, write()));
    const policyBefore = await office.text('/log/policy');
    const receiptBefore = await office.text(`/api/v1/receipts/${old[3]!.name}`);

    for (const [n, agency] of agenciesOf(4).entries()) {
      const [, peer, exchange] = ports.slice(3 * n);
      const addresses = { peer: `127.0.0.1:${peer}`, exchange: `https://127.0.0.1:${exchange}` };
      await makeAgencyNode({ program: cometProgram(), dir: join(dir, agency), agency, power: 10, ...addresses });
    }
    await amendCharter(
      amendmentFor(
        office.node.charterNow(),
        agencies.map(({ entry }) => entry),
      ),
      office.node,
      officers,
    );
    await until(() => office.runs && office.node.status().network !== undefined);
    const { height, size } = office.node.storage.head();
    for (const agency of others) await joinNetwork({ dir: agency.dir, from: office.entry.validator.exchange, origin });
    await Promise.all(others.map((agency) => agency.start()));

    const written = await submitUntilIn(others[0]!, write());
    assert.deepEqual([written.height, written.index], [height + 1, size]);
    await until(() => agencies.every(({ node }) => node.storage.head().height === height + 1));
    const policy = await office.text('/log/policy');
    assert.notEqual(policy, policyBefore);
    for (const agency of agencies) {
      assert.equal(agency.node.origin, origin);
      for (const { name } of [old[3]!, old.at(-1)!, written]) {
        const verified = verifyReceipt(await agency.text(`/api/v1/receipts/${name}?wait=quorum`), policy, nodeCrypto);
        assert.ok(verified.ok, JSON.stringify(verified));
      }
      const audit = await auditLedger(new HttpSource(agency.url));
      assert.ok(audit.ok, JSON.stringify(audit));
    }
    // A receipt that somebody took away before verifies under the policy of its time.
    assert.ok(verifyReceipt(receiptBefore, policyBefore, nodeCrypto).ok);
  } finally {
    for (const agency of agencies) await agency.turned();
    await Promise.all(agencies.map((agency) => agency.stop()));
    rmSync(dir, { recursive: true, force: true });
  }
}
