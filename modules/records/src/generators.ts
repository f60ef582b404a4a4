/**
 * Random asks for the simulator: mostly what an office would do next, given what is there, and one in six spoiled in a way somebody might try.
 * Pure: all chance comes from the `Random` argument, so a seed repeats a run.
 */
import type { Stored, View } from '@tabularium/kernel';
import type { JsonObject, JsonValue } from '@tabularium/protocol';
import { DEFAULT_CLASSES } from './retention.ts';
import type { Collection, RecordRecord, RequestRecord, Shapes } from './state.ts';
import { GROUNDS, MEDIA_TYPES, OUTCOMES, REQUEST_FORMS } from './state.ts';
import { CORRECTION_REASONS, recordTypes } from './types.ts';

/** Uniform in 0…n−1. */
export interface Random {
  int(n: number): number;
}

/** An ask: the full action name, one role for each signer needed, and the body as it is signed (digests are decoys). */
export interface Ask {
  readonly action: string;
  readonly roles: readonly string[];
  readonly body: JsonObject;
}

/** A standing action: which one, on which record, changing what. */
export interface StandingAsk {
  readonly verb: 'withdraw' | 'correct' | 'annul' | 'suspend' | 'reinstate' | 'set' | 'reopen';
  readonly collection: Collection;
  readonly id: string;
  readonly change: JsonObject;
}

interface Setting {
  readonly random: Random;
  readonly view: View;
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)] as T;
const chance = (random: Random, of: number): boolean => random.int(of) === 0;

function letters(random: Random, alphabet: string, length: number): string {
  let text = '';
  while (text.length < length) text += alphabet[random.int(alphabet.length)];
  return text;
}
const hex = (random: Random, length = 32): string => letters(random, '0123456789abcdef', length);

/** Decoys; the last of 43 base64url characters holds two bits that must be zero. */
function decoys(random: Random, count: number): string[] {
  return Array.from(
    { length: count },
    () => letters(random, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', 42) + pick(random, ['A', 'E', 'Q', 'w']),
  );
}

const TYPES = Object.keys(recordTypes);
const fieldCount = (type: string): number => Object.keys(recordTypes[type]?.fields ?? {}).length;
const CLASSES = Object.keys(DEFAULT_CLASSES);

interface Row<C extends Collection> {
  readonly id: string;
  readonly value: Stored<Shapes[C]>;
}

/** A record of a collection, mostly one that fits; undefined while there is none at all. */
function some<C extends Collection>({ random, view }: Setting, collection: C, fits: (record: Shapes[C]) => boolean): Row<C> | undefined {
  const found = view.scan<Shapes[C]>(collection, { after: hex(random, 2), limit: 40 });
  const rows = (found.length > 0 ? found : view.scan<Shapes[C]>(collection, { limit: 40 })) as readonly Row<C>[];
  const good = rows.filter(({ value }) => value.standing === undefined && fits(value));
  const from = good.length > 0 && !chance(random, 12) ? good : rows;
  return from.length === 0 ? undefined : pick(random, from);
}

type Draw = (setting: Setting) => Ask;
const ask = (action: string, roles: readonly string[], body: JsonObject): Ask => ({ action: `records.${action}`, roles, body });

const declare: Draw = (setting) => {
  const { random } = setting;
  const again = chance(random, 5) ? some(setting, 'record', ({ state }) => state === 'rejected') : undefined;
  const type = again?.value.type ?? pick(random, TYPES);
  const evidence = chance(random, 2) ? { evidence: hex(random, 64) } : {};
  return ask(`${type}.declare`, ['intake'], { record: again?.id ?? hex(random), ...evidence, _sd: decoys(random, fieldCount(type)) });
};

/** A step of a record in one of these states; what is not there yet is declared. */
function recordStep(
  action: string | ((record: RecordRecord) => string),
  fits: (record: RecordRecord) => boolean,
  more: (setting: Setting, row: Row<'record'>) => JsonObject = () => ({}),
): Draw {
  return (setting) => {
    const row = some(setting, 'record', fits);
    if (row === undefined) return declare(setting);
    const name = typeof action === 'string' ? action : action(row.value);
    return ask(name, ['registrar'], { record: row.id, ...more(setting, row) });
  };
}
const inState =
  (...states: readonly RecordRecord['state'][]) =>
  ({ state }: RecordRecord): boolean =>
    states.includes(state);

const flag = recordStep(
  'duplicate.flag',
  ({ state, suspect }) => state === 'declared' && suspect === undefined,
  (setting, { value }) => ({
    other: some(setting, 'record', ({ type }) => type === value.type)?.id ?? hex(setting.random),
  }),
);
const correct = recordStep(
  ({ type }) => `${type}.correct`,
  ({ state, asked }) => state === 'registered' && asked === undefined,
  ({ random }, { value }) => ({
    ...{ reason: pick(random, CORRECTION_REASONS), evidence: hex(random, 64), _sd: decoys(random, fieldCount(value.type)) },
  }),
);

const enter: Draw = (setting) => {
  const { random } = setting;
  const of = some(setting, 'record', () => true)?.id ?? hex(random);
  const file = { mediaType: pick(random, MEDIA_TYPES), size: 1 + random.int(1_000_000), digest: hex(random, 64) };
  return ask('document.enter', ['intake'], { case: of, ...file, retention: pick(random, CLASSES), _sd: decoys(random, 1) });
};
const supersede: Draw = (setting) => {
  const old = some(setting, 'document', ({ state }) => state === 'entered');
  const next = some(setting, 'document', (document) => document.case === old?.value.case);
  return old === undefined || next === undefined
    ? enter(setting)
    : ask('document.supersede', ['intake'], { document: old.id, successor: next.id });
};
const revoke: Draw = (setting) => {
  const row = some(setting, 'document', ({ state }) => state === 'entered');
  return row === undefined ? enter(setting) : ask('document.revoke', ['clerk'], { document: row.id, reason: 'mistake' });
};
const dispose: Draw = (setting) => {
  const row = some(setting, 'document', ({ over }) => over === true);
  return row === undefined ? enter(setting) : ask('document.dispose', ['registrar', 'clerk'], { documents: [row.id] });
};
const prepare: Draw = (setting) => {
  const document = some(setting, 'document', ({ transfer, state }) => transfer === undefined && state === 'entered');
  const record = chance(setting.random, 3) ? some(setting, 'record', inState('archived')) : undefined;
  const named = {
    ...(document === undefined ? {} : { documents: [document.id] }),
    ...(record === undefined ? {} : { records: [record.id] }),
  };
  return ask('transfer.prepare', ['clerk'], { sip: hex(setting.random, 64), ...named });
};
const confirm: Draw = (setting) => {
  const row = some(setting, 'transfer', ({ state }) => state === 'prepared');
  return row === undefined ? prepare(setting) : ask('transfer.confirm', ['archive-keeper'], { transfer: row.id, sip: row.value.sip });
};

const file: Draw = ({ random }) =>
  ask('request.file', ['intake'], { request: hex(random), form: pick(random, REQUEST_FORMS), _sd: decoys(random, 4) });

function requestStep(action: string, states: readonly RequestRecord['state'][], more: (random: Random) => JsonObject = () => ({})): Draw {
  return (setting) => {
    const row = some(setting, 'request', ({ state }) => states.includes(state));
    return row === undefined ? file(setting) : ask(action, ['clerk'], { request: row.id, ...more(setting.random) });
  };
}

const answer = (random: Random): JsonObject => {
  const outcome = pick(random, OUTCOMES);
  const ground = outcome === 'refused' || outcome === 'partly' ? { ground: pick(random, GROUNDS) } : {};
  return { outcome, ...ground, answer: hex(random, 64) };
};

/** How often each is drawn. */
const WEIGHTS: readonly (readonly [weight: number, draw: Draw])[] = [
  [8, declare],
  [8, recordStep('validate', inState('declared'))],
  [
    9,
    recordStep(
      ({ type }) => `${type}.register`,
      ({ state, suspect }) => state === 'validated' && suspect === undefined,
    ),
  ],
  [2, recordStep('reject', inState('declared', 'validated'), ({ random }) => ({ reason: pick(random, ['incomplete', 'contradictory']) }))],
  [3, flag],
  [
    3,
    recordStep(
      'duplicate.decide',
      ({ suspect }) => suspect !== undefined,
      ({ random }) => ({ decision: pick(random, ['duplicate', 'not-duplicate', 'not-duplicate']) }),
    ),
  ],
  [5, correct],
  [4, recordStep('correction.approve', ({ asked }) => asked !== undefined)],
  [
    2,
    recordStep(
      'correction.refuse',
      ({ asked }) => asked !== undefined,
      () => ({ reason: 'not-proven' }),
    ),
  ],
  [5, recordStep('certify', inState('registered'))],
  [2, recordStep('archive', inState('registered'), () => ({ reason: 'closed' }))],
  [2, recordStep('reinstate', inState('archived'), () => ({ reason: 'mistake' }))],
  [5, enter],
  [1, supersede],
  [1, revoke],
  [2, dispose],
  [2, prepare],
  [2, confirm],
  [5, file],
  [2, requestStep('request.clarify', ['waiting'])],
  [2, requestStep('request.resume', ['clarification'])],
  [2, requestStep('request.extend', ['waiting'], () => ({ reason: 'volume' }))],
  [5, requestStep('request.answer', ['waiting', 'overdue', 'review', 'clarification'], answer)],
  [2, requestStep('request.review', ['answered'])],
  [1, requestStep('request.withdraw', ['waiting', 'overdue'])],
  [2, requestStep('request.reopen', ['answered', 'withdrawn'], () => ({ reason: 'mistake' }))],
];
const DRAWS: readonly Draw[] = WEIGHTS.flatMap(([weight, draw]) => Array.from({ length: weight }, () => draw));

export function generateAsk(random: Random, view: View): Ask {
  const asked = pick(random, DRAWS)({ random, view });
  return chance(random, 6) ? { ...asked, body: spoil(random, asked.body) } : asked;
}

/** What people get wrong, or try: another handle, a name, a code that is none, members nobody asked for. */
function spoil(random: Random, body: JsonObject): JsonObject {
  if (chance(random, 10)) return { ...body, note: 'please' };
  const member = pick(random, Object.keys(body));
  const wrong: readonly JsonValue[] = [
    hex(random),
    'Jana Novak',
    '',
    7,
    null,
    [],
    '2026-02-30',
    'civil.2026.1',
    'mistake',
    hex(random, 64),
  ];
  return { ...body, [member]: pick(random, wrong) };
}

type Verb = StandingAsk['verb'];
const STANDING: readonly (readonly [collection: Collection, verbs: readonly Verb[]])[] = [
  ['record', ['withdraw', 'correct', 'annul', 'suspend', 'set', 'reopen']],
  ['document', ['withdraw', 'correct', 'annul', 'suspend', 'set']],
  ['request', ['correct', 'reopen']],
  ['certificate', ['annul', 'suspend']],
  ['transfer', ['withdraw']],
];

/** A standing action on some record, or undefined while there is none. A suspended record is mostly reinstated. */
export function generateStanding(random: Random, view: View): StandingAsk | undefined {
  const [collection, verbs] = pick(random, STANDING);
  const row = some({ random, view }, collection, () => true);
  if (row === undefined) return undefined;
  const verb = row.value.standing === 'suspended' && !chance(random, 4) ? 'reinstate' : pick(random, verbs);
  const change = collection === 'request' ? { form: pick(random, REQUEST_FORMS) } : { retention: pick(random, CLASSES) };
  return { verb, collection, id: row.id, change };
}
