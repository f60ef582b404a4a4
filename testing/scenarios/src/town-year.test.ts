/**
 * The town's year runs on the bare machine as it is told: every step is accepted, or refused with the code it expects. So the
 * demo, the load and whoever else uses the scenario start from history that holds.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindings, catalogue } from '@tabularium/catalogue';
import { generateEs256, generateNodeKeys, nodeCrypto, signEs256 } from '@tabularium/crypto';
import { encodeCharter, genesis, Machine, makeCharter, type StoredEvent } from '@tabularium/kernel';
import { encodeBase64, joinSubmission, MAX_TRANSACTION_BYTES, parseTransaction, thumbprint, toHex } from '@tabularium/protocol';
import { demoCharterDraft } from './demo-charter.ts';
import { registryWeeks } from './registry-weeks.ts';
import { ReplayState } from './replay-state.ts';
import { seededRandom } from './seeded-random.ts';
import { type SignedStep, type SigningKey, signSteps } from './sign-steps.ts';
import type { Step } from './step.ts';
import { BUDGET_LINES } from './town-budget.ts';
import { OFFICERS } from './town-staff.ts';
import { foundingSteps, foundingTime, type TownYear, townYear } from './town-year.ts';

type Story = (of: TownYear) => Step[];

/** Fresh keys for everyone, a charter with them, and the year signed with the everyday ones. */
function foundTown(year: number, seed: number, story: Story) {
  const everyday = new Map<string, SigningKey>();
  const officers = Object.fromEntries(
    OFFICERS.map(({ code }) => {
      const [first, second] = [generateEs256(), generateEs256()];
      everyday.set(code, { kid: thumbprint(first.jwk, nodeCrypto), sign: signEs256(first.privateKey) });
      return [code, [first, second].map(({ jwk }) => ({ kind: 'es256' as const, jwk }))];
    }),
  );
  const { log, cosigner, notice } = generateNodeKeys();
  const nodes = {
    vellmere: { agency: 'vellmere', log: encodeBase64(log.publicKey), cosigner: encodeBase64(cosigner.publicKey), notice: notice.jwk },
  };
  const charter = makeCharter(demoCharterDraft(year, catalogue, { officers, nodes, witnesses: {} }), nodeCrypto);
  const digest = toHex(nodeCrypto.sha256(encodeCharter(charter, nodeCrypto)));
  const steps = [...foundingSteps(year, digest), ...story({ seed, year })];
  const random = seededRandom(seed);
  const signed = signSteps(steps, {
    ledger: charter.origin,
    keyOf: (officer) => everyday.get(officer)!,
    catalogue,
    crypto: nodeCrypto,
    randomBytes: (n) => random.bytes(n),
  });
  const state = new ReplayState();
  state.apply(genesis(charter, foundingTime(year), nodeCrypto).writes);
  return { signed, state };
}

interface Told {
  readonly accepted: number;
  readonly surprises: readonly string[];
  readonly events: readonly StoredEvent[];
  readonly state: ReplayState;
}

/** Writes the year block by block: what happens at one time is one block, and deadlines fire at theirs. */
function tell(year: number, seed: number, story: Story = townYear): Told {
  const { signed, state } = foundTown(year, seed, story);
  const machine = new Machine({ catalogue, bindings, crypto: nodeCrypto });
  const events: StoredEvent[] = [];
  const surprises: string[] = [];
  let accepted = 0;
  let height = 1;
  const decide = (time: number, batch: readonly SignedStep[]): void => {
    const transactions = batch.map(({ bytes, name, step }) => {
      const parsed = parseTransaction(bytes, nodeCrypto);
      assert.ok(parsed.ok && parsed.transaction.name === name, step.key);
      return parsed.transaction;
    });
    const result = machine.execute({ height: height + 1, time, transactions, accepted: () => undefined }, state);
    state.apply(result.writes);
    events.push(...result.events);
    if (result.deadlines > 0 || result.verdicts.some(({ kind }) => kind === 'accepted')) height++;
    result.verdicts.forEach((verdict, n) => {
      const { key, expect } = batch[n]!.step;
      const got = verdict.kind === 'refused' ? verdict.refusal.code : verdict.kind;
      if (got === 'accepted') accepted++;
      if (got !== expect) surprises.push(`${key}: ${expect} was expected and ${got} came`);
    });
  };
  let open: SignedStep[] = [];
  for (const next of signed) {
    const time = open[0]?.step.at;
    if (time !== undefined && next.step.at !== time) {
      decide(time, open);
      open = [];
      for (let due = machine.nextDeadline(state); due !== undefined && due < next.step.at; due = machine.nextDeadline(state))
        decide(due, []);
    }
    open.push(next);
  }
  decide(open[0]!.step.at, open);
  return { accepted, surprises, events, state };
}

test('given the demo’s seed, the year is told as planned: 12,000 transactions and more are accepted', () => {
  const { accepted, surprises, events, state } = tell(2025, 1);
  assert.deepEqual(surprises, []);
  assert.ok(accepted >= 12_000, `${accepted} accepted`);
  const types = new Set(events.map(({ type }) => type));
  for (const type of [
    'kernel.order.executed',
    'kernel.record.corrected',
    'kernel.text.withdrawn',
    'treasury.commitment.expired',
    'treasury.commitment.lapsed',
    'treasury.commitment.voided',
    'treasury.commitment.carried',
    'treasury.payment.returned',
    'treasury.record.withdrawn',
    'treasury.record.suspended',
    'treasury.record.reinstated',
    'treasury.year.closed',
  ]) {
    assert.ok(types.has(type), `nothing like ${type} happened`);
  }
  const year = JSON.parse(state.get('treasury/year/2025')!) as { state: string; totals: { appropriated: string; paid: string }[] };
  assert.equal(year.state, 'closed');
  const budget = BigInt(BUDGET_LINES.reduce((sum, { euro }) => sum + euro, 0)) * 100n;
  // The bridge's open part went into the next year's budget with its commitment.
  const carried = BigInt(year.totals[0]!.appropriated);
  assert.ok(carried < budget && carried > (budget * 98n) / 100n, `${carried} of ${budget}`);
  assert.ok(BigInt(year.totals[0]!.paid) > (budget * 85n) / 100n, `${year.totals[0]!.paid} paid of ${budget}`);
});

test('other seeds and years hold as well', () => {
  for (const [year, seed] of [
    [2024, 2],
    [2031, 2 ** 40 + 7],
  ] as const) {
    const { accepted, surprises } = tell(year, seed);
    assert.deepEqual(surprises, [], `year ${year}, seed ${seed}`);
    assert.ok(accepted >= 12_000, `${accepted} accepted in year ${year} with seed ${seed}`);
  }
});

test('the same seed plans the same year; another one another', () => {
  const nothing = { name: (key: string) => key, id: (key: string, n = 0) => `${key}#${n}`, text: (key: string) => key };
  const written = (steps: readonly Step[]): string => JSON.stringify(steps.map((step) => ({ ...step, body: step.body(nothing) })));
  const first = townYear({ seed: 1, year: 2025 });
  assert.equal(written(first), written(townYear({ seed: 1, year: 2025 })));
  // A body can be made twice: nothing is drawn while it is made.
  assert.equal(written(first), written(first));
  assert.notEqual(written(first), written(townYear({ seed: 2, year: 2025 })));
});

test('time never goes back, and some steps are refused, each with its code', () => {
  const steps = townYear({ seed: 1, year: 2025 });
  for (let n = 1; n < steps.length; n++) assert.ok(steps[n]!.at >= steps[n - 1]!.at);
  assert.ok(foundingTime(2025) < steps[0]!.at);
  const codes = new Set(steps.map(({ expect }) => expect));
  codes.delete('accepted');
  assert.ok(codes.size >= 15, [...codes].join(' '));
  for (const code of codes) assert.match(code, /^(?:treasury|kernel)\.[a-z-]+$/);
});

test('what a person typed stands in disclosures only, and every transaction has its size', () => {
  const { signed } = foundTown(2025, 1, townYear);
  let texts = 0;
  for (const { step, bytes, disclosures } of signed) {
    assert.ok(bytes.length <= MAX_TRANSACTION_BYTES, `${step.key}: ${bytes.length} bytes`);
    texts += disclosures.length;
    const payload = Buffer.from(Buffer.from(bytes).toString('latin1').split('.')[1]!, 'base64url').toString('utf8');
    for (const member of ['"purpose"', '"organisation":', '"title"', '"person":'])
      assert.ok(!payload.includes(member), `${step.key}: ${member}`);
    assert.ok(joinSubmission('a.b.c', disclosures).length > 0);
  }
  assert.ok(texts > 4_000, `${texts} texts`);
});

test('ten weeks at the registers are told as planned; nothing that is said of people is in state or events', () => {
  const { surprises, events, state } = tell(2025, 1, registryWeeks);
  assert.deepEqual(surprises, []);
  const types = new Set(events.map(({ type }) => type));
  for (const type of [
    'duplicate.decided',
    'correction.approved',
    'certificate.issued',
    'transfer.confirmed',
    'request.overdue',
    'request.resumed',
  ])
    assert.ok(types.has(`records.${type}`), type);
  const rows = [...state.entries()].filter(([key]) => key.startsWith('records/'));
  const of = <T>(collection: string): T[] =>
    rows.filter(([key]) => key.startsWith(`records/${collection}/`)).map(([, text]) => JSON.parse(text) as T);
  const numbers = of<{ readonly number?: string }>('record').flatMap(({ number }) => (number === undefined ? [] : [number]));
  assert.deepEqual(
    numbers.sort(),
    [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `registers.2025.${n}`),
  );
  assert.deepEqual(
    of<{ readonly overdueOn?: string }>('request').flatMap(({ overdueOn }) => (overdueOn === undefined ? [] : [overdueOn])),
    ['2025-04-04'],
  );
  const told = JSON.stringify([rows, events]);
  for (const said of ['Halloran', 'Mira', 'Kallweit', 'Weidmoor', '1941-05-30', 'Linden Hospital', 'River', 'quarry', 'paternity'])
    assert.ok(!told.includes(said), said);
});
