/**
 * Random asks for the simulator: mostly what an office would do next, given what is there, and one in five spoiled in
 * a way somebody might try. Pure: all chance comes from the `Random` argument, so a seed repeats a run.
 */
import type { Stored, View } from '@tabularium/kernel';
import type { JsonObject, JsonValue } from '@tabularium/protocol';
import { lineId, splitLine } from './accounts.ts';
import { RETURN_REASONS } from './actions.ts';
import { addDays } from './civil-date.ts';
import { READER_FLAGS } from './import.ts';
import {
  type CommitmentRecord,
  type LineRecord,
  openOf,
  owedOf,
  type PayableRecord,
  type PaymentRecord,
  type YearRecord,
} from './state.ts';

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
  readonly collection: string;
  readonly id: string;
  readonly change: JsonObject;
}

interface Setting {
  readonly random: Random;
  readonly view: View;
  /** Today as a civil date. */
  readonly today: string;
}

const FUNDS = ['GENERAL', 'WATER'] as const;
const LINES = ['1-100-01', '2-151-01', '2-151-02', '4-231-01', '6-320-01', '8-100-01'] as const;
const CURRENCIES = ['EUR', 'EUR', 'EUR', 'JPY'] as const;

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

/** 1…most, leaning to small; `most` itself now and then, because the edge is where limits break. */
function amountUpTo(random: Random, most: bigint): string {
  if (most <= 1n || chance(random, 6)) return (most < 1n ? 1n : most).toString();
  const bound = most > 1_000_000_000n ? 1_000_000_000 : Number(most);
  return (1 + random.int(chance(random, 2) ? bound : Math.max(1, Math.floor(bound / 20)))).toString();
}

/** A few records of a collection from a random place on: cheap however many there are. */
function sample<T extends JsonObject>({ random, view }: Setting, collection: string): { readonly id: string; readonly value: Stored<T> }[] {
  const found = view.scan<T>(collection, { after: hex(random, 2), limit: 24 });
  return [...(found.length > 0 ? found : view.scan<T>(collection, { limit: 24 }))];
}

/** Records in whose next step nothing stands: not suspended, and as the step wants them; any, if none is so. */
function fitting<T extends JsonObject>(setting: Setting, collection: string, fits: (record: T) => boolean) {
  const records = sample<T>(setting, collection);
  const good = records.filter(({ value }) => value.standing === undefined && fits(value));
  return good.length > 0 ? good : records;
}

function oneOf<T extends JsonObject>(setting: Setting, collection: string, fits: (record: T) => boolean) {
  const records = fitting(setting, collection, fits);
  return records.length === 0 ? undefined : pick(setting.random, records);
}

function severalIds<T extends JsonObject>(
  setting: Setting,
  collection: string,
  member: string,
  fits: (record: T) => boolean,
): JsonObject[] {
  const chosen = fitting(setting, collection, fits).slice(0, 1 + setting.random.int(5));
  return chosen.length > 0 ? chosen.map(({ id }) => ({ [member]: id })) : [{ [member]: hex(setting.random) }];
}

type Draw = (setting: Setting) => Ask;
const ask = (action: string, roles: readonly string[], body: JsonObject): Ask => ({ action: `treasury.${action}`, roles, body });

const yearOf = ({ random, today }: Setting): string => (chance(random, 12) ? addDays(today, 366) : today).slice(0, 4);

const wholeYear = (year: string): JsonObject => ({ year, from: `${year}-01-01`, to: `${year}-12-31` });
const openYear: Draw = (setting) => ask('year.open', ['accountant', 'mayor'], wholeYear(yearOf(setting)));
const closeYear: Draw = ({ random, today }) =>
  ask('year.close', ['accountant', 'auditor'], { year: addDays(today, -random.int(366)).slice(0, 4) });

const enact: Draw = (setting) => {
  const { random } = setting;
  const items = Array.from({ length: 1 + random.int(4) }, () => {
    const line = pick(random, LINES);
    return {
      ...{ year: yearOf(setting), fund: pick(random, FUNDS), line, economic: line.slice(0, 1), functional: line.slice(2, 5) },
      ...(line.startsWith('8') ? { side: 'revenue' } : {}),
      ...{ money: { amount: amountUpTo(random, 10_000_000n), currency: pick(random, CURRENCIES) }, _sd: decoys(random, 1) },
    };
  });
  return ask('budget.enact', ['clerk', 'mayor'], { law: `BUDGET-ACT-${1 + random.int(9)}`, items });
};

/** Money in the line's own currency, within what its account of that level still holds. */
function lineMoney(setting: Setting, id: string, record: LineRecord, level: 'A' | 'L') {
  const account = setting.view.get('account', `${id}.${level}`);
  const side = (name: string): bigint => BigInt(String(account?.[name] ?? '0'));
  const most = side('credits') - side('debits') - side('debitsPending');
  return { amount: amountUpTo(setting.random, most), currency: record.money.currency };
}

/** A line, mostly an expense line of this year that is not suspended. */
function someLine({ random, view, today }: Setting) {
  const lines = view.scan<LineRecord>('line', chance(random, 8) ? { limit: 24 } : { prefix: today.slice(0, 4), limit: 24 });
  const good = lines.filter(({ value }) => value.side === 'expense' && value.state === 'enacted' && value.standing === undefined);
  const from = good.length > 0 && !chance(random, 10) ? good : lines;
  return from.length === 0 ? undefined : pick(random, from);
}

const allot: Draw = (setting) => {
  const line = someLine(setting);
  if (line === undefined) return enact(setting);
  const { year, fund, line: code } = line.value;
  return ask('allot', ['budget-controller'], { items: [{ year, fund, line: code, money: lineMoney(setting, line.id, line.value, 'A') }] });
};

const commit: Draw = (setting) => {
  const { random, today } = setting;
  const items = Array.from({ length: 1 + random.int(3) }, () => {
    const line = someLine(setting);
    if (line === undefined) return undefined;
    const { year, fund, line: code } = line.value;
    const until = chance(random, 4) ? { until: addDays(today, random.int(20)) } : {};
    const money = lineMoney(setting, line.id, line.value, 'L');
    return { year, fund, line: code, money, reference: `CONTRACT-${random.int(1_000)}`, ...until, _sd: decoys(random, 1) };
  }).filter((item) => item !== undefined);
  return items.length === 0 ? enact(setting) : ask('commit', ['spending-unit'], { items });
};

const post: Draw = (setting) =>
  ask('commit.post', ['budget-controller'], {
    items: severalIds<CommitmentRecord>(setting, 'commitment', 'commitment', ({ state }) => state === 'pending'),
  });
const voidCommitment: Draw = (setting) =>
  ask('commit.void', ['spending-unit'], {
    reason: 'not-needed',
    items: severalIds<CommitmentRecord>(setting, 'commitment', 'commitment', ({ state }) => state === 'pending').slice(0, 1),
  });

const release: Draw = (setting) => {
  const found = oneOf<CommitmentRecord>(setting, 'commitment', ({ state }) => state === 'posted');
  if (found === undefined) return commit(setting);
  const { currency } = found.value.money;
  return ask('commit.release', ['spending-unit'], {
    items: [{ commitment: found.id, money: { amount: amountUpTo(setting.random, openOf(found.value)), currency } }],
  });
};

/** Carrying over, or first what it needs: the other year and the line in it. */
const carry: Draw = (setting) => {
  const { random, view } = setting;
  const found = oneOf<CommitmentRecord>(setting, 'commitment', (record) => record.state === 'posted' && openOf(record) > 0n);
  if (found === undefined) return commit(setting);
  const { year, fund, line } = splitLine(found.value.line);
  const into = String(Number(year) + 1);
  if (view.get('year', into) === undefined) return ask('year.open', ['accountant', 'mayor'], wholeYear(into));
  if (view.get('line', lineId(into, fund, line)) === undefined) {
    const money = { amount: amountUpTo(random, 1_000_000n), currency: found.value.money.currency };
    const item = { year: into, fund, line, economic: line.slice(0, 1), money, _sd: decoys(random, 1) };
    return ask('budget.enact', ['clerk', 'mayor'], { law: 'BUDGET-ACT-2', items: [item] });
  }
  return ask('commit.carry', ['clerk', 'mayor'], { law: 'CARRY-ACT-1', into, items: [{ commitment: found.id }] });
};

const certify: Draw = (setting) => {
  const { random, today } = setting;
  const found = oneOf<CommitmentRecord>(setting, 'commitment', (record) => record.state === 'posted' && openOf(record) > 0n);
  if (found === undefined) return commit(setting);
  const items = Array.from({ length: 1 + random.int(2) }, () => ({
    ...{ commitment: found.id, money: { amount: amountUpTo(random, openOf(found.value)), currency: found.value.money.currency } },
    ...{ payee: hex(random), payeeIs: pick(random, ['organisation', 'person']), delivered: today, due: addDays(today, random.int(30)) },
    _sd: decoys(random, 2),
  }));
  return ask('payable.certify', ['accountant'], { items });
};

const order: Draw = (setting) => {
  const { random, today } = setting;
  const found = oneOf<PayableRecord>(setting, 'payable', (record) => owedOf(record) > 0n);
  if (found === undefined) return certify(setting);
  const { money, due } = found.value;
  const execute = due > today ? due : today;
  const owed = chance(random, 2) ? owedOf(found.value).toString() : amountUpTo(random, owedOf(found.value));
  return ask('payment.order', ['accountant'], {
    items: [{ payable: found.id, money: { amount: owed, currency: money.currency }, execute }],
  });
};

const paymentStep =
  (action: string, role: string, from: string): Draw =>
  (setting) =>
    ask(action, [role], { items: severalIds<PaymentRecord>(setting, 'payment', 'payment', ({ state }) => state === from) });

const voidPayment: Draw = (setting) =>
  ask('payment.void', ['accountant'], {
    reason: 'mistake',
    items: severalIds<PaymentRecord>(setting, 'payment', 'payment', ({ state }) => state === 'ordered').slice(0, 1),
  });
const returnPayment: Draw = (setting) =>
  ask('payment.return', ['cashier', 'accountant'], {
    reason: pick(setting.random, RETURN_REASONS),
    items: severalIds<PaymentRecord>(setting, 'payment', 'payment', ({ state }) => state === 'paid').slice(0, 1),
  });

const importRows: Draw = ({ random, today }) => {
  const first = 1 + random.int(400);
  const items = Array.from({ length: 1 + random.int(6) }, (_, n) => ({
    ...{ row: first + n, kind: 'line', year: today.slice(0, 4), fund: 'OLD', line: `${random.int(30)}` },
    ...(chance(random, 4) ? {} : { money: { amount: String(random.int(5_000) - 500), currency: 'EUR' } }),
    ...(chance(random, 6) ? { flags: [pick(random, Object.keys(READER_FLAGS))] } : {}),
    _sd: decoys(random, 1),
  }));
  return ask('import', ['accountant'], { source: `OLD-${random.int(3)}`, file: String(chance(random, 20) ? 1 : 0).repeat(64), items });
};

/** How often each is drawn. */
const WEIGHTS: readonly (readonly [weight: number, draw: Draw])[] = [
  [1, openYear],
  [1, closeYear],
  [2, enact],
  [4, allot],
  [9, commit],
  [8, post],
  [2, voidCommitment],
  [2, release],
  [1, carry],
  [9, certify],
  [9, order],
  [8, paymentStep('payment.approve', 'authorising-officer', 'ordered')],
  [8, paymentStep('payment.release', 'cashier', 'approved')],
  [2, voidPayment],
  [2, returnPayment],
  [2, importRows],
];
const DRAWS: readonly Draw[] = WEIGHTS.flatMap(([weight, draw]) => Array.from({ length: weight }, () => draw));

/** The next ask. While no year is open, mostly one that opens it. */
export function generateAsk(random: Random, view: View, today: string): Ask {
  const setting = { random, view, today };
  if (view.get<YearRecord>('year', today.slice(0, 4)) === undefined && !chance(random, 10)) {
    return ask('year.open', ['accountant', 'mayor'], wholeYear(today.slice(0, 4)));
  }
  const asked = pick(random, DRAWS)(setting);
  return chance(random, 5) ? { ...asked, body: spoil(random, asked.body) as JsonObject } : asked;
}

/** What people get wrong, or try: amounts, days, currencies, codes, names, repeats, members nobody asked for. */
function spoil(random: Random, body: JsonObject): JsonValue {
  const items = body.items;
  if (!Array.isArray(items) || chance(random, 12)) return { ...body, note: 'please' };
  const spoilt = random.int(items.length);
  const change = (item: JsonObject): JsonObject => {
    const money = item.money as JsonObject | undefined;
    if (money !== undefined && !chance(random, 4)) {
      const amount = pick(random, [
        '0',
        '-1',
        '9223372036854775807',
        '9223372036854775808',
        '1.5',
        '007',
        '',
        '999999999999',
        String(money.amount),
      ]);
      return { ...item, money: { amount, currency: pick(random, ['EUR', 'USD', 'JPY', 'QQQ', 'eur']) } };
    }
    const member = pick(random, Object.keys(item));
    const wrong = [hex(random), '2026-02-30', '1999-01-01', '2999-12-31', 'Jana Novak', '', 7, null, [], `${hex(random)}.1`, '9-999-99'];
    return { ...item, [member]: pick(random, wrong) };
  };
  const others = items as readonly JsonObject[];
  if (chance(random, 5)) return { ...body, items: [...others, others[spoilt] as JsonObject] };
  return { ...body, items: others.map((item, n) => (n === spoilt ? change(item) : item)) };
}

type Verb = StandingAsk['verb'];
/** Where standing actions go, and which; a court's are rarer than an office's own. */
const STANDING: readonly (readonly [collection: string, verbs: readonly Verb[], change: (setting: Setting) => JsonObject])[] = [
  [
    'commitment',
    ['withdraw', 'correct', 'annul', 'suspend', 'set', 'reopen'],
    ({ random, today }) => pick(random, [{ until: addDays(today, random.int(40)) }, { reference: 'CONTRACT-1' }]),
  ],
  ['payable', ['correct', 'annul', 'suspend', 'set'], ({ random, today }) => ({ due: addDays(today, random.int(40)) })],
  [
    'payment',
    ['withdraw', 'correct', 'annul', 'suspend', 'set', 'reopen'],
    ({ random, today }) => ({ execute: addDays(today, random.int(40)) }),
  ],
  ['line', ['correct', 'annul', 'suspend', 'set'], ({ random }) => ({ economic: String(random.int(9)) })],
  ['import-row', ['correct', 'annul', 'suspend', 'set'], () => ({ administrative: 'WORKS' })],
  ['year', ['correct', 'annul', 'suspend', 'set', 'reopen'], ({ today }) => ({ from: `${today.slice(0, 4)}-01-01` })],
];

/** A standing action on some record, or undefined while there is none. A suspended record is mostly reinstated. */
export function generateStanding(random: Random, view: View, today: string): StandingAsk | undefined {
  const setting = { random, view, today };
  // The first rows of the table are drawn more often than the last.
  const [collection, verbs, change] = STANDING[Math.min(random.int(STANDING.length), random.int(STANDING.length))] ?? STANDING[0]!;
  const records = collection === 'line' || collection === 'year' ? view.scan(collection, { limit: 24 }) : sample(setting, collection);
  if (records.length === 0) return undefined;
  const suspended = records.filter(({ value }) => value.standing === 'suspended');
  if (suspended.length > 0 && !chance(random, 4)) return { verb: 'reinstate', collection, id: pick(random, suspended).id, change: {} };
  const { id, value } = pick(random, records);
  const money = (value as { readonly money?: { readonly amount: string; readonly currency: string } }).money;
  const changesMoney = money !== undefined && chance(random, 2);
  const amount = amountUpTo(random, BigInt(money?.amount ?? '1') + (chance(random, 3) ? 100n : 0n));
  const changes = changesMoney ? { money: { amount, currency: money.currency } } : chance(random, 10) ? {} : change(setting);
  return { verb: chance(random, 10) ? 'reinstate' : pick(random, verbs), collection, id, change: changes };
}
