/** Questions several decisions ask alike. Each answers a refusal, or undefined, or what it found. */
import { type Act, type Facts, isDay, type Refusal, type Stored, type View } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';
import { addDays } from './calendar.ts';
import { no } from './refusals.ts';
import type { RuleId } from './rules.ts';
import { type CaseRecord, caseIn, MAX_STANDING } from './state.ts';

export type Refused = { readonly refused: Refusal };
export type Found<T> = { readonly found: T } | Refused;

/** Ids of all who sign, and of those in whose place they do: giver and holder of a mandate are one where two people are asked for. */
export function officers(act: Act): string[] {
  return [...new Set(act.signers.flatMap(({ officer, for: giver }) => (giver === undefined ? [officer] : [officer, giver])))];
}

/** Today in the charter's zone. */
export function today(act: Act): string {
  return act.charter.date(act.time);
}

/** A whole number of the charter's parameters for this module, within 0…max; what is not one counts as not set. */
export function parameter(act: Act, name: string, otherwise: number, max: number): number {
  const value = act.charter.parameter('privacy', name);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max ? value : otherwise;
}

/** A case that is not erased. */
export function liveCase(handle: string, view: Pick<View, 'get'>): Found<CaseRecord> {
  const found = caseIn(view, handle);
  return found.erased ? no('case-erased', 'privacy.case.erased', { case: handle }) : { found };
}

export function find<T extends JsonObject>(collection: string, id: string, view: Pick<View, 'get'>): Found<Stored<T>> {
  const found = view.get<T>(collection, id);
  return found === undefined ? no('unknown-record', 'privacy.record.reference', { record: `privacy/${collection}/${id}` }) : { found };
}

export function mustBeIn(state: string, record: { readonly state: string }, facts: Facts): Refused | undefined {
  return record.state === state ? undefined : no('not-open', 'privacy.record.once', { ...facts, state: record.state });
}

/** A record that stands in this state. */
export function findIn<T extends JsonObject & { readonly state: string }>(
  collection: string,
  id: string,
  state: T['state'],
  view: Pick<View, 'get'>,
): Found<Stored<T>> {
  const record = find<T>(collection, id, view);
  if ('refused' in record) return record;
  return mustBeIn(state, record.found, { record: `privacy/${collection}/${id}` }) ?? record;
}

/** None of those who decide may be among those who took it in. */
export function otherPersons(act: Act, before: readonly string[], rule: RuleId): Refused | undefined {
  const again = officers(act).find((officer) => before.includes(officer));
  return again === undefined ? undefined : no('same-person', rule, { officer: again });
}

export function mustBeDay(day: string): Refused | undefined {
  return isDay(day) ? undefined : no('day-impossible', 'privacy.calendar.day', { day });
}

/** A last day that exists, has not passed, and lies at most `days` off `from`. */
export function mustBeTerm(
  until: string,
  act: Act,
  rule: RuleId,
  term?: { readonly from: string; readonly days: number },
): Refused | undefined {
  const wrong = mustBeDay(until);
  if (wrong !== undefined) return wrong;
  if (until < today(act)) return no('day-past', rule, { day: until });
  if (term === undefined) return undefined;
  const latest = addDays(term.from, term.days);
  return until > latest ? no('term-too-long', rule, { until, latest }) : undefined;
}

/** What the charter says of a purpose: `privacy.purposes` is `{<code>: {basis, roles}}`. */
export function purposeOf(code: string, act: Act): Found<{ readonly basis?: string }> {
  const purposes = act.charter.parameter('privacy', 'purposes');
  const known = typeof purposes === 'object' && purposes !== null && !Array.isArray(purposes) && Object.hasOwn(purposes, code);
  if (!known) return no('unknown-purpose', 'privacy.grant.purpose', { purpose: code });
  return { found: ((purposes as JsonObject)[code] ?? {}) as { readonly basis?: string } };
}

export function mustBeAgencies(codes: readonly string[], act: Act): Refused | undefined {
  const unknown = codes.find((code) => act.charter.agency(code) === undefined);
  return unknown === undefined ? undefined : no('unknown-agency', 'privacy.record.reference', { agency: unknown });
}

export function mustHaveRoom(standing: number): Refused | undefined {
  return standing < MAX_STANDING ? undefined : no('too-many', 'privacy.case.bounds', { most: MAX_STANDING });
}
