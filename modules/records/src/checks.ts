/** Questions that decisions of this module ask: who signs, is the record there and live, what does its case allow, which number is next. */
import type { Act, Stamp, Stored, View } from '@tabularium/kernel';
import { no } from './refusals.ts';
import type { RuleId } from './rules.ts';
import { type Change, type Collection, changed, made, type RecordRecord, read, type Shapes, stateKey } from './state.ts';

export type Refused = ReturnType<typeof no>;
export type Found<T> = { readonly found: T } | Refused;

/** Ids of all who sign, and of those in whose place they do. */
export function officers(act: Act): string[] {
  return [...new Set(act.signers.flatMap(({ officer, for: giver }) => (giver === undefined ? [officer] : [officer, giver])))];
}

/** The office whose act it is: that of whoever signed first. */
export function office(act: Act): string {
  return act.signers[0]?.office ?? '';
}

export function agency(act: Act): string {
  return act.signers[0]?.agency ?? '';
}

/** Today in the charter's zone. */
export function today(act: Act): string {
  return act.charter.date(act.time);
}

/** A whole number of the charter's parameters for this module; what is not one, or out of bounds, counts as not set. */
export function parameter(act: Act, name: string, otherwise: number, min: number, max: number): number {
  const value = act.charter.parameter('records', name);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max ? value : otherwise;
}

/** None of those who sign may be among those who acted before. */
export function otherPersons(act: Act, before: readonly string[] | undefined, rule: RuleId): Refused | undefined {
  const again = officers(act).find((officer) => before?.includes(officer) === true);
  return again === undefined ? undefined : no('same-person', rule, { officer: again });
}

/** A record of a collection that takes further steps: there, and neither suspended nor ended by a standing action. */
export function live<C extends Collection>(view: View, collection: C, id: string): Found<Stored<Shapes[C]>> {
  const record = read(view, collection, id);
  if (record === undefined) return no('unknown-record', 'records.reference', { record: stateKey(collection, id) });
  return mustBeLive(record, stateKey(collection, id)) ?? { found: record };
}

export function mustBeLive({ standing }: Partial<Stamp>, key: string): Refused | undefined {
  if (standing === 'suspended') return no('record-suspended', 'records.standing.suspended', { record: key });
  return standing === undefined ? undefined : no('record-annulled', 'records.step', { record: key });
}

export function mustBeIn(states: readonly string[], state: string, record: string): Refused | undefined {
  if (states.includes(state)) return undefined;
  if (state === 'archived') return no('record-archived', 'records.step', { record });
  return no('not-pending', 'records.step', { record, state });
}

/** A civil record that takes a step in the agency that leads it, and whose case is not erased. */
export function ownRecord(id: string, act: Act, view: View, use: 'any' | 'unrestricted'): Found<Stored<RecordRecord>> {
  const stored = live(view, 'record', id);
  if ('refused' in stored) return stored;
  return mustBeOwn(stored.found, id, act, 'records.agency.own') ?? mustAllow(id, view, use) ?? stored;
}

/** All who sign are of the agency whose record it is. */
export function mustBeOwn({ agency: own }: { readonly agency: string }, id: string, act: Act, rule: RuleId): Refused | undefined {
  const stranger = act.signers.find((signer) => signer.agency !== own);
  return stranger === undefined ? undefined : no('agency-differs', rule, { record: id, agency: own, signer: stranger.agency });
}

/** What `modules/privacy` says about a case. */
export interface CaseStanding {
  readonly restricted: boolean;
  readonly held: boolean;
  readonly erased: boolean;
  readonly objected: boolean;
}

export function standingOf(id: string, view: View): CaseStanding {
  return view.ask('cases', 'standing', { case: id }) as unknown as CaseStanding;
}

/** What is erased takes no step at all; what is restricted none but those that put it right. */
export function mustAllow(id: string, view: View, use: 'any' | 'unrestricted'): Refused | undefined {
  const { erased, restricted } = standingOf(id, view);
  if (erased) return no('record-erased', 'records.erased', { case: id });
  return restricted && use === 'unrestricted' ? no('record-restricted', 'records.restricted', { case: id }) : undefined;
}

/** Series of running numbers, by the letter before their n. */
export const SERIES = { registration: '', certificate: 'c', request: 'q' } as const;

/** The next number of an office in this year, and the counter that goes with it. */
export function nextNumber(series: keyof typeof SERIES, act: Act, view: View): { readonly number: string; readonly counter: Change } {
  const letter = SERIES[series];
  const of = `${office(act)}.${today(act).slice(0, 4)}`;
  const id = letter === '' ? of : `${of}.${letter}`;
  const before = read(view, 'counter', id);
  const last = (before?.last ?? 0) + 1;
  return {
    number: `${of}.${letter}${last}`,
    counter: before === undefined ? made('counter', id, { last }) : changed('counter', id, { last }),
  };
}
