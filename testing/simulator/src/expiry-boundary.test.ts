/**
 * A pending commitment can be posted until its last day is over and not a millisecond longer, in block time and whoever orders (DESIGN §4
 * Time): on a ledger that is awake, on one that was idle for an hour, and on a machine that slept through the hour and whose timers are late.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { DEFAULT_LIMITS } from '@tabularium/engine-cometbft';
import type { Outcome } from '@tabularium/engine-port';
import { auditLog } from '@tabularium/engine-port/contract';
import type { JsonObject } from '@tabularium/protocol';
import { seededRandom } from '@tabularium/scenarios';
import { SimulatedOffice, write } from './simulated-office.ts';
import { assertSameLog, type CometLedger, type Ledger, openCometLedger, openEmbeddedLedger, replay } from './two-engines-rig.test.ts';

const HOUR = 3_600_000;
/** Midnight after the commitment's last day, in the office's zone. */
const DUE = Date.UTC(2030, 0, 2, 23);
const LAST_DAY = '2030-01-02';
const LINE = { year: '2030', fund: 'GENERAL', line: '2-151-01' };
const DECOY = 'decoy'.padEnd(43, 'A');

const office = new SimulatedOffice('real');
const eur = (amount: string): JsonObject => ({ amount, currency: 'EUR' });

/** The office with a commitment that waits to be posted. */
class Town {
  readonly ledger: Ledger;
  readonly #random = seededRandom(1);
  #commitment = '';

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /** A year, a budget, an allotment, and the commitment. */
  async prepare(): Promise<void> {
    const { officers } = office.charter.founding;
    for (const founder of officers) await this.#done(founder, 'kernel.charter.accept', { charter: office.digest });
    await this.#together('ash:accountant', 'fir:mayor', 'treasury.year.open', { year: '2030', from: '2030-01-01', to: '2030-12-31' });
    const line = { ...LINE, economic: '2', functional: '151', money: eur('100000'), _sd: [DECOY] };
    await this.#together('ash:clerk', 'fir:mayor', 'treasury.budget.enact', { law: 'BUDGET-ACT-2030', items: [line] });
    await this.allot('80000');
    const item = { ...LINE, money: eur('5000'), reference: 'CONTRACT-17', until: LAST_DAY, _sd: [DECOY] };
    const name = await this.#done('cedar:spending-unit', 'treasury.commit', { items: [item] });
    this.#commitment = firstId(name);
    assert.deepEqual([this.record.state, this.record.due], ['pending', DUE]);
  }

  /** Any act that has nothing to do with the commitment; the block that confirms it is voted for as well. */
  async allot(amount = '1'): Promise<void> {
    await this.#done('birch:budget-controller', 'treasury.allot', { items: [{ ...LINE, money: eur(amount) }] });
    await this.ledger.time.advance(0);
  }

  post(): Promise<Outcome> {
    return this.#submit('birch:budget-controller', 'treasury.commit.post', { items: [{ commitment: this.#commitment }] });
  }

  get record(): { readonly state: string; readonly due: number } {
    return JSON.parse(this.ledger.storage.get(`treasury/commitment/${this.#commitment}`)!);
  }

  /** Times of the blocks in which it expired. */
  get expired(): readonly number[] {
    const { storage } = this.ledger;
    return [...storage.events(1, storage.head().height)].flatMap(({ time, events }) =>
      events.filter(({ type, data }) => type === 'treasury.commitment.expired' && data.commitment === this.#commitment).map(() => time),
    );
  }

  /** The posting is refused as the module has it, and the commitment has expired. Answers the time of the refusal's block. */
  async refusedAt(): Promise<number> {
    const outcome = await this.post();
    assert.ok(outcome.kind === 'refused', JSON.stringify(outcome));
    const { code, rule } = outcome.refusal;
    assert.deepEqual([code, rule, this.record.state], ['treasury.pending-expired', 'treasury.commitment.expiry', 'expired']);
    return outcome.time;
  }

  async #done(officer: string, action: string, body: JsonObject): Promise<string> {
    const outcome = await this.#submit(officer, action, body);
    assert.ok(outcome.kind === 'accepted', JSON.stringify(outcome));
    return outcome.name;
  }

  async #together(proposer: string, approver: string, action: string, body: JsonObject): Promise<void> {
    const proposal = await this.#done(proposer, 'kernel.propose', { action, body });
    await this.#done(approver, 'kernel.approve', { proposal });
  }

  #submit(officer: string, action: string, body: JsonObject): Promise<Outcome> {
    const [code, role] = officer.split(':');
    const person = office.people.find((one) => one.code === code)!;
    const { now } = this.ledger.time;
    // Valid at the time of an old header as well as now: the commitment’s own expiry decides.
    const fields = { exp: Math.floor((now + 2 * HOUR) / 1_000), ...(role === undefined ? {} : { role }) };
    return this.ledger.engine.submit(write({ office, random: this.#random, now }, person, action, body, fields).bytes);
  }
}

/** The first new id of a transaction (DESIGN §3): SHA-256(name ‖ 0) cut to 16 bytes. */
function firstId(name: string): string {
  return Buffer.from(nodeCrypto.sha256(nodeCrypto.utf8.encode(`${name}0`)).subarray(0, 16)).toString('hex');
}

/** Tells a story on an engine; what CometBFT's made of it, the embedded one makes of the same blocks. */
async function onLedger(ledger: Ledger | CometLedger, story: (town: Town) => Promise<void>): Promise<void> {
  try {
    const town = new Town(ledger);
    await town.prepare();
    await story(town);
    await ledger.time.advance(1_000);
    auditLog(ledger.storage, nodeCrypto);
    if ('consensus' in ledger) assertSameLog(ledger.storage, (await replay(office, ledger)).storage, 'the same blocks');
  } finally {
    await ledger.close();
  }
}

const ENGINES = [
  { name: 'embedded', stale: false, open: async () => openEmbeddedLedger(office) },
  { name: 'CometBFT, headers as late as the clock', stale: false, open: () => openCometLedger(office, { stale: false }) },
  { name: 'CometBFT, headers as late as the votes before', stale: true, open: () => openCometLedger(office, { stale: true }) },
];

const AFTER = [
  [0, 'at the instant of'],
  [1, 'one millisecond after'],
  [HOUR / 2, 'half an hour after'],
] as const;

for (const { name, stale, open } of ENGINES) {
  test(`${name}: posted in the last millisecond, the commitment stands`, async () => {
    await onLedger(await open(), async (town) => {
      const { time } = town.ledger;
      await time.advance(DUE - 1 - time.now);
      const outcome = await town.post();
      assert.ok(outcome.kind === 'accepted', JSON.stringify(outcome));
      assert.equal(outcome.time, DUE - 1);
      await time.advance(HOUR);
      assert.deepEqual([town.record.state, town.expired], ['posted', []]);
    });
  });

  test(`${name}: one millisecond after its expiry the posting is refused, on a ledger that is awake`, async () => {
    await onLedger(await open(), async (town) => {
      const { time } = town.ledger;
      await time.advance(DUE - 1 - time.now);
      await town.allot();
      await time.advance(2);
      // Its votes bring the time of the next block to the clock's.
      await town.allot();
      assert.equal(await town.refusedAt(), DUE + 1);
      assert.deepEqual(town.expired, [DUE]);
    });
  });

  for (const [after, when] of AFTER) {
    test(`${name}: ${when} its expiry the posting is refused as the first transaction after an idle hour`, async () => {
      await onLedger(await open(), async (town) => {
        const { time } = town.ledger;
        await time.advance(DUE + after - HOUR - time.now);
        await town.allot();
        await time.advance(HOUR);
        // The expiry made a block, whose votes are the time of the next.
        const trails = stale && after <= DEFAULT_LIMITS.maxLagMs;
        assert.equal(await town.refusedAt(), trails ? DUE : DUE + after);
        assert.deepEqual(town.expired, [DUE]);
      });
    });

    test(`${name}: ${when} its expiry the posting is refused on a machine that slept for an hour, before any timer`, async () => {
      await onLedger(await open(), async (town) => {
        const { time } = town.ledger;
        await time.advance(DUE + after - HOUR - time.now);
        await town.allot();
        time.now += HOUR;
        assert.equal(await town.refusedAt(), DUE + after);
        // Deadlines fire before the transactions of their block.
        assert.deepEqual(town.expired, [DUE + after]);
      });
    });
  }
}

test('CometBFT: within max_lag of the block before, what counts is the header’s time and not the clock’s', async () => {
  const { maxLagMs } = DEFAULT_LIMITS;
  await onLedger(await openCometLedger(office, { stale: true }), async (town) => {
    const { time } = town.ledger;
    await time.advance(DUE - 1 - time.now);
    await town.allot();
    time.now += maxLagMs;
    const outcome = await town.post();
    assert.ok(outcome.kind === 'accepted' && outcome.time === DUE - 1, JSON.stringify(outcome));
  });
  await onLedger(await openCometLedger(office, { stale: true }), async (town) => {
    const { time } = town.ledger;
    await time.advance(DUE - 1 - time.now);
    await town.allot();
    time.now += maxLagMs + 1;
    assert.equal(await town.refusedAt(), DUE + maxLagMs);
  });
});
