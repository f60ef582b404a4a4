/**
 * Random asks for the simulator: mostly what an office would do next, given what is there, and one in five spoiled in a way somebody might
 * try. Pure: all chance comes from the `Random` argument, so a seed repeats a run.
 */
import type { Stored, View } from '@tabularium/kernel';
import type { JsonObject, JsonValue } from '@tabularium/protocol';
import { addDays } from './calendar.ts';
import { BASES, ERASURE_GROUNDS, EXTENSION_REASONS, METHODS, OBJECTION_GROUNDS, REFUSAL_GROUNDS, RESTRICTION_GROUNDS } from './codes.ts';
import type { AnchorRecord } from './state.ts';

/** Uniform in 0…n−1. */
export interface Random {
  int(n: number): number;
}

/** An ask: the full action name, one role for each signer needed, and the body. */
export interface Ask {
  readonly action: string;
  readonly roles: readonly string[];
  readonly body: JsonObject;
}

/** A standing action: which one, on which record. */
export interface StandingAsk {
  readonly verb: 'withdraw' | 'annul' | 'reopen';
  readonly collection: string;
  readonly id: string;
}

/** What the charter of the simulated office says: agencies and purposes with their bases. */
export interface Place {
  readonly agencies: readonly string[];
  readonly purposes: Readonly<Record<string, { readonly basis: string }>>;
}

interface Setting {
  readonly random: Random;
  readonly view: View;
  /** Today as a civil date. */
  readonly today: string;
  readonly place: Place;
}

/** Few, so that rules about one case meet. */
const CASES = 12;
const pick = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)] as T;
const chance = (random: Random, of: number): boolean => random.int(of) === 0;
const hex = (random: Random, length = 32): string => Array.from({ length }, () => '0123456789abcdef'[random.int(16)]).join('');
const caseOf = ({ random }: Setting): string => random.int(CASES).toString(16).padStart(32, '0');

/** Mostly a record that fits the step; now and then any, or one that is not there. */
function idOf<T extends JsonObject>(setting: Setting, collection: string, fits: (record: Stored<T>) => boolean): string {
  const { random, view } = setting;
  const found = view.scan<T>(collection, { after: hex(random, 2), limit: 40 });
  const records = found.length > 0 ? found : view.scan<T>(collection, { limit: 40 });
  const good = records.filter(({ value }) => fits(value));
  const among = good.length > 0 && !chance(random, 12) ? good : records;
  return among.length === 0 ? hex(random) : pick(random, among).id;
}
const idIn = (setting: Setting, collection: string, state: string): string =>
  idOf<{ state: string }>(setting, collection, (record) => record.state === state);

type Draw = (setting: Setting) => Ask;
const ask = (action: string, roles: readonly string[], body: JsonObject): Ask => ({ action: `privacy.${action}`, roles, body });
const BOTH = ['registrar', 'data-protection-officer'] as const;

const giveGrant: Draw = (setting) => {
  const { random, place, today } = setting;
  const [purpose, { basis }] = pick(random, Object.entries(place.purposes));
  const scope = chance(random, 4) ? { register: pick(random, ['BIRTHS', 'DEATHS']) } : { case: caseOf(setting) };
  const agency = pick(random, place.agencies);
  return ask('grant.give', BOTH, { ...scope, agency, purpose, basis, until: addDays(today, random.int(120)) });
};

const withhold: Draw = (setting) => {
  const { random, place, today } = setting;
  const body = { case: caseOf(setting), purpose: pick(random, Object.keys(place.purposes)), basis: `ORDER-${1 + random.int(9)}` };
  return ask('access.withhold', ['registrar', 'judge'], { ...body, until: addDays(today, random.int(190)) });
};

const anchor: Draw = ({ random, view, place }) => {
  const size = view.get<AnchorRecord>('anchor', pick(random, place.agencies))?.size ?? 0;
  return ask('access.anchor', ['vault'], { size: Math.max(0, size + random.int(40) - 2), root: hex(random, 64) });
};

const decide: Draw = (setting) => {
  const { random, place } = setting;
  const erasure = idIn(setting, 'erasure', 'requested');
  if (chance(random, 3)) return ask('erasure.decide', BOTH, { erasure, decision: 'refused', ground: pick(random, REFUSAL_GROUNDS) });
  const holders = place.agencies.filter(() => chance(random, 2));
  return ask('erasure.decide', BOTH, { erasure, decision: 'granted', ...(holders.length === 0 ? {} : { holders }) });
};

const attest: Draw = (setting) => {
  const { random, today } = setting;
  const destroyed = { holdings: random.int(9), documents: random.int(3), tokens: random.int(99), keys: random.int(9) };
  const stated = { destroyed, method: pick(random, METHODS), unreadableFrom: addDays(today, random.int(70)) };
  return ask('erasure.attest', ['vault'], { erasure: idIn(setting, 'erasure', 'granted'), ...stated });
};

const decideObjection: Draw = (setting) => {
  const { random } = setting;
  const upheld = chance(random, 2);
  const decision = upheld ? { decision: 'upheld' } : { decision: 'refused', ground: pick(random, OBJECTION_GROUNDS) };
  return ask('objection.decide', ['registrar'], { objection: idIn(setting, 'objection', 'entered'), ...decision });
};

const placeHold: Draw = (setting) => {
  const { random, today } = setting;
  const until = chance(random, 2) ? {} : { until: addDays(today, random.int(60)) };
  return ask('hold.place', ['judge'], { case: caseOf(setting), basis: `ORDER-${1 + random.int(9)}`, ...until });
};

const request: Draw = (setting) =>
  ask('erasure.request', ['intake'], {
    ...{ case: caseOf(setting), ground: pick(setting.random, ERASURE_GROUNDS) },
    ...(chance(setting.random, 2) ? { register: 'BIRTHS' } : {}),
  });

const setRetention: Draw = (setting) =>
  ask('retention.set', ['registrar'], {
    ...{ case: caseOf(setting), class: 'SHORT' },
    due: addDays(setting.today, setting.random.int(90)),
  });

/** How often each is drawn. */
const WEIGHTS: readonly (readonly [weight: number, draw: Draw])[] = [
  [5, giveGrant],
  [2, (setting) => ask('grant.end', ['registrar'], { grant: idIn(setting, 'grant', 'given') })],
  [3, (setting) => ask('restriction.place', ['intake'], { case: caseOf(setting), ground: pick(setting.random, RESTRICTION_GROUNDS) })],
  [2, (setting) => ask('restriction.lift', ['registrar'], { case: caseOf(setting) })],
  [3, (setting) => ask('objection.enter', ['intake'], { case: caseOf(setting) })],
  [3, decideObjection],
  [3, placeHold],
  [3, (setting) => ask('hold.release', ['judge'], { hold: idIn(setting, 'hold', 'placed') })],
  [5, anchor],
  [3, withhold],
  [6, request],
  [
    2,
    (setting) =>
      ask('erasure.extend', ['intake'], {
        erasure: idIn(setting, 'erasure', 'requested'),
        reason: pick(setting.random, EXTENSION_REASONS),
      }),
  ],
  [6, decide],
  [6, attest],
  [3, setRetention],
];
const DRAWS: readonly Draw[] = WEIGHTS.flatMap(([weight, draw]) => Array.from({ length: weight }, () => draw));

/** The next ask. */
export function generateAsk(random: Random, view: View, today: string, place: Place): Ask {
  const asked = pick(random, DRAWS)({ random, view, today, place });
  return chance(random, 5) ? { ...asked, body: spoil(random, asked.body) } : asked;
}

/** What people get wrong, or try: other people's cases, days that are no days, words, members nobody asked for. */
function spoil(random: Random, body: JsonObject): JsonObject {
  if (chance(random, 8)) return { ...body, note: 'please' };
  const wrong: readonly JsonValue[] = [
    ...[hex(random), '2026-02-30', '1999-01-01', '2999-12-31', 'Jana Novak', '', 7, -1, null, []],
    ...['nobody', ...BASES],
  ];
  return { ...body, [pick(random, Object.keys(body))]: pick(random, wrong) };
}

const STANDING = [
  ['erasure', 'withdraw', 'requested'],
  ['erasure', 'reopen', 'refused'],
  ['grant', 'annul', 'given'],
  ['hold', 'annul', 'placed'],
  ['withholding', 'annul', 'withheld'],
] as const;

/** A standing action on some record, mostly one to which it can be done. */
export function generateStanding(random: Random, view: View, today: string, place: Place): StandingAsk {
  const [collection, verb, state] = pick(random, STANDING);
  return { verb, collection, id: idIn({ random, view, today, place }, collection, state) };
}
