/** A node whose machine is laid back from an older copy has forgotten what it signed; the others have not. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { dataDirectory } from '../data-directory.ts';
import { AgencyNetwork, submitUntilIn, until, whyNot } from './network-rig.test.ts';
import { writeVoteless } from './voteless.ts';

if (whyNot === undefined) test('a node laid back from an older copy follows without a vote until its own old votes are past', oldCopy);
else test('a node from an older copy is passed over', (t) => t.diagnostic(whyNot!));

async function oldCopy(): Promise<void> {
  const network = await AgencyNetwork.found(4);
  try {
    const [first, second, third, rolled] = network.agencies;
    await submitUntilIn(first!, network.write());
    await network.level();
    await rolled!.stop();
    const copy = `${rolled!.dir}.copy`;
    cpSync(rolled!.dir, copy, { recursive: true });
    await rolled!.start();
    for (let n = 0; n < 5; n++) await submitUntilIn(rolled!, network.write());
    await network.level();
    const { size } = rolled!.node.storage.head();
    await rolled!.stop();
    rmSync(rolled!.dir, { recursive: true });
    cpSync(copy, rolled!.dir, { recursive: true });
    // What the others heard outlasts them.
    for (const other of [first!, second!, third!]) {
      await other.stop();
      await other.start();
      assert.ok(other.node.status().network!.agreed > 0, 'what was agreed stays agreed');
    }

    await rolled!.start();
    assert.ok(
      rolled!.reports.some((report) => report.includes(`signed ${size} leaves`)),
      rolled!.reports.join('\n'),
    );
    assert.ok(existsSync(join(rolled!.dir, 'voteless.json')));
    assert.ok(rolled!.reports.some((report) => report.includes('casts no vote until')));
    assert.match(await rolled!.text('/health'), /"status":"ok".*"voteless":"this node casts no vote until/);
    await until(() => rolled!.node.storage.head().size >= size);
    await submitUntilIn(rolled!, network.write());
    await network.level();
    assert.ok(existsSync(join(rolled!.dir, 'voteless.json')), 'blocks are not surely newer yet');

    // As if that had been a while ago.
    writeVoteless(dataDirectory(rolled!.dir), Date.now() - 60_000);
    await submitUntilIn(first!, network.write());
    await until(() => !existsSync(join(rolled!.dir, 'voteless.json')));
    await until(() => rolled!.reports.includes('Error: this node votes again'));
    assert.doesNotMatch(await rolled!.text('/health'), /voteless/);
    await rolled!.node.engine.submit(network.write());
    // Its vote counts again: with another node gone, the three that are left need it.
    await network.agencies[2]!.stop();
    await submitUntilIn(first!, network.write());
  } finally {
    await network.dispose();
  }
}
