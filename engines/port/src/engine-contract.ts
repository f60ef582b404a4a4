/**
 * What every engine promises, as a test: written once, run on each engine over each store (`engineContract`). The machine is
 * `CounterMachine`; the clock moves only when the test says so.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Crypto, encodeBase64url, makeUlid, parseTransaction, toHex } from '@tabularium/protocol';
import { type CounterBody, counterTransaction, totalKey } from './counter-machine.ts';
import type { Admission, Admit, Engine, Outcome, SealedBlock } from './engine.ts';
import { auditLog } from './log-audit.ts';
import type { Storage } from './storage.ts';

export interface EngineSubject {
  readonly engine: Engine;
  /** What this node keeps. */
  readonly storage: Storage;
  /** Origin that transactions name. */
  readonly origin: string;
  /** The clock now, ms UTC. */
  now(): number;
  /** Move the clock (back too) and let what became due happen. */
  advance(ms: number): Promise<void>;
  /** Close engine and store and open both again; absent for a store that forgets. */
  restart?(): Promise<EngineSubject>;
  dispose(): Promise<void>;
}

export interface EngineContract {
  /** Engine and store, for the test's title. */
  readonly name: string;
  readonly crypto: Crypto;
  /** A ledger that was just founded: charter and its seal. */
  open(): Promise<EngineSubject>;
}

/** Signers of the tests: thumbprints of keys that nobody has. */
export function counterKid(n: number, crypto: Crypto): string {
  return encodeBase64url(crypto.sha256(Uint8Array.of(0xc0, n)));
}

/** Admission for the counter machine: shape only, and one signer whose signatures never fit. */
export function counterAdmit(crypto: Crypto): Admit {
  const badKid = counterKid(99, crypto);
  return async (batch) =>
    batch.map((bytes): Admission => {
      const parsed = parseTransaction(bytes, crypto);
      if (!parsed.ok) return { ok: false, kind: 'malformed', code: parsed.code, detail: parsed.detail };
      const { transaction } = parsed;
      if (transaction.kid !== badKid) return { ok: true, transaction };
      return { ok: false, kind: 'refused', transaction, refusal: { code: 'kernel.signature-invalid', rule: 'kernel.signature' } };
    });
}

/** Writes transactions with ids of their own. */
export class CounterClient {
  readonly #crypto: Crypto;
  readonly #origin: string;
  readonly #now: () => number;
  #serial = 0;

  constructor(crypto: Crypto, subject: Pick<EngineSubject, 'origin' | 'now'>) {
    this.#crypto = crypto;
    this.#origin = subject.origin;
    this.#now = subject.now;
  }

  add(body: Partial<CounterBody>, { signer = 0, id = this.newId(), expiresIn = 3_600 } = {}): Uint8Array {
    const exp = Math.floor(this.#now() / 1000) + expiresIn;
    const whole = { counter: 'visits', amount: 1, ...body };
    return counterTransaction({ ledger: this.#origin, kid: counterKid(signer, this.#crypto), id, exp, body: whole });
  }

  newId(): string {
    const random = new Uint8Array(10);
    new DataView(random.buffer).setUint32(6, this.#serial++);
    return makeUlid(this.#now(), random);
  }
}

function total(storage: Storage, counter = 'visits'): number | undefined {
  const value = storage.get(totalKey(counter));
  return value === undefined ? undefined : (JSON.parse(value) as { total: number }).total;
}

type Accepted = Extract<Outcome, { kind: 'accepted' }>;

function accepted(outcome: Outcome): Accepted {
  assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome));
  return outcome as Accepted;
}

/** Run the contract on one engine over one store. */
export function engineContract(contract: EngineContract): void {
  const { name, crypto } = contract;

  function given(run: (subject: EngineSubject & { readonly client: CounterClient }) => Promise<void>): () => Promise<void> {
    return async () => {
      let current = await contract.open();
      const { restart } = current;
      const follow = async (): Promise<EngineSubject> => {
        current = await current.restart!();
        return current;
      };
      try {
        await run({ ...current, ...(restart === undefined ? {} : { restart: follow }), client: new CounterClient(crypto, current) });
        auditLog(current.storage, crypto);
      } finally {
        await current.dispose();
      }
    };
  }

  describe(`an engine keeps its promises: ${name}`, () => {
    test(
      'a founded ledger has its charter as leaf 0 and the seal as leaf 1',
      given(async ({ storage, engine }) => {
        assert.deepEqual([engine.head().height, engine.head().size, engine.status().queued], [1, 2, 0]);
        const [charter] = storage.leaves(0, 1);
        assert.equal(charter?.[0], 0x7b);
      }),
    );

    test(
      'what is accepted is a leaf at the place it was told, exactly as submitted',
      given(async ({ engine, storage, client, now }) => {
        const bytes = client.add({ amount: 5 });
        const outcome = accepted(await engine.submit(bytes));
        assert.deepEqual([outcome.index, outcome.height, outcome.time], [2, 2, now()]);
        assert.deepEqual(storage.leaves(outcome.index, outcome.index + 1), [bytes]);
        assert.equal(storage.findName(outcome.name), outcome.index);
        assert.deepEqual([engine.head().height, engine.head().size, total(storage)], [2, 4, 5]);
        assert.equal(engine.status().queued, 0);
      }),
    );

    test(
      'a batch is decided in the order it was given, and so is what one client sends one after the other',
      given(async ({ engine, storage, client }) => {
        const batch = Array.from({ length: 300 }, (_, i) => client.add({ amount: i % 2 === 0 ? 1 : -1 }));
        const outcomes = (await engine.submitMany(batch)).map(accepted);
        for (let i = 1; i < outcomes.length; i++) assert.ok(outcomes[i]!.index > outcomes[i - 1]!.index);
        const single = await Promise.all(
          Array.from({ length: 100 }, (_, i) => engine.submit(client.add({ amount: i % 2 === 0 ? 1 : -1 }))),
        );
        single.map(accepted);
        assert.equal(total(storage), 0);
        assert.deepEqual(await engine.submitMany([]), []);
      }),
    );

    test(
      'no block has more than a thousand transactions',
      given(async ({ engine, storage, client }) => {
        const outcomes = await engine.submitMany(Array.from({ length: 2_300 }, () => client.add({})));
        assert.equal(outcomes.filter(({ kind }) => kind === 'accepted').length, 2_300);
        for (const { count } of auditLog(storage, crypto).seals) assert.ok(count <= 1_000);
        assert.equal(total(storage), 2_300);
      }),
    );

    test(
      'a refusal changes nothing, makes no block, and is decided afresh when it comes again',
      given(async ({ engine, storage, client, now }) => {
        const taking = client.add({ amount: -1 });
        const before = engine.head();
        const outcome = await engine.submit(taking);
        assert.ok(outcome.kind === 'refused');
        assert.equal(outcome.refusal.code, 'counter.below-zero');
        assert.deepEqual([outcome.kid, outcome.height, outcome.time], [counterKid(0, crypto), 1, now()]);
        assert.deepEqual(engine.head(), before);
        accepted(await engine.submit(client.add({ amount: 1 })));
        accepted(await engine.submit(taking));
        assert.equal(total(storage), 0);
      }),
    );

    test(
      'what is malformed or badly signed never reaches the machine',
      given(async ({ engine, client }) => {
        const before = engine.head();
        const outcomes = await engine.submitMany([
          crypto.utf8.encode('{"type":"seal"}'),
          new Uint8Array(0),
          client.add({}, { signer: 99 }),
          crypto.utf8.encode('a.b'),
        ]);
        assert.deepEqual(
          outcomes.map((outcome) => (outcome.kind === 'malformed' ? outcome.code : outcome.kind === 'refused' && outcome.refusal.code)),
          ['leading-brace', 'empty', 'kernel.signature-invalid', 'not-compact-jws'],
        );
        assert.deepEqual(engine.head(), before);
      }),
    );

    test(
      'the same transaction again gets the first answer, in the same block and later',
      given(async ({ engine, storage, client, restart }) => {
        const bytes = client.add({ amount: 3 });
        const [first, second] = await engine.submitMany([bytes, bytes, client.add({ amount: 1 })]);
        const { kind: _, ...placed } = accepted(first!);
        assert.deepEqual(second, { kind: 'repeated', ...placed });
        accepted(await engine.submit(client.add({})));
        assert.deepEqual(await engine.submit(bytes), { kind: 'repeated', ...placed });
        assert.equal(total(storage), 5);
        if (restart === undefined) return;
        const again = await restart();
        assert.deepEqual(await again.engine.submit(bytes), { kind: 'repeated', ...placed });
        assert.equal(total(again.storage), 5);
      }),
    );

    test(
      'an id used for something else is refused until it expires, and is another signer’s to use',
      given(async ({ engine, client, advance }) => {
        const id = client.newId();
        accepted(await engine.submit(client.add({ amount: 1 }, { id, expiresIn: 60 })));
        const other = await engine.submit(client.add({ amount: 2 }, { id, expiresIn: 60 }));
        assert.ok(other.kind === 'refused' && other.refusal.code === 'kernel.id-reused');
        accepted(await engine.submit(client.add({ amount: 2 }, { id, signer: 1 })));
        await advance(60_000);
        accepted(await engine.submit(client.add({ amount: 2 }, { id, expiresIn: 60 })));
      }),
    );

    test(
      'listeners hear of every block once, in order, when it is durable',
      given(async ({ engine, storage, client }) => {
        const heard: SealedBlock[] = [];
        const stop = engine.onBlock((block) => {
          assert.equal(storage.head().height, block.height);
          assert.equal(storage.head().checkpoint, block.checkpoint);
          heard.push(block);
        });
        for (let i = 0; i < 5; i++) accepted(await engine.submit(client.add({ counter: `c${i}` })));
        stop();
        accepted(await engine.submit(client.add({})));
        assert.deepEqual(
          heard.map(({ height, first, count, size, changedKeys }) => ({ height, first, count, size, changedKeys })),
          [0, 1, 2, 3, 4].map((i) => ({ height: 2 + i, first: 2 + 2 * i, count: 2, size: 4 + 2 * i, changedKeys: [totalKey(`c${i}`)] })),
        );
      }),
    );

    test(
      'a due deadline makes a block by itself; nothing due makes none',
      given(async ({ engine, storage, client, now, advance }) => {
        accepted(await engine.submit(client.add({ amount: 4, resetAt: now() + 5_000 })));
        await advance(4_999);
        assert.deepEqual([engine.head().height, total(storage)], [2, 4]);
        await advance(1);
        assert.deepEqual([engine.head().height, total(storage)], [3, undefined]);
        const { seals } = auditLog(storage, crypto);
        assert.deepEqual([seals.at(-1)!.count, seals.at(-1)!.time], [0, now()]);
        const [events] = storage.events(3, 3);
        assert.deepEqual(
          events?.events.map(({ type, entry }) => [type, entry]),
          [['counter.total.reset', -1]],
        );
        await advance(3_600_000);
        assert.equal(engine.head().height, 3);
      }),
    );

    test(
      'more deadlines than a block may fire go on in the next',
      given(async ({ engine, client, now, advance }) => {
        const due = now() + 1_000;
        const batch = Array.from({ length: 1_500 }, (_, i) => client.add({ counter: `c${i}`, resetAt: due }));
        for (const outcome of await engine.submitMany(batch)) accepted(outcome);
        const { height } = engine.head();
        await advance(1_000);
        assert.equal(engine.head().height, height + 2);
        assert.equal(engine.status().halted, undefined);
      }),
    );

    test(
      'block time never decreases, whatever the clock does',
      given(async ({ engine, client, now, advance }) => {
        const before = now();
        const first = accepted(await engine.submit(client.add({})));
        await advance(-50_000);
        const second = accepted(await engine.submit(client.add({})));
        await advance(60_000);
        const third = accepted(await engine.submit(client.add({})));
        assert.deepEqual([first.time, second.time, third.time], [before, before, before + 10_000]);
      }),
    );

    test(
      'opened again it goes on where it was, with its deadlines',
      given(async ({ engine, client, restart, now }) => {
        accepted(await engine.submit(client.add({ amount: 4, resetAt: now() + 5_000 })));
        const { checkpoint: _, ...before } = engine.head();
        if (restart === undefined) return;
        const again = await restart();
        const { checkpoint: __, ...after } = again.engine.head();
        assert.deepEqual(after, before);
        await again.advance(5_000);
        assert.equal(again.engine.head().height, before.height + 1);
        accepted(await again.engine.submit(client.add({})));
        assert.equal(toHex(again.engine.head().state).length, 64);
        auditLog(again.storage, crypto);
      }),
    );

    test(
      'a broken invariant halts it: nothing of the block is there, nobody is told yes',
      given(async ({ engine, storage, client, restart }) => {
        const good = client.add({ amount: 1 });
        accepted(await engine.submit(good));
        const before = engine.head();
        const outcomes = await engine.submitMany([client.add({ amount: 7 }), client.add({ throw: true }), client.add({ amount: 7 })]);
        for (const outcome of outcomes) assert.ok(outcome.kind === 'busy' && outcome.reason === 'halted');
        assert.deepEqual(engine.head(), before);
        assert.match(engine.status().halted ?? '', /asked to break/);
        const later = await engine.submit(client.add({}));
        assert.ok(later.kind === 'busy' && later.reason === 'halted');
        assert.equal(total(storage), 1);
        if (restart === undefined) return;
        const again = await restart();
        accepted(await again.engine.submit(client.add({ amount: 1 })));
        assert.equal(total(again.storage), 2);
      }),
    );

    test(
      'closing decides what waits and takes nothing new',
      given(async ({ engine, client }) => {
        const waiting = Array.from({ length: 40 }, () => engine.submit(client.add({})));
        const closed = engine.close();
        const late = await engine.submit(client.add({}));
        assert.ok(late.kind === 'busy' && late.reason === 'closing');
        await closed;
        for (const outcome of await Promise.all(waiting)) accepted(outcome);
      }),
    );
  });
}
