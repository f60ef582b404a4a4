/** A node that comes to another state than the others (a defect, a damaged disk) stops, says where, and stays stopped. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { auditLedger } from '../audit/audit-ledger.ts';
import { HttpSource } from '../audit/http-source.ts';
import { ledgerMachine } from '../ledger-machine.ts';
import { NodeFault } from '../node-fault.ts';
import { AgencyNetwork, DefectiveMachine, PROPOSALS, submitUntilIn, until, whyNot } from './network-rig.test.ts';
import { rejoinNetwork } from './rejoin-network.ts';

if (whyNot === undefined)
  test('a node that the others outvote says at which height and on which record, and serves what was agreed', outvoted);
else test('a node that is outvoted is passed over', (t) => t.diagnostic(whyNot!));

async function outvoted(): Promise<void> {
  const machine = new DefectiveMachine();
  // Two of those that it asks take its questions and never answer.
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const nowhere = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const exchanges = { office: nowhere, court: nowhere };
  const network = await AgencyNetwork.found(4, (n) => (n === 3 ? { machine, network: { exchanges } } : {}));
  try {
    const [first, , , wrong] = network.agencies;
    await submitUntilIn(first!, network.write());
    await network.level();
    const agreed = wrong!.node.storage.head();
    await until(() => agreed.size === sizeOf(wrong!.node.engine.checkpoint()));
    machine.isDefective = true;
    const written = await submitUntilIn(first!, network.write());
    // Before anybody is asked on which record, it takes nothing more, and is stopped for good.
    const path = join(wrong!.dir, 'outvoted.json');
    const kept = (): unknown => JSON.parse(readFileSync(path, 'utf8'));
    await until(() => existsSync(path));
    const at = { height: written.height, size: written.index + 2 };
    assert.deepEqual([wrong!.faults, kept()], [[], at]);
    assert.equal((await wrong!.post(network.write())).status, 503);
    await until(() => wrong!.faults.length > 0);
    assert.deepEqual(kept(), { ...at, key: `${PROPOSALS}${written.name}` });
    const [fault] = wrong!.faults;
    assert.equal(fault!.code, 'outvoted');
    assert.match(fault!.message, new RegExp(`height ${written.height} .* record ${PROPOSALS}${written.name}`));

    // Nothing of that block is signed or shown here; what was agreed before is, and marked.
    assert.equal(sizeOf(wrong!.node.engine.checkpoint()), agreed.size);
    assert.equal((await wrong!.get(`/api/v1/receipts/${written.name}`)).status, 404);
    const old = await wrong!.get('/api/v1/blocks');
    assert.equal(old.headers.get('tabularium-stopped'), '1');
    const { status, body } = await wrong!.post(network.write());
    assert.deepEqual([status, body.code], [503, 'halted']);
    assert.equal((await wrong!.get('/health')).status, 503);

    // The others go on, and it does not come back as if nothing had been.
    await submitUntilIn(first!, network.write());
    await wrong!.stop();
    await assert.rejects(wrong!.start(), (error) => error instanceof NodeFault && error.code === 'outvoted');

    // The defect mended, it comes to the others anew, and agrees with them.
    const { by } = await rejoinNetwork({ dir: wrong!.dir, from: first!.entry.validator.exchange });
    assert.equal(by, 'log');
    assert.deepEqual(
      ['outvoted.json', 'voteless.json'].map((name) => existsSync(join(wrong!.dir, name))),
      [false, true],
    );
    await wrong!.start({ machine: ledgerMachine() });
    await submitUntilIn(wrong!, network.write());
    await network.level();
    assert.equal((await wrong!.get(`/api/v1/receipts/${written.name}`)).status, 200);
    const report = await auditLedger(new HttpSource(wrong!.url));
    assert.ok(report.ok, JSON.stringify(report));
  } finally {
    await network.dispose();
    silent.close();
  }
}

function sizeOf(note: string): number {
  return Number(note.split('\n')[1]);
}
