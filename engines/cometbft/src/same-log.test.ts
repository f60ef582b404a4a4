/**
 * From the same blocks both engines make the same log: leaves, seals and state root, over random histories with deadlines and idle times
 * (DESIGN §4 Seal). And a block never bears a time that has long passed, however idle the ledger was (DESIGN §4 Time).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { openEmbeddedEngine } from '@tabularium/engine-embedded';
import { auditLog, CounterClient, CounterMachine, counterAdmit, seeded, settled, VirtualTime } from '@tabularium/engine-port/contract';
import { initialise } from '@tabularium/engine-port/genesis';
import { MemoryStorage } from '@tabularium/store';
import { type CometRig, foundingOf, openCometRig } from './comet-rig.test.ts';

const { sha256 } = nodeCrypto;
const HISTORIES = 25;
const STEPS = 14;
const HOUR = 3_600_000;

interface Step {
  readonly advance: number;
  readonly batch: readonly Uint8Array[];
}

/** Writes a random history on the rig, and tells it. */
async function play(rig: CometRig, seed: number): Promise<Step[]> {
  const random = seeded(seed);
  const client = new CounterClient(nodeCrypto, rig);
  const sent: Uint8Array[] = [];
  const steps: Step[] = [];
  for (let n = 0; n < STEPS; n++) {
    const advance = random(4) === 0 ? random(3) * HOUR : random(3_000);
    await rig.advance(advance);
    const drawn = Array.from({ length: random(12) }, () => {
      if (sent.length > 0 && random(6) === 0) return sent[random(sent.length)]!;
      const resetAt = random(4) === 0 ? { resetAt: rig.now() + random(6_000) } : {};
      return client.add({ counter: `c${random(4)}`, amount: random(9) - 3, ...resetAt }, { signer: random(3), expiresIn: 48 * 3_600 });
    });
    // A mempool holds the same bytes once; the embedded engine would decide them twice.
    const batch = [...new Set(drawn)];
    sent.push(...batch);
    steps.push({ advance, batch });
    await rig.engine.submitMany(batch);
    await settled();
  }
  await rig.advance(10_000);
  return steps;
}

/** The same history on the embedded engine. */
async function replay(steps: readonly Step[]): Promise<MemoryStorage> {
  const storage = new MemoryStorage({ sha256 });
  const time = new VirtualTime();
  const whole = { chunk: 1_000, chunkUnderLoad: 1_000 };
  const options = { ...foundingOf(storage, time), machine: new CounterMachine(), admit: counterAdmit(nodeCrypto), limits: whole };
  initialise(options, options.genesis);
  const engine = openEmbeddedEngine({ ...options, timers: time, keyOf: () => undefined });
  for (const { advance, batch } of steps) {
    await time.advance(advance);
    await engine.submitMany(batch);
    await settled();
  }
  await time.advance(10_000);
  await engine.close();
  return storage;
}

test('the same blocks give the same leaves, seals and state root on both engines', async () => {
  let leaves = 0;
  let deadlines = 0;
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const rig = await openCometRig({ storage: new MemoryStorage({ sha256 }) });
    const steps = await play(rig, seed);
    const embedded = await replay(steps);
    const { seals } = auditLog(rig.storage, nodeCrypto);
    const { height, size, seal, state } = rig.storage.head();
    const other = embedded.head();
    assert.deepEqual([height, size, seal, state], [other.height, other.size, other.seal, other.state], `seed ${seed}`);
    assert.deepEqual(rig.storage.leaves(0, size), embedded.leaves(0, size), `seed ${seed}`);
    leaves += size;
    deadlines += seals.filter(({ count }) => count === 0).length;
    await rig.dispose();
  }
  assert.ok(leaves > 1_000 && deadlines > 20, `${leaves} leaves and ${deadlines} blocks of deadlines alone are no trial`);
});

test('after idle hours the first transaction is not decided at a time long past, and a deadline not before it is due', async () => {
  const rig = await openCometRig({ storage: new MemoryStorage({ sha256 }), stale: true });
  const client = new CounterClient(nodeCrypto, rig);
  await rig.advance(HOUR);
  const first = await rig.engine.submit(client.add({ amount: 5 }));
  assert.ok(first.kind === 'accepted' && rig.now() - first.time <= 2_000, JSON.stringify(first));
  const due = rig.now() + HOUR;
  const second = await rig.engine.submit(client.add({ resetAt: due }));
  assert.equal(second.kind, 'accepted');
  await rig.advance(HOUR - 1);
  assert.equal(rig.storage.head().height, 3);
  await rig.advance(1);
  assert.deepEqual([rig.storage.head().height, rig.storage.head().time], [4, due]);
  await rig.dispose();
});

test('woken at a block whose time is still before the deadline, it wakes consensus once more', async () => {
  const rig = await openCometRig({ storage: new MemoryStorage({ sha256 }), stale: true });
  const client = new CounterClient(nodeCrypto, rig);
  const due = rig.now() + 1_500;
  assert.equal((await rig.engine.submit(client.add({ amount: 2, resetAt: due }))).kind, 'accepted');
  await rig.advance(1_500);
  const { height } = rig.storage.head();
  await rig.advance(200);
  assert.deepEqual([rig.storage.head().height, rig.storage.head().time >= due], [height + 1, true]);
  const blocks = rig.consensus.height;
  await rig.advance(HOUR);
  assert.equal(rig.consensus.height, blocks);
  await rig.dispose();
});
