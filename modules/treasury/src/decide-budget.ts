/** Years, budgets and allotments: what may be spent, on what, in which year. */
import { type Act, accept, type Decision, type View } from '@tabularium/kernel';
import type { Static } from 'typebox';
import { type AccountRecord, accountId, balancesOf, budgetAccount, levelOf, step, type Transfer } from './accounts.ts';
import type { AllotBody, AllotItem, EnactBody, EnactItem, YearCloseBody, YearOpenBody } from './actions.ts';
import { decideBundle } from './bundle.ts';
import {
  firstRefusal,
  lineOf,
  mustBeCurrency,
  mustBeLive,
  mustExist,
  mustFit,
  officers,
  openYear,
  spendingLine,
  today,
  twoRoles,
} from './checks.ts';
import { addDays } from './civil-date.ts';
import { event } from './events.ts';
import { balance } from './ledger.ts';
import { no } from './refusals.ts';
import type { Reader, YearRecord } from './state.ts';

/** Longest budget year in days: a long first year of a new fund is lawful, a decade is not. */
const LONGEST_YEAR = 731;
/** Pages of 1,000 accounts read when a year is closed; a million accounts are more than any budget has. */
const MAX_PAGES = 1_000;

/** Whether the days (which exist) can be a budget year of that name. */
export function isBudgetPeriod(year: string, from: string, to: string): boolean {
  const touches = from <= `${year}-12-31` && to >= `${year}-01-01`;
  return from <= to && touches && to < addDays(from, LONGEST_YEAR);
}

export function openBudgetYear(body: Static<typeof YearOpenBody>, act: Act, view: View): Decision {
  const { year, from, to } = body;
  const wrong = mustExist({ from, to });
  if (wrong !== undefined) return wrong;
  if (view.get('year', year) !== undefined) return no('year-exists', 'treasury.ledger.identity', { year });
  if (!isBudgetPeriod(year, from, to)) return no('period-wrong', 'treasury.year.period', { year, from, to });
  return accept([event('year.opened', { year, from, to, by: officers(act) })]);
}

export function enact(body: EnactBody, act: Act, view: View): Decision {
  return twoRoles(act) ?? decideBundle(body.items, view, (item, reader) => enactLine(item, body.law, act, reader));
}

function enactLine(item: EnactItem, law: string, act: Act, view: Reader): Decision {
  const { year, fund, line: code, side = 'expense', money, economic, functional, administrative } = item;
  const opened = openYear(year, act, view, 'not-over');
  if ('refused' in opened) return opened;
  const line = lineOf(item);
  if (view.get('line', line) !== undefined) return no('line-exists', 'treasury.ledger.identity', { line });
  const budget = budgetAccount(year, fund, money.currency);
  const transfers: readonly Transfer[] = [
    side === 'expense'
      ? { debit: budget, credit: accountId(line, 'A'), amount: money.amount, phase: 'posted' }
      : { debit: accountId(line, 'R'), credit: budget, amount: money.amount, phase: 'posted' },
  ];
  return (
    mustFit(transfers, money.currency, view) ??
    accept([
      event('line.enacted', {
        ...{ line, year, fund, code, side, economic, law, money, texts: item._sd, transfers: [...transfers] },
        ...(functional === undefined ? {} : { functional }),
        ...(administrative === undefined ? {} : { administrative }),
      }),
    ])
  );
}

export function allot(body: Static<typeof AllotBody>, act: Act, view: View): Decision {
  return decideBundle(body.items, view, (item, reader) => allotLine(item, act, reader));
}

function allotLine(item: AllotItem, act: Act, view: Reader): Decision {
  const opened = openYear(item.year, act, view, 'not-over');
  if ('refused' in opened) return opened;
  const line = lineOf(item);
  const known = spendingLine(line, view);
  if ('refused' in known) return known;
  const transfers = [step(line, 'A', 'L', item.money.amount, 'posted')];
  return (
    mustBeCurrency(item.money.currency, known.found.money.currency) ??
    mustFit(transfers, item.money.currency, view) ??
    accept([event('line.allotted', { line, money: item.money, transfers })])
  );
}

export function closeBudgetYear(body: Static<typeof YearCloseBody>, act: Act, view: View): Decision {
  const { year } = body;
  const record = view.get<YearRecord>('year', year);
  if (record === undefined) return no('unknown-year', 'treasury.ledger.reference', { year });
  const refused = firstRefusal(
    twoRoles(act),
    mustBeLive(record, { year }),
    record.state === 'closed' ? no('year-closed', 'treasury.year.open', { year }) : undefined,
    today(act) <= record.to ? no('year-not-over', 'treasury.year.closing', { year, to: record.to }) : undefined,
  );
  if (refused !== undefined) return refused;
  const trial = trialBalance(year, view);
  if (trial.unsettled !== undefined) return no('year-unsettled', 'treasury.year.closing', { year, ...trial.unsettled });
  return accept([event('year.closed', { year, by: officers(act), totals: trial.totals })]);
}

type Totals = {
  currency: string;
  appropriated: bigint;
  allotted: bigint;
  committed: bigint;
  certified: bigint;
  paid: bigint;
  lapsed: bigint;
};

/**
 * Adds up every account of the year. Debits equal credits in each currency or the ledger is broken, which throws.
 * `unsettled` names the first account on which something is pending or committed.
 */
function trialBalance(year: string, view: View) {
  const totals = new Map<string, Totals>();
  const net = new Map<string, bigint>();
  let unsettled: { account: string; pending: string; committed: string } | undefined;
  let after: string | undefined;
  for (let page = 0; ; page++) {
    if (page === MAX_PAGES) throw new Error(`The year ${year} has more than ${MAX_PAGES * 1_000} accounts.`);
    const rows = view.scan<AccountRecord>('account', { prefix: `${year}.`, limit: 1_000, ...(after === undefined ? {} : { after }) });
    for (const { id, value } of rows) {
      const account = balancesOf(value);
      const level = levelOf(id);
      const held = balance(account);
      const pending = account.debitsPending + account.creditsPending;
      net.set(value.currency, (net.get(value.currency) ?? 0n) + held);
      if (unsettled === undefined && (pending !== 0n || (level === 'C' && held !== 0n))) {
        unsettled = { account: id, pending: pending.toString(), committed: (level === 'C' ? held : 0n).toString() };
      }
      const sums = totals.get(value.currency) ?? {
        currency: value.currency,
        appropriated: 0n,
        allotted: 0n,
        committed: 0n,
        certified: 0n,
        paid: 0n,
        lapsed: 0n,
      };
      totals.set(value.currency, sums);
      if (level === 'B' || level === 'R') continue;
      sums.appropriated += held;
      if (level !== 'A') sums.allotted += held;
      if (level === 'C' || level === 'P' || level === 'K') sums.committed += held;
      if (level === 'P' || level === 'K') sums.certified += held;
      if (level === 'K') sums.paid += held;
      if (level === 'A' || level === 'L') sums.lapsed += held;
    }
    after = rows.at(-1)?.id;
    if (rows.length < 1_000) break;
  }
  for (const [currency, difference] of net)
    if (difference !== 0n) throw new Error(`The accounts of ${year} in ${currency} differ by ${difference}.`);
  const inWords = [...totals.values()].map(({ currency, ...sums }) => ({
    currency,
    ...(Object.fromEntries(Object.entries(sums).map(([name, amount]) => [name, amount.toString()])) as Record<
      Exclude<keyof Totals, 'currency'>,
      string
    >),
  }));
  return { totals: inWords, unsettled };
}
