/**
 * How long things are kept: classes that the charter names (parameter `retention`), each with its years and whether an archive must have
 * what is disposed of. A class without years is kept for ever.
 */
import { type Act, civilDate, dayNumber } from '@tabularium/kernel';
import { type JsonValue, makeBodyChecker } from '@tabularium/protocol';
import { type Static, Type } from 'typebox';
import { today } from './checks.ts';
import { no } from './refusals.ts';
import type { Deadlines } from './state.ts';

const closed = { additionalProperties: false } as const;
const RetentionClasses = Type.Record(
  Type.String({ pattern: '^[A-Z][A-Z0-9-]{1,23}$' }),
  Type.Object({ years: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })), archive: Type.Boolean() }, closed),
  closed,
);
type RetentionClasses = Static<typeof RetentionClasses>;

/** In force where the charter says nothing. */
export const DEFAULT_CLASSES: RetentionClasses = {
  'CIVIL-STATUS': { years: 110, archive: true },
  'CASE-FILE': { years: 10, archive: true },
  CORRESPONDENCE: { years: 5, archive: false },
  PERMANENT: { archive: true },
};

/** The deadline of whatever is kept for a time. */
export const RETENTION = 'retention.end';

function classes(act: Act): RetentionClasses {
  const stated: JsonValue | undefined = act.charter.parameter('records', 'retention');
  return stated !== undefined && makeBodyChecker(RetentionClasses)(stated).ok ? (stated as RetentionClasses) : DEFAULT_CLASSES;
}

export function classOf(name: string, act: Act): RetentionClasses[string] | undefined {
  const known = classes(act);
  return Object.hasOwn(known, name) ? known[name] : undefined;
}

interface Kept {
  readonly retention: string;
  readonly until?: string;
}

/** From today on: until when something of this class is kept, and the deadline that says so; or why there is no such class. */
export function keptFrom(
  name: string,
  act: Act,
): { readonly found: { readonly kept: Kept; readonly deadlines: Deadlines } } | ReturnType<typeof no> {
  const found = classOf(name, act);
  if (found === undefined) return no('unknown-retention', 'records.retention.class', { class: name });
  if (found.years === undefined) return { found: { kept: { retention: name }, deadlines: { [RETENTION]: null } } };
  const until = yearsAfter(today(act), found.years);
  return { found: { kept: { retention: name, until }, deadlines: { [RETENTION]: act.charter.startOf(until) } } };
}

/** The same day so many years on; of 29 February, where there is none, 1 March. */
export function yearsAfter(day: string, years: number): string {
  const year = String(Number(day.slice(0, 4)) + years).padStart(4, '0');
  const number = dayNumber(`${year}-${day.slice(5, 7)}-01`) + Number(day.slice(8)) - 1;
  return civilDate(number);
}
