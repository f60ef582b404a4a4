/** A node that comes to another state than the others (a defect, a damaged disk) stops, says where, and stays stopped. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '@tabularium/catalogue';
import { nodeCrypto } from '@tabularium/crypto';
import { type BlockInput, type BlockResult, Machine, type StateReader } from '@tabularium/kernel';
import { canonicalJson, type JsonObject, parseJson } from '@tabularium/protocol';
import { NodeFault } from '../node-fault.ts';
import { AgencyNetwork, submitUntilIn, until, whyNot } from './network-rig.test.ts';

const PROPOSALS = 'kernel/proposal/';

/** Once it is told to, it writes another number into every new proposal. */
class DefectiveMachine extends Machine {
  isDefective = false;

  override execute(input: BlockInput, state: StateReader): BlockResult {
    const result = super.execute(input, state);
    if (!this.isDefective) return result;
    const writes = new Map(
      [...result.writes].map(([key, value]) => [key, key.startsWith(PROPOSALS) && value !== null ? altered(value) : value]),
    );
    return { ...result, writes };
  }
}

function altered(value: string): string {
  const parsed = parseJson(value);
  assert.ok(parsed.ok);
  return canonicalJson({ ...(parsed.value as JsonObject), needed: 99 });
}

if (whyNot === undefined)
  test('a node that the others outvote says at which height and on which record, and serves what was agreed', outvoted);
else test('a node that is outvoted is passed over', (t) => t.diagnostic(whyNot!));

async function outvoted(): Promise<void> {
  const machine = new DefectiveMachine({ catalogue, crypto: nodeCrypto });
  const network = await AgencyNetwork.found(4, (n) => (n === 3 ? { machine } : {}));
  try {
    const [first, , , wrong] = network.agencies;
    await submitUntilIn(first!, network.write());
    await network.level();
    const agreed = wrong!.node.storage.head();
    await until(() => agreed.size === sizeOf(wrong!.node.engine.checkpoint()));
    machine.isDefective = true;
    const written = await submitUntilIn(first!, network.write());
    await until(() => wrong!.faults.length > 0);
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
  } finally {
    await network.dispose();
  }
}

function sizeOf(note: string): number {
  return Number(note.split('\n')[1]);
}
