/** Standing actions on budget years and lines. */
import type { Act, Decision, StandingHandler, View } from '@tabularium/kernel';
import { Money } from '@tabularium/protocol';
import { type AccountRecord, accountId, balancesOf, budgetAccount, type Transfer } from './accounts.ts';
import { mustBeCurrency, mustBeIn, mustBeLive, mustBePositive, mustExist } from './checks.ts';
import { code, day, numbered } from './codes.ts';
import { isBudgetPeriod } from './decide-budget.ts';
import { balance } from './ledger.ts';
import { no } from './refusals.ts';
import { changed, changeOf, find, standing } from './standing.ts';
import { type LineRecord, stateKey, unstamped, type YearRecord } from './state.ts';

type Target = Parameters<StandingHandler>[0];

export const yearChange = changeOf({ from: day('First day'), to: day('Last day') });

/** Full keys of the year's lines, the first thousand. */
export function linesOf(year: string, view: View): readonly string[] {
  return view.scan('line', { prefix: `${year}.`, limit: 1_000 }).map(({ id }) => stateKey('line', id));
}

/** The days of a year change only while nothing rests on it: deadlines of commitments are reckoned from them. */
function changeYear(type: 'record.corrected' | 'record.set', target: Target, view: View): Decision {
  const stored = find<YearRecord>('year', target.id, view);
  if ('refused' in stored) return stored;
  const change = yearChange(target);
  if ('refused' in change) return change;
  const record = { ...unstamped<YearRecord>(stored.found), ...change.found };
  const { year, from, to } = record;
  const byRule = type === 'record.corrected' ? mustBeLive(stored.found, { year }) : undefined;
  return (
    byRule ??
    mustBeIn(['open'], record.state, { year }) ??
    mustExist({ from, to }) ??
    (isBudgetPeriod(year, from, to) ? undefined : no('period-wrong', 'treasury.year.period', { year, from, to })) ??
    mustHaveNone(year, linesOf(year, view)) ??
    standing(type, [changed('year', year, record)], view)
  );
}

export const correctYear: StandingHandler = (target, _act, view) => changeYear('record.corrected', target, view);
export const setYear: StandingHandler = (target, _act, view) => changeYear('record.set', target, view);

export const annulYear: StandingHandler = ({ id }, _act, view) => {
  const stored = find<YearRecord>('year', id, view);
  if ('refused' in stored) return stored;
  return (
    mustBeIn(['open'], stored.found.state, { year: id }) ??
    mustHaveNone(id, linesOf(id, view)) ??
    standing('record.annulled', [changed('year', id, { ...unstamped<YearRecord>(stored.found), state: 'annulled' })], view)
  );
};

export const reopenYear: StandingHandler = ({ id }, _act, view) => {
  const stored = find<YearRecord>('year', id, view);
  if ('refused' in stored) return stored;
  const { closedBy: _by, totals: _totals, ...record } = unstamped<YearRecord>(stored.found);
  return (
    mustBeIn(['closed'], record.state, { year: id }) ??
    standing('record.reopened', [changed('year', id, { ...record, state: 'open' })], view)
  );
};

/** Refuses while other records rest on this one. */
export function mustHaveNone(record: string, dependents: readonly string[]) {
  const [first] = dependents;
  return first === undefined
    ? undefined
    : no('has-dependents', 'treasury.standing.dependents', { record, first, count: dependents.length });
}

const classification = {
  economic: code('Economic classification'),
  functional: code('Functional classification'),
  administrative: code('Administrative classification'),
  law: numbered('Law'),
};
export const lineCorrection = changeOf(classification);
const lineSetting = changeOf({ ...classification, money: Money });

/** The enacted amount is the law's: only a court's order changes it. */
export const correctLine: StandingHandler = (target, _act, view) => {
  const stored = find<LineRecord>('line', target.id, view);
  if ('refused' in stored) return stored;
  const change = lineCorrection(target);
  if ('refused' in change) return change;
  const record = { ...unstamped<LineRecord>(stored.found), ...change.found };
  return mustBeLive(stored.found, { line: target.id }) ?? standing('record.corrected', [changed('line', target.id, record)], view);
};

export const setLine: StandingHandler = (target, _act, view) => {
  const stored = find<LineRecord>('line', target.id, view);
  if ('refused' in stored) return stored;
  const change = lineSetting(target);
  if ('refused' in change) return change;
  const before = unstamped<LineRecord>(stored.found);
  const record = { ...before, ...change.found };
  const { amount, currency } = record.money;
  const wrong =
    mustBeIn(['enacted'], before.state, { line: target.id }) ?? mustBeCurrency(currency, before.money.currency) ?? mustBePositive(amount);
  if (wrong !== undefined) return wrong;
  const transfers = enacting(target.id, record, BigInt(amount) - BigInt(before.money.amount));
  return standing('record.set', [changed('line', target.id, record)], view, transfers, currency);
};

/** The transfer that enacts `by` more of a line, or takes back as much if it is negative; none for zero. */
function enacting(id: string, { year, fund, side, money }: LineRecord, by: bigint): Transfer[] {
  if (by === 0n) return [];
  const budget = budgetAccount(year, fund, money.currency);
  const [from, to] = side === 'expense' ? [budget, accountId(id, 'A')] : [accountId(id, 'R'), budget];
  return by > 0n
    ? [{ debit: from, credit: to, amount: by.toString(), phase: 'posted' }]
    : [{ debit: to, credit: from, amount: (-by).toString(), phase: 'posted' }];
}

/** What rests on a line is what was allotted from it. */
export function allotmentOf(id: string, view: View): readonly string[] {
  const record = view.get<LineRecord>('line', id);
  if (record === undefined || record.side === 'revenue') return [];
  const appropriation = balance(balancesOf(view.get<AccountRecord>('account', accountId(id, 'A'))));
  return record.state === 'enacted' && appropriation !== BigInt(record.money.amount) ? [stateKey('account', accountId(id, 'L'))] : [];
}

export const annulLine: StandingHandler = ({ id }, _act: Act, view) => {
  const stored = find<LineRecord>('line', id, view);
  if ('refused' in stored) return stored;
  const record = unstamped<LineRecord>(stored.found);
  const wrong = mustBeIn(['enacted'], record.state, { line: id }) ?? mustHaveNone(id, allotmentOf(id, view));
  if (wrong !== undefined) return wrong;
  const transfers = enacting(id, record, -BigInt(record.money.amount));
  return standing('record.annulled', [changed('line', id, { ...record, state: 'annulled' })], view, transfers, record.money.currency);
};
