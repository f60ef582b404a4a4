/**
 * What is durable and not confirmed is told to nobody, and whoever waits for something that does not come is told so: here consensus makes one
 * step at a time, and stops between any two. Nor does consensus wait for a time that does not come.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import type { Admit, Outcome } from '@tabularium/engine-port';
import { CounterClient, CounterMachine, counterAdmit, settled, VirtualTime } from '@tabularium/engine-port/contract';
import { initialise } from '@tabularium/engine-port/genesis';
import { MemoryStorage } from '@tabularium/store';
import { type CometEngine, openCometEngine } from './comet-engine.ts';
import { foundingOf } from './comet-rig.test.ts';
import type { Orderer } from './hand-over.ts';
import type { CometLimits } from './limits.ts';

const { sha256 } = nodeCrypto;
const TAKES_ALL: Orderer = { broadcast: async (parcels) => parcels.map(() => 'taken') };
const HANGS: Orderer = { broadcast: () => new Promise(() => undefined) };

interface Given {
  readonly orderer?: Orderer;
  readonly admit?: Admit;
  readonly limits?: Partial<CometLimits>;
}

/** An engine whose consensus does what the test says. */
function given({ orderer = TAKES_ALL, admit = counterAdmit(nodeCrypto), limits = {} }: Given = {}) {
  const time = new VirtualTime();
  const founding = foundingOf(new MemoryStorage({ sha256 }), time);
  const options = { ...founding, machine: new CounterMachine(), admit, timers: time, keyOf: () => undefined, limits };
  initialise(options, founding.genesis);
  const engine = openCometEngine(options);
  engine.start(orderer);
  let height = 0n;
  const finalize = (...txs: readonly Uint8Array[]) =>
    engine.handlers.finalizeBlock!({
      txs: [...txs],
      height: ++height,
      time: { seconds: BigInt(Math.floor(time.now / 1_000)), nanos: 0 },
    } as never);
  return { engine, time, client: new CounterClient(nodeCrypto, { origin: founding.origin, now: time.clock }), finalize };
}

const commit = (engine: CometEngine) => engine.handlers.commit!({});

/** What has come of it so far. */
async function soFar(outcome: Promise<Outcome>): Promise<Outcome | undefined> {
  let found: Outcome | undefined;
  void outcome.then((one) => {
    found = one;
  });
  await settled();
  return found;
}

test('sent again, or twice in a block, a transaction is told of when its block is confirmed and not before', async () => {
  const { engine, client, finalize } = given();
  const bytes = client.add({});
  const other = client.add({});
  const first = engine.submit(other);
  assert.equal(await soFar(first), undefined);
  await finalize(bytes, other, other);
  await commit(engine);
  const again = engine.submit(bytes);
  assert.deepEqual([await soFar(first), await soFar(again)], [undefined, undefined]);
  assert.equal(engine.receipt(2), undefined);
  await finalize();
  assert.equal((await first).kind, 'accepted');
  const { kind, index } = (await again) as Extract<Outcome, { kind: 'repeated' }>;
  assert.deepEqual([kind, index], ['repeated', 2]);
  assert.equal((await engine.submit(bytes)).kind, 'repeated');
});

test('Info tells height and app_hash of the same block, also between FinalizeBlock and Commit', async () => {
  const { engine, client, finalize } = given();
  const info = async () => {
    const { lastBlockHeight, lastBlockAppHash } = await engine.handlers.info!({} as never);
    return [lastBlockHeight, Buffer.from(lastBlockAppHash).toString('hex')];
  };
  const hashes: string[] = [];
  for (let block = 1; block <= 2; block++) {
    const { appHash } = await finalize(client.add({}));
    if (block > 1) assert.deepEqual(await info(), [1n, hashes[0]]);
    hashes.push(Buffer.from(appHash).toString('hex'));
    await commit(engine);
    assert.deepEqual(await info(), [BigInt(block), hashes.at(-1)]);
  }
});

test('a fact that waits for a block that does not come is refused in the end', async () => {
  const { engine, time, client, finalize } = given();
  await finalize(client.add({}));
  await commit(engine);
  const fact = engine.fact('counter/total/visits') as Promise<unknown>;
  const refused = assert.rejects(fact, /not signed in time/);
  await time.advance(20_000);
  await refused;
  const later = engine.fact('counter/total/visits') as Promise<unknown>;
  await finalize();
  assert.ok((await later) !== undefined);
});

test('while CometBFT does not answer, no more is taken in than the queue holds, however often callers lose patience', async () => {
  const { engine, time, client } = given({ orderer: HANGS, limits: { queueCount: 3 } });
  const before = engine.submitMany([client.add({}), client.add({})]);
  await time.advance(20_000);
  assert.deepEqual(
    (await before).map((outcome) => outcome.kind === 'busy' && outcome.reason),
    ['undecided', 'undecided'],
  );
  const one = engine.submit(client.add({}));
  const two = await engine.submit(client.add({}));
  assert.ok(two.kind === 'busy' && two.reason === 'queue-full');
  await time.advance(20_000);
  assert.equal((await one).kind, 'busy');
});

test('admission that fails while an earlier batch is still being handed over fails that batch and nothing else', async () => {
  const honest = counterAdmit(nodeCrypto);
  let answer = (): void => undefined;
  const orderer: Orderer = {
    broadcast: (parcels) =>
      new Promise((resolve) => {
        answer = () => resolve(parcels.map(() => 'taken'));
      }),
  };
  let batches = 0;
  const admit: Admit = (batch) => (batches++ === 0 ? honest(batch) : Promise.reject(new Error('the thread died')));
  const { engine, client } = given({ orderer, admit });
  void engine.submit(client.add({}));
  await settled();
  const second = engine.submit(client.add({}));
  // An unhandled rejection would end the process here.
  await settled();
  answer();
  const outcome = await second;
  assert.ok(outcome.kind === 'busy' && outcome.reason === 'halted');
});

test('where votes take longer than the time may trail, blocks carry what waits all the same, after one that is empty', async () => {
  const { engine, time, client, finalize } = given({ limits: { maxLagMs: 0 } });
  const bytes = client.add({});
  const proposed = async () => {
    const at = time.now - 1;
    const header = { seconds: BigInt(Math.floor(at / 1_000)), nanos: (at % 1_000) * 1_000_000 };
    return (await engine.handlers.prepareProposal!({ txs: [bytes], maxTxBytes: 4_000_000n, time: header } as never)).txs.length;
  };
  const emptyBlock = async () => {
    await finalize();
    await commit(engine);
  };
  assert.deepEqual([await proposed(), await proposed()], [0, 0]);
  await emptyBlock();
  assert.equal(await proposed(), 1);
  // Not on the strength of an empty block of long ago.
  await time.advance(3_600_000);
  assert.equal(await proposed(), 0);
  await emptyBlock();
  assert.equal(await proposed(), 1);
  await finalize(bytes);
  await commit(engine);
  assert.equal(await proposed(), 0);
});
