/**
 * Whether what a page shows is what the proven record says: a proof is of the record, while pages show rows and words that the node made of
 * it. What has no counterpart in the record is neither confirmed nor contradicted.
 */
import { canonicalJson, type JsonObject, type JsonValue } from '@tabularium/protocol';
import type { Cell, Row, Told } from '../data/shown.ts';

/** The kernel's on every record, of which pages tell nothing. */
const STAMP: readonly string[] = ['v', 'rev', 'tx', 'rule', 'time', 'deadlines'];
/** In a list, a column of such a name means another thing. */
const LIST_OWN: ReadonlySet<string> = new Set([...STAMP, 'order', 'entry']);
/** Parts of the record's `money`. */
const MONEY: ReadonlySet<string> = new Set(['amount', 'currency']);
/** Every record may have it; where it has none, a row says nothing of it. */
const STANDING = 'standing';

/** A record's member that a page shows otherwise; `proven` is absent where nobody can tell which member is meant, or the record has none. */
export interface Otherwise {
  readonly label: string;
  readonly here: Told;
  readonly proven?: Told;
}

/** The record's members as a row of these columns would show them; without the columns that no member answers to. */
export function provenRow(columns: Iterable<string>, record: JsonObject): Row {
  const cells: Record<string, Cell> = {};
  for (const column of columns) {
    const cell = LIST_OWN.has(column) ? undefined : asCell(memberOf(record, column));
    if (cell !== undefined) cells[column] = cell;
  }
  return cells;
}

/** Columns in which a row says otherwise. */
export function differing(row: Row, proven: Row): readonly string[] {
  return Object.keys(proven).filter((column) => String(row[column] ?? '') !== String(proven[column]));
}

function memberOf(record: JsonObject, column: string): JsonValue | undefined {
  const name = column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (Object.hasOwn(record, name)) return record[name];
  if (name === STANDING) return '';
  return MONEY.has(name) && isObject(record.money) ? record.money[name] : undefined;
}

function asCell(value: JsonValue | undefined): Cell | undefined {
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string') ? value.join(' ') : undefined;
  return typeof value === 'object' ? undefined : value;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a record's page says otherwise: in its words, and in the record as it hands it out. Published texts are told by digest alone. */
export function saidOtherwise(key: string, told: readonly Told[], shown: JsonObject, record: JsonObject): readonly Otherwise[] {
  const wrong = told.filter((one) => one.aside !== true && !isHeld(key, one, record));
  const differing = [...new Set([...Object.keys(shown), ...Object.keys(record)])].filter(
    (name) => canonicalJson(shown[name] ?? null) !== canonicalJson(record[name] ?? null),
  );
  const named = new Set<string>();
  const inWords = wrong.map((here): Otherwise => {
    const name = differing.find((one) => says(here, shown[one])) ?? onlyUntold(here, told, record);
    if (name !== undefined) named.add(name);
    const proven = name === undefined ? undefined : asTold(here, record[name]);
    return { label: here.label, here, ...(proven === undefined ? {} : { proven }) };
  });
  const inRecord = differing
    .filter((name) => !named.has(name))
    .map((name): Otherwise => ({ label: name, here: asText(name, shown[name]), proven: asText(name, record[name]) }));
  return [...inWords, ...inRecord];
}

/** Whether the record has this value, wherever in it. */
function isHeld(key: string, told: Told, record: JsonObject): boolean {
  const leaves = leavesOf(Object.fromEntries(Object.entries(record).filter(([name]) => !STAMP.includes(name))));
  switch (told.as) {
    case 'text':
    case 'withdrawn':
      return true;
    case 'money':
      return leaves.has(String(told.value)) && (told.currency === '' || leaves.has(String(told.currency)));
    case 'record': {
      const [module, name = '', ...id] = (told.key ?? '').split('/');
      return leaves.has(String(told.key)) || (key.startsWith(`${module}/`) && record[name] === id.join('/'));
    }
    default:
      return leaves.has(String(told.value));
  }
}

/** Where the page's record is right and its words are not: the one member of the same kind that its words leave out. */
function onlyUntold(here: Told, told: readonly Told[], record: JsonObject): string | undefined {
  const untold = Object.keys(record).filter(
    (name) => asTold(here, record[name]) !== undefined && !told.some((one) => one !== here && says(one, record[name])),
  );
  return untold.length === 1 ? untold[0] : undefined;
}

function says(told: Told, value: JsonValue | undefined): boolean {
  const id = told.as === 'record' ? told.key?.split('/').slice(2).join('/') : undefined;
  const leaves = leavesOf(value);
  return leaves.has(String(told.value)) || (id !== undefined && (leaves.has(id) || leaves.has(told.key ?? '')));
}

/** A member's value in the way in which another is told; undefined where it is of another kind. */
function asTold({ label, as, currency = '' }: Told, value: JsonValue | undefined): Told | undefined {
  if (as === 'money') {
    if (isObject(value) && typeof value.amount === 'string') return { label, as, value: value.amount, currency: String(value.currency) };
    return typeof value === 'string' && /^-?\d+$/.test(value) ? { label, as, value, currency } : undefined;
  }
  if (as === 'time') return typeof value === 'number' ? { label, as, value } : undefined;
  if (as === 'flag') return typeof value === 'boolean' ? { label, as, value } : undefined;
  if (typeof value !== 'string') return undefined;
  if (as === 'day') return /^\d{4}-\d\d-\d\d$/.test(value) ? { label, as, value } : undefined;
  return { label, as: 'code', value };
}

function asText(label: string, value: JsonValue | undefined): Told {
  return { label, as: 'text', value: asCell(value) ?? (value === undefined ? '–' : canonicalJson(value)) };
}

/** Every text, number and flag within a value. */
function leavesOf(value: JsonValue | undefined): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null) return new Set(value === undefined ? [] : [String(value)]);
  return new Set(Object.values(value).flatMap((one: JsonValue) => [...leavesOf(one)]));
}
