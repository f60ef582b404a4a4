/**
 * Codes, amounts and times as people read them. Offices, roles and actions have codes on the ledger, never typed
 * names, so their words come from the code itself.
 */
import { minorDigits } from '@tabularium/protocol';

/** Transitions of the charter's zone: from this instant (ms UTC) on, civil time is UTC + minutes. */
export interface Zone {
  readonly name: string;
  readonly offsets: readonly { readonly from: number; readonly minutes: number }[];
}

/** Where a language is written in several ways, the one that is meant. */
const LOCALES: Readonly<Record<string, string>> = { en: 'en-GB' };
const numberFormats = new Map<string, Intl.NumberFormat>();
const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** `1,234,567.89 EUR` from minor units (integer text or bigint). A currency of no known digits keeps minor units whole. */
export function moneyWords(minor: string | bigint, currency: string, language = 'en'): string {
  return `${amountWords(minor, currency, language)}${currency === '' ? '' : `\u00a0${currency}`}`;
}

/** `1,234,567.89`, for tables that name the currency once. */
export function amountWords(minor: string | bigint, currency: string, language = 'en'): string {
  const value = BigInt(minor);
  const digits = minorDigits(currency) ?? 0;
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, '0');
  const exact = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  // As text, it keeps every digit (ECMA-402 §16.5.16).
  return `${value < 0n ? '\u2212' : ''}${numbersIn(language, digits).format(exact as unknown as number)}`;
}

function numbersIn(language: string, digits: number): Intl.NumberFormat {
  const key = `${language} ${digits}`;
  const known = numberFormats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: 'always' });
  numberFormats.set(key, made);
  return made;
}

/** `budget-controller` → `Budget controller`. */
export function codeWords(code: string): string {
  const words = code.replace(/[-_.]+/g, ' ').trim();
  return words === '' ? code : (words[0] as string).toUpperCase() + words.slice(1);
}

/** `14 March 2026, 09:32` in the charter's zone. */
export function timeWords(time: number, zone: Zone, language = 'en'): string {
  const [date, clock] = civil(time, zone);
  return `${dayWords(date, language)}, ${clock}`;
}

/** `14 March 2026` from `2026-03-14`; anything else as it is. */
export function dayWords(day: string, language = 'en'): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(day) : Number.NaN;
  if (Number.isNaN(time)) return day;
  const format = dayFormats.get(language) ?? new Intl.DateTimeFormat(LOCALES[language] ?? language, { dateStyle: 'long', timeZone: 'UTC' });
  dayFormats.set(language, format);
  return format.format(time);
}

/** `3f2a9c1b…` for the long random ids of records, `3f2a9c1b… no. 2` for their numbered parts; shorter codes stay whole. */
export function shortId(id: string, number = 'no.'): string {
  return id.replace(
    /^([0-9a-f]{8})[0-9a-f]{24}(?:[0-9a-f]{32})?(?:\.(\d+))?$|^([A-Za-z0-9_-]{8})[A-Za-z0-9_-]{35}$/,
    (_, hex, part, name) => `${hex ?? name}…${part === undefined ? '' : ` ${number} ${part}`}`,
  );
}

/** `12,441`. */
export function numberWords(count: number, language = 'en'): string {
  return numbersIn(language, 0).format(count);
}

/** `2026-03-14`: the day of an instant in the charter's zone. */
export function dayIn(time: number, zone: Zone): string {
  return civil(time, zone)[0];
}

function civil(time: number, zone: Zone): readonly [date: string, clock: string] {
  let minutes = 0;
  for (const offset of zone.offsets) if (offset.from <= time) minutes = offset.minutes;
  const text = new Date(time + minutes * 60_000).toISOString();
  return [text.slice(0, 10), text.slice(11, 16)];
}
