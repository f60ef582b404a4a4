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

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** `1,234,567.89 EUR` from minor units (integer text or bigint). A currency of no known digits keeps minor units whole. */
export function moneyWords(minor: string | bigint, currency: string): string {
  return `${amountWords(minor, currency)}${currency === '' ? '' : `\u00a0${currency}`}`;
}

/** `1,234,567.89`, for tables that name the currency once. */
export function amountWords(minor: string | bigint, currency: string): string {
  const value = BigInt(minor);
  const digits = minorDigits(currency) ?? 0;
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ',');
  const part = digits === 0 ? '' : `.${text.slice(-digits)}`;
  return `${value < 0n ? '\u2212' : ''}${whole}${part}`;
}

/** Large sums in words for headlines: `12.4 million`. */
export function roundAmountWords(minor: string | bigint, currency: string): string {
  const whole = BigInt(minor) / 10n ** BigInt(minorDigits(currency) ?? 0);
  for (const [size, word] of [
    [1_000_000_000n, 'billion'],
    [1_000_000n, 'million'],
  ] as const) {
    if (whole >= size) return `${Number((whole * 10n) / size) / 10}\u00a0${word}`;
  }
  return whole.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `budget-controller` → `Budget controller`. */
export function codeWords(code: string): string {
  const words = code.replace(/[-_.]+/g, ' ').trim();
  return words === '' ? code : (words[0] as string).toUpperCase() + words.slice(1);
}

/** `role@office` → `Budget controller, finance`. */
export function roleWords(role: string, office: string): string {
  if (role === '') return '';
  return office === '' || office === role ? codeWords(role) : `${codeWords(role)}, ${codeWords(office).toLowerCase()}`;
}

/** `14 March 2026, 09:32` in the charter's zone. */
export function timeWords(time: number, zone: Zone): string {
  const [date, clock] = civil(time, zone);
  return `${dayWords(date)}, ${clock}`;
}

/** `14 March 2026` from `2026-03-14`; anything else as it is. */
export function dayWords(day: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  const month = parts === null ? undefined : MONTHS[Number(parts[2]) - 1];
  return parts === null || month === undefined ? day : `${Number(parts[3])} ${month} ${parts[1]}`;
}

/** `3f2a9c1b…` for the long random ids of records, `3f2a9c1b… no. 2` for their numbered parts; shorter codes stay whole. */
export function shortId(id: string): string {
  return id.replace(
    /^([0-9a-f]{8})[0-9a-f]{24}(?:[0-9a-f]{32})?(?:\.(\d+))?$|^([A-Za-z0-9_-]{8})[A-Za-z0-9_-]{35}$/,
    (_, hex, part, name) => `${hex ?? name}…${part === undefined ? '' : ` no. ${part}`}`,
  );
}

/** `treasury/payment/3f2a…` → `Payment 3f2a9c1b…`. */
export function keyWords(key: string): string {
  const [, collection = '', ...id] = key.split('/');
  return `${codeWords(collection)} ${shortId(id.join('/'))}`;
}

/** `1 record`, `2,345 records`. */
export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${numberWords(count)} ${count === 1 ? one : many}`;
}

/** `12,441`. */
export function numberWords(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
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
