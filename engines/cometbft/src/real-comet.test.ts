/**
 * The engine with CometBFT itself: it orders, replays after every kind of end, rests when there is nothing to do, and wakes for what falls
 * due; with four validators it outlives one. Built by tools/setup-cometbft.sh; where there is no Go to build it with, these tests say so.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeCrypto } from '@tabularium/crypto';
import type { Outcome } from '@tabularium/engine-port';
import { sizeIn } from '@tabularium/engine-port/checkpoints';
import { auditLog, CounterClient } from '@tabularium/engine-port/contract';
import { toHex } from '@tabularium/protocol';
import { serveAbci } from './abci-server.ts';
import { makeKeys, readIdentity, writeHome } from './comet-home.ts';
import { CometProcess } from './comet-process.ts';
import { freePort, program, Validator, whyNot } from './validator-rig.test.ts';

if (program !== undefined) describe('the engine with CometBFT itself', tests);
else test('CometBFT is passed over', (t) => t.diagnostic(whyNot));

function given(
  count: number,
  run: (validators: readonly Validator[], client: CounterClient) => Promise<void>,
  acquainted = true,
): () => Promise<void> {
  return async () => {
    const validators = await Validator.found(count, acquainted);
    try {
      await run(validators, new CounterClient(nodeCrypto, validators[0]!));
      // The block after the last one signs it, here a little later than there.
      await until(() => validators.every(({ storage }) => sizeIn(storage.head().checkpoint!) === storage.head().size));
      for (const { storage } of validators) auditLog(storage, nodeCrypto);
    } finally {
      for (const one of validators) await one.stop();
      for (const one of validators) one.dispose();
    }
  };
}

const kinds = (outcomes: readonly Outcome[]): string[] => [...new Set(outcomes.map(({ kind }) => kind))];

async function until(condition: () => boolean | Promise<boolean>, seconds = 120): Promise<void> {
  for (let tries = 0; tries < seconds * 20; tries++) {
    if (await condition()) return;
    await delay(50);
  }
  assert.fail(`not within ${seconds} s: ${condition}`);
}

function tests(): void {
  test(
    'what is submitted is ordered, decided and told, and the same bytes again get the first answer',
    given(1, async ([validator], client) => {
      const { engine, reports } = validator!;
      const batch = Array.from({ length: 500 }, () => client.add({}));
      assert.deepEqual(kinds(await engine.submitMany(batch)), ['accepted'], String(reports));
      for (let i = 0; i < 5; i++) assert.equal((await engine.submit(client.add({}))).kind, 'accepted');
      const refused = await engine.submit(client.add({ amount: -10_000 }));
      assert.ok(refused.kind === 'refused' && refused.refusal.code === 'counter.below-zero');
      assert.deepEqual(kinds(await engine.submitMany(batch.slice(0, 20))), ['repeated']);
      assert.equal(validator!.total, 505);
    }),
  );

  test(
    'when it rests it makes no blocks, and a deadline wakes it at its time',
    given(1, async ([validator], client) => {
      const { engine, comet, now } = validator!;
      const due = now() + 4_000;
      assert.equal((await engine.submit(client.add({ amount: 4, resetAt: due }))).kind, 'accepted');
      await delay(1_000);
      const before = await comet.rpc.height();
      await delay(1_500);
      assert.equal(await comet.rpc.height(), before);
      assert.equal(validator!.total, 4);
      await until(() => validator!.total === 0);
      const { time, height } = engine.head();
      assert.ok(time >= due, `fired ${due - time} ms early`);
      assert.equal(height, 3);
    }),
  );

  test(
    'ended in order, or killed, it goes on with everything it was told of',
    given(1, async ([validator], client) => {
      for (let round = 1; round <= 4; round++) {
        const outcomes = await validator!.engine.submitMany(Array.from({ length: 50 }, () => client.add({})));
        assert.deepEqual(kinds(outcomes), ['accepted']);
        await (round % 2 === 0 ? validator!.kill() : validator!.stop());
        await validator!.start();
        assert.equal(validator!.total, 50 * round);
      }
      assert.equal((await validator!.engine.submit(client.add({}))).kind, 'accepted');
    }),
  );

  test(
    'four validators make one log; one of them is killed, nobody waits for it, and it catches up',
    given(4, async (validators, client) => {
      const [first, second, , last] = validators as [Validator, Validator, Validator, Validator];
      // A node that is behind says so, and the same bytes may be sent again.
      const write = async ({ engine, reports }: Validator): Promise<void> => {
        const batch = Array.from({ length: 25 }, () => client.add({}));
        let outcomes: readonly Outcome[] = [];
        await until(async () => {
          outcomes = await engine.submitMany(batch);
          return outcomes.every((outcome) => outcome.kind !== 'busy' || outcome.reason !== 'catching-up');
        });
        assert.deepEqual(kinds(outcomes), ['accepted'], String(reports));
      };
      for (const one of validators) await write(one);
      await until(() => validators.every(({ total }) => total === 100));
      await last.kill();
      await write(first);
      await write(second);
      await last.start();
      await until(() => validators.every(({ total }) => total === 150));
      await write(last);
      await until(() => validators.every(({ total }) => total === 175));
      // The block after the last one signs it everywhere.
      const checkpoints = (): string[] => validators.map(({ storage }) => storage.head().checkpoint!.split('\n\u2014')[0]!);
      await until(() => new Set(checkpoints()).size === 1 && checkpoints()[0]!.includes(`\n${first.storage.head().size}\n`));
      assert.equal(new Set(validators.map(({ storage }) => toHex(storage.head().state))).size, 1);
    }),
  );

  test(
    'validators that do not know of each other begin when one is told whom to call',
    given(
      2,
      async (validators, client) => {
        const [first, second] = validators as [Validator, Validator];
        const submitted = first.engine.submit(client.add({}));
        await second.comet.rpc.dial([first.peer, second.peer]);
        await until(async () => (await second.comet.rpc.height()) >= 2);
        // Who is connected already is called in vain.
        await first.comet.rpc.dial([second.peer]);
        const outcome = await submitted;
        assert.ok(outcome.kind === 'accepted' || (outcome.kind === 'busy' && outcome.reason === 'catching-up'), JSON.stringify(outcome));
      },
      false,
    ),
  );

  test(
    'what a peer says is not taken for a word of CometBFT’s own',
    given(1, async ([validator]) => {
      const liar = await startLiar('CONSENSUS FAILURE!!!');
      try {
        const reported: string[] = [];
        const { comet } = validator!;
        comet.onReport = (message) => void reported.push(message);
        await until(async () => {
          await comet.rpc.dial([liar.peer]);
          return comet.said.includes('Got CONSENSUS FAILURE!!!');
        });
        assert.ok(reported.length > 0);
        assert.deepEqual(
          reported.filter((message) => message.includes('CONSENSUS')),
          [],
        );
      } finally {
        await liar.stop();
      }
    }),
  );
}

/** A node whose chain has a name of its own, which it tells to everybody. */
async function startLiar(chainId: string): Promise<{ readonly peer: string; readonly stop: () => Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-liar-'));
  const [abciPath, rpcPath] = [join(dir, 'abci.sock'), join(dir, 'rpc.sock')];
  const peerAddress = `127.0.0.1:${await freePort()}`;
  const home = { program: program!, dir: join(dir, 'comet'), abciPath, rpcPath, peerAddress, peers: [] };
  await writeHome(home, { chainId, time: Date.now(), validators: [await makeKeys(home)] });
  const server = await serveAbci({ path: abciPath, handlers: { processProposal: () => ({ status: 1 }) }, report: () => undefined });
  const comet = await CometProcess.start(home);
  const stop = async (): Promise<void> => {
    await comet.stop();
    await server.close();
    rmSync(dir, { recursive: true, force: true });
  };
  return { peer: `${readIdentity(home.dir)!.id}@${peerAddress}`, stop };
}
