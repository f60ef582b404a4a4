/**
 * From the same recorded blocks both engines make the same log of the real machine (DESIGN §4 Seal): random histories of the office, with all
 * that it does and suffers, are ordered by CometBFT's part with header times as stale as its own, and decided again by the embedded engine.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect, isDeepStrictEqual } from 'node:util';
import { bindings, catalogue } from '@tabularium/catalogue';
import { DEFAULT_LIMITS } from '@tabularium/engine-cometbft';
import type { Outcome } from '@tabularium/engine-port';
import { auditLog } from '@tabularium/engine-port/contract';
import { Machine } from '@tabularium/kernel';
import { toHex } from '@tabularium/protocol';
import { type SeededRandom, seededRandom } from '@tabularium/scenarios';
import { type Intent, Submissions, type Views } from './random-submissions.ts';
import { payloadOf, SimulatedOffice, type Written, write } from './simulated-office.ts';
import { stateView } from './state-view.ts';
import { assertSameLog, type CometLedger, openCometLedger, replay } from './two-engines-rig.test.ts';

const HISTORIES = 25;
const STEPS = 100;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const { maxLagMs: MAX_LAG_MS } = DEFAULT_LIMITS;

/** One seed's office at work on CometBFT's engine. */
class History {
  readonly #office: SimulatedOffice;
  readonly #ledger: CometLedger;
  readonly #random: SeededRandom;
  readonly #machine: Machine;
  readonly #views: Views;
  readonly #submissions: Submissions;
  readonly #sent: Written[] = [];
  /** What was decided, and of which bytes, in hex. */
  readonly decided: { readonly bytes: string; readonly outcome: Outcome }[] = [];
  /** Refusal codes, and how often each other answer came. */
  readonly answers = new Map<string, number>();

  constructor(seed: number, office: SimulatedOffice, ledger: CometLedger) {
    this.#office = office;
    this.#ledger = ledger;
    this.#random = seededRandom(seed);
    this.#machine = new Machine({ catalogue, bindings, crypto: office.crypto });
    this.#views = { treasury: stateView('treasury', ledger.storage), privacy: stateView('privacy', ledger.storage) };
    this.#submissions = new Submissions({ office, random: this.#random.fork(), foresee: (intent, now) => this.#foresee(intent, now) });
  }

  async run(): Promise<void> {
    await this.#ledger.time.advance(this.#random.below(200) * DAY);
    for (const code of this.#office.charter.founding.officers) await this.#submit([this.#acceptance(code)]);
    for (let n = 0; n < STEPS; n++) await this.#step();
    await this.#ledger.time.advance(10_000);
  }

  #acceptance(code: string): Written {
    const person = this.#office.people.find((one) => one.code === code)!;
    const pen = { office: this.#office, random: this.#random, now: this.#ledger.time.now };
    return write(pen, person, 'kernel.charter.accept', { charter: this.#office.digest });
  }

  async #step(): Promise<void> {
    const random = this.#random;
    const { time } = this.#ledger;
    const dice = random.below(20);
    if (dice < 14) {
      await this.#submit(this.#fresh(random.chance(1, 3) ? 1 : random.between(2, 12)));
      await time.advance(random.below(3_000));
    } else if (dice < 15) await this.#hostile();
    else if (dice < 18) await time.advance(this.#pause());
    // The machine slept: its timers are late, and the first transaction may come before them.
    else if (dice < 19) time.now += this.#pause();
    // Its clock was set right.
    else time.now -= random.below(HOUR);
  }

  #pause(): number {
    return this.#random.chance(1, 3) ? this.#random.below(12 * DAY) : this.#random.below(6 * HOUR);
  }

  /** Fresh ones, and among them what was sent before. */
  #fresh(count: number): Written[] {
    const random = this.#random;
    return Array.from({ length: count }, () =>
      this.#sent.length > 0 && random.chance(1, 8) ? random.pick(this.#sent) : this.#submissions.next(this.#views, this.#ledger.time.now),
    );
  }

  /** Through this node, in two calls at once, or straight into the mempool as from other nodes: one by one, or some in one parcel. */
  async #submit(batch: readonly Written[]): Promise<void> {
    const { engine, consensus, storage } = this.#ledger;
    const bytes = batch.map((written) => written.bytes);
    if (this.#random.chance(1, 8)) {
      await consensus.broadcast(this.#random.chance(1, 2) ? bytes : [Buffer.from(bytes.map((one) => Buffer.from(one)).join('\n'))]);
      await consensus.idle();
    } else {
      const cut = this.#random.below(batch.length + 1);
      const outcomes = (await Promise.all([engine.submitMany(bytes.slice(0, cut)), engine.submitMany(bytes.slice(cut))])).flat();
      for (const [i, outcome] of outcomes.entries()) this.#answered(bytes[i]!, outcome);
    }
    for (const written of batch) if (storage.findName(written.name) !== undefined) this.#submissions.accepted(written);
    this.#sent.push(...batch);
    this.#sent.splice(0, Math.max(0, this.#sent.length - 40));
  }

  async #hostile(): Promise<void> {
    const good = this.#sent.at(-1)!;
    const bytes = this.#submissions.hostile(good, this.#ledger.time.now);
    this.#answered(bytes, await this.#ledger.engine.submit(bytes));
  }

  #answered(bytes: Uint8Array, outcome: Outcome): void {
    const answer = outcome.kind === 'refused' ? outcome.refusal.code : outcome.kind;
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
    if (outcome.kind === 'accepted' || outcome.kind === 'refused') this.decided.push({ bytes: toHex(bytes), outcome });
  }

  #foresee({ person, others: _, ...intent }: Intent, now: number): boolean {
    const { storage } = this.#ledger;
    const payload = payloadOf(this.#office, person, { ...intent, exp: Math.floor(now / 1_000) + 3_600 });
    const { time, height } = storage.head();
    const at = { time: Math.max(now, time), height: height + 1 };
    return this.#machine.check({ kid: person.kid, kind: 'es256', payload }, storage, at).kind === 'accepted';
  }
}

/** What a history has seen, so that no comparison is over nothing. */
interface Trial {
  /** Decided in blocks. */
  readonly transactions: number;
  readonly leaves: number;
  /** Blocks in which something fell due and nothing was accepted. */
  readonly deadlines: number;
  /** Empty blocks after which the time of the next one leapt: transactions waited for it. */
  readonly broughtUp: number;
  readonly answers: ReadonlyMap<string, number>;
}

async function tryOut(seed: number, office: SimulatedOffice): Promise<Trial> {
  const ledger = await openCometLedger(office, { stale: true });
  try {
    const history = new History(seed, office, ledger);
    await history.run();
    const { storage, consensus } = ledger;
    const replayed = await replay(office, ledger);
    assertSameLog(storage, replayed.storage, `seed ${seed}`);
    for (const { bytes, outcome } of history.decided) {
      // Admission alone refuses what never came into a block.
      const others = replayed.outcomes.get(bytes) ?? [outcome];
      assert.ok(
        others.some((other) => isDeepStrictEqual(outcome, other)),
        `seed ${seed}: ${inspect(outcome)} is none of ${inspect(others)}`,
      );
    }
    const { blocks } = consensus;
    return {
      // Wakes come back as what they are not.
      transactions: [...replayed.outcomes.values()].flat().filter(({ kind }) => kind !== 'malformed').length,
      leaves: storage.head().size,
      deadlines: auditLog(storage, office.crypto).seals.filter(({ count }) => count === 0).length,
      broughtUp: blocks.filter(({ txs, ms }, i) => txs.length === 0 && (blocks[i + 1]?.ms ?? ms) - ms > MAX_LAG_MS).length,
      answers: history.answers,
    };
  } finally {
    await ledger.close();
  }
}

test(`${HISTORIES} random histories: the same blocks give the same leaves, seals and state root on both engines`, async (t) => {
  const office = new SimulatedOffice();
  const trials: Trial[] = [];
  for (let seed = 1; seed <= HISTORIES; seed++) trials.push(await tryOut(seed, office));
  const sum = (of: (trial: Trial) => number): number => trials.reduce((total, trial) => total + of(trial), 0);
  const seen = {
    transactions: sum(({ transactions }) => transactions),
    leaves: sum(({ leaves }) => leaves),
    deadlines: sum(({ deadlines }) => deadlines),
    broughtUp: sum(({ broughtUp }) => broughtUp),
  };
  const answered = (answer: string): number => sum(({ answers }) => answers.get(answer) ?? 0);
  const codes = new Set(trials.flatMap(({ answers }) => [...answers.keys()]).filter((answer) => answer.includes('.')));
  t.diagnostic(`${JSON.stringify(seen)}, ${codes.size} refusal codes`);
  assert.ok(seen.transactions > HISTORIES * 200 && seen.leaves > HISTORIES * 150, 'long histories');
  assert.ok(seen.deadlines > HISTORIES && seen.broughtUp > HISTORIES && codes.size > 25, 'deadlines, idle times and refusals');
  for (const answer of ['accepted', 'repeated', 'malformed']) assert.ok(answered(answer) > HISTORIES / 2, `${answered(answer)} ${answer}`);
  assert.equal(answered('busy'), 0);
});
