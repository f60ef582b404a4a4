/**
 * Random walks of thousands of asks, valid and invalid, with a court and deadlines in between. After every step what must never happen has not
 * happened; at the end replay gives the same state and the tables say the same. A failing run prints its seed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { civilDate, dayNumber } from '@tabularium/kernel';
import { TestLedger } from '@tabularium/kernel/specification';
import { canonicalJson, type JsonObject } from '@tabularium/protocol';
import { generateAsk, generateStanding, type Random } from './generators.ts';
import { privacy } from './module.ts';
import {
  type AnchorRecord,
  type CaseRecord,
  type ErasureRecord,
  type GrantRecord,
  type HoldRecord,
  unstamped,
  type WithholdingRecord,
} from './state.ts';
import { AGENCIES, PURPOSES } from './stories.ts';
import { tableRows } from './tables-in-memory.ts';

const PLACE = { agencies: Object.keys(AGENCIES), purposes: PURPOSES };
const PEOPLE: Readonly<Record<string, readonly string[]>> = {
  registrar: ['rosa:registrar', 'ines:registrar', 'carl:registrar@hall@county'],
  'data-protection-officer': ['dora:data-protection-officer', 'ines:data-protection-officer'],
  intake: ['ines:intake', 'ivo:intake'],
  judge: ['jon:judge@bench@court', 'dora:judge'],
  vault: ['vault-1:vault', 'vault-2:vault@cellar@county', 'vault-3:vault@cellar@court'],
};

/** SplitMix32: enough chance for a walk, the same on every machine. */
function seeded(seed: number): Random {
  let state = seed;
  return {
    int: (n) => {
      state = (state + 0x9e3779b9) | 0;
      let mixed = state ^ (state >>> 16);
      mixed = Math.imul(mixed, 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return ((mixed ^ (mixed >>> 15)) >>> 0) % n;
    },
  };
}

function step(town: TestLedger, random: Random): string {
  if (random.int(6) === 0) town.on(civilDate(dayNumber(town.today) + random.int(12)));
  if (random.int(7) === 0) {
    const { verb, collection, id } = generateStanding(random, town.view, town.today, PLACE);
    const by = PEOPLE.intake![random.int(2)]!;
    return `${verb} ${collection} ${town.standing(verb, collection, id, {}, by).refused?.code ?? 'accepted'}`;
  }
  const { action, roles, body } = generateAsk(random, town.view, town.today, PLACE);
  const by = roles.map((role) => PEOPLE[role]![random.int(PEOPLE[role]!.length)]!).join(' ');
  const local = action.slice('privacy.'.length);
  return `${local} ${town.submit(local, body, by).refused?.code ?? 'accepted'}`;
}

const all = <T extends JsonObject>(town: TestLedger, collection: string) => town.view.scan<T>(collection, { limit: 100_000 });

/** What holds after every step. `erased`: cases that were erased before, as they stood then. */
function mustHold(town: TestLedger, erased: Map<string, string>, sizes: Map<string, number>): void {
  for (const { id, value } of all<CaseRecord>(town, 'case')) {
    const { holds, erased: isErased, erasure, recipients } = value;
    for (const hold of holds) assert.equal(town.record<HoldRecord>('hold', hold).state, 'placed');
    for (const { grants } of recipients) for (const grant of grants) assert.equal(town.record<GrantRecord>('grant', grant).state, 'given');
    if (!isErased) {
      assert.ok(!erased.has(id), `${id} came back`);
      continue;
    }
    assert.deepEqual(holds, [], 'nothing is erased under a hold');
    assert.deepEqual(
      recipients.filter(({ grants }) => grants.length > 0),
      [],
      'no grant outlives an erasure',
    );
    assert.ok(['granted', 'complete'].includes(town.record<ErasureRecord>('erasure', erasure!).state));
    const stood = canonicalJson({ ...unstamped(value), withholding: null });
    assert.equal(erased.get(id) ?? stood, stood, 'an erased case changes no more');
    erased.set(id, stood);
  }
  for (const { value } of all<ErasureRecord>(town, 'erasure')) {
    const agencies = value.attested.map(({ agency }) => agency);
    assert.equal(new Set(agencies).size, agencies.length, 'nobody attests twice');
    for (const agency of agencies) assert.ok(value.holders!.includes(agency), 'a holder attests');
    if (value.state === 'complete') assert.equal(agencies.length, value.holders!.length);
    for (const { agency } of value.exports ?? []) assert.ok(!value.holders!.includes(agency));
  }
  for (const { id, value } of all<AnchorRecord>(town, 'anchor')) {
    assert.ok(value.size >= (sizes.get(id) ?? 0), `${id}'s log shrank`);
    sizes.set(id, value.size);
  }
}

/** The time by law, as the events tell it: what was asked for and not decided when it was over is overdue, however often it was taken back. */
function clocksMustHold(town: TestLedger): void {
  const now = dayNumber(town.today) * 86_400_000;
  for (const { id, value } of all<ErasureRecord>(town, 'erasure')) {
    const { clock, state } = value;
    if (state === 'requested') assert.equal(clock.overdue === true, clock.due <= now, id);
  }
}

/** The kernel stamps `standing`; events alone do not. */
function withoutStanding(state: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...state].map(([key, text]) => [key, text.replace(/"standing":"[a-z]+",/, '')]));
}

function tablesMustMatch(town: TestLedger): void {
  const rows = tableRows(privacy, town.events);
  const compare = <T extends JsonObject>(collection: string, cells: (record: T) => JsonObject): void => {
    const records = all<T>(town, collection);
    const table = rows.get(collection) ?? new Map();
    assert.equal(table.size, records.length, collection);
    for (const { id, value } of records) {
      const expected = cells(value);
      const row = table.get(id) ?? {};
      assert.deepEqual(
        Object.fromEntries(Object.keys(expected).map((column) => [column, row[column] ?? null])),
        expected,
        `${collection} ${id}`,
      );
    }
  };
  compare<GrantRecord>('grant', ({ state, agency, until }) => ({ state, agency, until }));
  compare<HoldRecord>('hold', ({ state, basis }) => ({ state, basis }));
  compare<WithholdingRecord>('withholding', ({ state, until }) => ({ state, until }));
  compare<ErasureRecord>('erasure', ({ state, clock, refusal = null, unreadableFrom = null }) => ({
    ...{ state, answer_by: clock.answerBy, refusal, unreadable_from: unreadableFrom, overdue: clock.overdue === true },
  }));
  for (const { id, value } of all<CaseRecord>(town, 'case')) {
    // A case of which nothing but grants was said has no row of its own.
    const row = rows.get('case')?.get(id) ?? {};
    assert.equal(row.erased ?? false, value.erased, id);
    assert.equal(row.holds ?? 0n, BigInt(value.holds.length), id);
    assert.equal(row.restricted ?? null, value.restricted ?? null, id);
    assert.equal(row.objected ?? false, value.objection !== undefined, id);
  }
}

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`walk ${seed}: 1,200 asks`, () => {
    const random = seeded(seed);
    const town = new TestLedger(privacy, {
      today: '2026-01-05',
      agencies: AGENCIES,
      parameters: { purposes: PURPOSES, holders: ['town'] },
    });
    const outcomes = new Map<string, number>();
    const erased = new Map<string, string>();
    const sizes = new Map<string, number>();
    for (let n = 0; n < 1_200; n++) {
      const told = step(town, random);
      outcomes.set(told, (outcomes.get(told) ?? 0) + 1);
      mustHold(town, erased, sizes);
      clocksMustHold(town);
    }
    assert.deepEqual(withoutStanding(town.replayed()), withoutStanding(town.state));
    tablesMustMatch(town);
    const told = [...outcomes].join('\n');
    assert.ok([...outcomes.keys()].filter((key) => key.endsWith('accepted')).length >= 14, told);
    assert.ok([...outcomes.keys()].filter((key) => key.includes('privacy.')).length >= 14, told);
  });
}
