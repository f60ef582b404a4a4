/** Questions several decisions ask alike: is the year open, is the record live, who signs, does the money fit. Each answers a refusal or undefined. */
import { type Act, type Facts, isDay, type Refusal, type Signer, type Stamp } from '@tabularium/kernel';
import { carryOut, lineId, type Transfer } from './accounts.ts';
import { no } from './refusals.ts';
import type { RuleId } from './rules.ts';
import type { LineRecord, Reader, YearRecord } from './state.ts';

export type Refused = { readonly refused: Refusal };
export type Found<T> = { readonly found: T } | Refused;

/** Ids of all who sign, and of those in whose place they do: giver and holder of a mandate are one where two people are asked for. */
export function officers(act: Act): string[] {
  return [...new Set(act.signers.flatMap(({ officer, for: giver }: Signer) => (giver === undefined ? [officer] : [officer, giver])))];
}

/** Today in the charter's zone. */
export function today(act: Act): string {
  return act.charter.date(act.time);
}

/** A whole number of the charter's parameters for this module, within 0…max; what is not one counts as not set. */
export function parameter(act: Act, name: string, otherwise: number, max: number): number {
  const value = act.charter.parameter('treasury', name);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max ? value : otherwise;
}

/** None of those who sign may be among those who acted before. */
export function otherPersons(act: Act, before: readonly string[], rule: RuleId): Refused | undefined {
  const again = officers(act).find((officer) => before.includes(officer));
  return again === undefined ? undefined : no('same-person', rule, { officer: again });
}

/** Where two sign, they sign in two roles. */
export function twoRoles(act: Act): Refused | undefined {
  const roles = new Set(act.signers.map((signer) => signer.role));
  return roles.size >= 2 ? undefined : no('roles-alike', 'treasury.budget.two-roles', { role: [...roles].join(' ') });
}

export function mustExist(days: Readonly<Record<string, string>>): Refused | undefined {
  const wrong = Object.entries(days).find(([, day]) => !isDay(day));
  return wrong === undefined ? undefined : no('day-impossible', 'treasury.calendar.day', { [wrong[0]]: wrong[1] });
}

/** A record that is suspended or annulled takes no further step. */
export function mustBeLive(record: Partial<Stamp> & { readonly state?: string }, facts: Facts): Refused | undefined {
  if (record.standing === 'suspended') return no('record-suspended', 'treasury.standing.suspended', facts);
  if (record.state === 'annulled' || record.standing === 'annulled') return no('record-annulled', 'treasury.ledger.once', facts);
  return undefined;
}

/** The year, if it is open, not suspended, and today lies where `when` says. */
export function openYear(year: string, act: Act, view: Reader, when: 'not-over' | 'running' | 'any'): Found<YearRecord> {
  const record = view.get<YearRecord>('year', year);
  if (record === undefined) return no('unknown-year', 'treasury.ledger.reference', { year });
  const dead = mustBeLive(record, { year });
  if (dead !== undefined) return dead;
  if (record.state === 'closed') return no('year-closed', 'treasury.year.open', { year });
  if (when !== 'any' && today(act) > record.to) return no('year-over', 'treasury.year.annuality', { year, to: record.to });
  if (when === 'running' && today(act) < record.from) return no('year-not-begun', 'treasury.year.annuality', { year, from: record.from });
  return { found: record };
}

/** An expense line that takes steps. */
export function spendingLine(line: string, view: Reader): Found<LineRecord> {
  const record = view.get<LineRecord>('line', line);
  if (record === undefined) return no('unknown-line', 'treasury.ledger.reference', { line });
  const dead = mustBeLive(record, { line });
  if (dead !== undefined) return dead;
  if (record.side === 'revenue') return no('revenue-line', 'treasury.revenue.gross', { line });
  return { found: record };
}

export function lineOf(item: { readonly year: string; readonly fund: string; readonly line: string }): string {
  return lineId(item.year, item.fund, item.line);
}

/** Whether the transfers can be carried out; the money must be of the line's currency. */
export function mustFit(transfers: readonly Transfer[], currency: string, view: Reader): Refused | undefined {
  const result = carryOut(transfers, currency, view);
  if (!('fault' in result)) return undefined;
  if (result.fault === 'pending-missing') throw new Error(`Less is pending on ${result.account} than its records say.`);
  const facts = { account: result.account, asked: result.asked.toString(), currency };
  if (result.fault === 'limit-exceeded')
    return no('limit-exceeded', 'treasury.ledger.limit', { ...facts, available: result.available.toString() });
  return no(result.fault, 'treasury.ledger.amount', facts);
}

export function mustBeCurrency(asked: string, currency: string): Refused | undefined {
  return asked === currency ? undefined : no('currency-mismatch', 'treasury.ledger.currency', { asked, currency });
}

export function mustBePositive(amount: string): Refused | undefined {
  return BigInt(amount) > 0n ? undefined : no('amount-not-positive', 'treasury.ledger.amount', { asked: amount });
}

/** The first refusal of several questions. */
export function firstRefusal(...answers: readonly (Refused | undefined)[]): Refused | undefined {
  return answers.find((answer) => answer !== undefined);
}

/**
 * A record in another state than the step starts from. Where a deadline can have ended it, the answer says so and names
 * the rule, because the person who asks could not see it coming.
 */
export function mustBeIn(states: readonly string[], state: string, facts: Facts, expiry?: RuleId): Refused | undefined {
  if (states.includes(state)) return undefined;
  if (state === 'expired' && expiry !== undefined) return no('pending-expired', expiry, facts);
  return no('not-pending', 'treasury.ledger.once', { ...facts, state });
}
