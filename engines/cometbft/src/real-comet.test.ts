/**
 * One validator with CometBFT itself: it orders, replays after every kind of end, rests when there is nothing to do, and wakes for what
 * falls due. Built by tools/setup-cometbft.sh; where there is no Go to build it with, these tests say so and pass over.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { generateNodeKeys, nodeCrypto, nodeSigner, nodeVkeys } from '@tabularium/crypto';
import type { Outcome } from '@tabularium/engine-port';
import { auditLog, CounterClient, CounterMachine, counterAdmit, totalKey } from '@tabularium/engine-port/contract';
import { initialise } from '@tabularium/engine-port/genesis';
import { openSqliteStorage, type SqliteStorage } from '@tabularium/store';
import { type AbciServer, serveAbci } from './abci-server.ts';
import { type CometEngine, openCometEngine } from './comet-engine.ts';
import { type CometHome, makeKeys, writeHome } from './comet-home.ts';
import { CometProcess } from './comet-process.ts';

const ORIGIN = 'counters.example/0123456789abcdef';
const setup = spawnSync(fileURLToPath(new URL('../../../tools/setup-cometbft.sh', import.meta.url)), { encoding: 'utf8' });
const program = setup.status === 0 ? setup.stdout.trim() : undefined;
if (program === undefined && setup.status !== 77) throw new Error(setup.stderr);

/** A validator on a folder of its own, with everything that ends and begins again. */
class Validator {
  readonly dir = mkdtempSync(join(tmpdir(), 'tabularium-validator-'));
  readonly keys = generateNodeKeys();
  readonly home: CometHome = {
    program: program!,
    dir: join(this.dir, 'comet'),
    abciPath: join(this.dir, 'abci.sock'),
    rpcPath: join(this.dir, 'rpc.sock'),
    peerAddress: '127.0.0.1:0',
    peers: [],
  };
  readonly reports: unknown[] = [];
  readonly origin = ORIGIN;
  readonly now = Date.now;
  storage!: SqliteStorage;
  engine!: CometEngine;
  comet!: CometProcess;
  #server!: AbciServer;

  static async begin(): Promise<Validator> {
    const validator = new Validator();
    const founded = Date.now();
    const validators = [await makeKeys(validator.home)];
    await writeHome(validator.home, { chainId: 'counters', time: founded, validators });
    validator.storage = openSqliteStorage(join(validator.dir, 'ledger'), { sha256: nodeCrypto.sha256 });
    initialise(validator.#options(), {
      charterLeaf: nodeCrypto.utf8.encode('{"name":"counters.example"}'),
      time: founded,
      writes: new Map([['kernel/charter/current', '{"v":1}']]),
    });
    await validator.#open();
    return validator;
  }

  #options() {
    return {
      storage: this.storage,
      machine: new CounterMachine(),
      admit: counterAdmit(nodeCrypto),
      clock: Date.now,
      signer: nodeSigner(this.keys),
      crypto: nodeCrypto,
      origin: ORIGIN,
      vkeys: nodeVkeys(this.keys, ORIGIN, `${ORIGIN}/node`),
      keyOf: () => undefined,
      report: (error: unknown) => void this.reports.push(error),
    };
  }

  async #open(): Promise<void> {
    this.engine = openCometEngine(this.#options());
    const { handlers } = this.engine;
    this.#server = await serveAbci({ path: this.home.abciPath, handlers, report: (error) => void this.reports.push(error) });
    this.comet = await CometProcess.start(this.home);
    this.engine.start(this.comet.rpc);
  }

  /** CometBFT and the application end in that order, and begin again. */
  async restart(): Promise<void> {
    await this.comet.stop();
    await this.#server.close();
    this.storage.close();
    this.storage = openSqliteStorage(join(this.dir, 'ledger'), { sha256: nodeCrypto.sha256 });
    await this.#open();
  }

  async end(): Promise<void> {
    await this.comet.stop();
    await this.#server.close();
    this.storage.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function total(storage: SqliteStorage): number {
  return (JSON.parse(storage.get(totalKey('visits')) ?? '{"total":0}') as { total: number }).total;
}

function given(run: (validator: Validator, client: CounterClient) => Promise<void>): () => Promise<void> {
  return async () => {
    const validator = await Validator.begin();
    try {
      await run(validator, new CounterClient(nodeCrypto, validator));
      auditLog(validator.storage, nodeCrypto);
    } finally {
      await validator.end();
    }
  };
}

const kinds = (outcomes: readonly Outcome[]): string[] => [...new Set(outcomes.map(({ kind }) => kind))];

if (program !== undefined) describe('one validator with CometBFT itself', tests);
else test('CometBFT is passed over', (t) => t.diagnostic(setup.stderr.trim()));

function tests(): void {
  test(
    'what is submitted is ordered, decided and told, and the same bytes again get the first answer',
    given(async ({ engine, storage, reports }, client) => {
      const batch = Array.from({ length: 500 }, () => client.add({}));
      const outcomes = await engine.submitMany(batch);
      assert.deepEqual(kinds(outcomes), ['accepted'], String(reports));
      for (let i = 0; i < 5; i++) assert.equal((await engine.submit(client.add({}))).kind, 'accepted');
      const refused = await engine.submit(client.add({ amount: -10_000 }));
      assert.ok(refused.kind === 'refused' && refused.refusal.code === 'counter.below-zero');
      assert.deepEqual(kinds(await engine.submitMany(batch.slice(0, 20))), ['repeated']);
      assert.equal(total(storage), 505);
    }),
  );

  test(
    'when it rests it makes no blocks, and a deadline wakes it at its time',
    given(async ({ engine, comet, storage, now }, client) => {
      const due = now() + 4_000;
      assert.equal((await engine.submit(client.add({ amount: 4, resetAt: due }))).kind, 'accepted');
      await delay(1_000);
      const before = await comet.rpc.height();
      await delay(1_500);
      assert.equal(await comet.rpc.height(), before);
      assert.equal(total(storage), 4);
      for (let tries = 0; total(storage) !== 0 && tries < 100; tries++) await delay(100);
      assert.equal(total(storage), 0);
      const { time } = storage.head();
      assert.ok(time >= due, `fired ${due - time} ms early`);
    }),
  );

  test(
    'ended in order, or killed, it goes on with everything it was told of',
    given(async (validator, client) => {
      let sum = 0;
      for (let round = 0; round < 4; round++) {
        const outcomes = await validator.engine.submitMany(Array.from({ length: 50 }, () => client.add({})));
        assert.deepEqual(kinds(outcomes), ['accepted']);
        sum += 50;
        if (round % 2 === 1) {
          process.kill(validator.comet.pid!, 'SIGKILL');
          await validator.comet.ended();
        }
        await validator.restart();
        assert.equal(total(validator.storage), sum);
      }
      const again = await validator.engine.submit(client.add({}));
      assert.equal(again.kind, 'accepted');
      assert.equal(total(validator.storage), sum + 1);
    }),
  );
}
