/** What a proven act says, member by member, so that whoever holds a receipt knows which payment it proves. */
import { catalogue } from '@tabularium/catalogue';
import { actionsOf } from './action-schema.ts';

/** One act may name thousands of records. */
const LINES_MAX = 20;

/** `Release payments (treasury.payment.release)`; the name alone of an action that nobody here knows. */
export function actTitle(action: string): string {
  const known = actionsOf(catalogue).find(({ name }) => name === action);
  return known === undefined ? action : `${known.definition.title} (${action})`;
}

export function bodyWords(body: unknown): readonly string[] {
  const all = membersOf(body, '');
  const lines = all.slice(0, LINES_MAX).map(([path, value]) => `        ${path}: ${value}`);
  return all.length > LINES_MAX ? [...lines, `        and ${all.length - LINES_MAX} more; --json shows them all`] : lines;
}

function membersOf(value: unknown, path: string): readonly (readonly [path: string, value: string])[] {
  if (typeof value !== 'object' || value === null) return [[path, plain(value)]];
  const { amount, currency, ...others } = value as Readonly<Record<string, unknown>>;
  if (typeof amount === 'string' && typeof currency === 'string' && Object.keys(others).length === 0)
    return [[path, moneyWords(amount, currency)]];
  return Object.entries(value).flatMap(([name, one]) => {
    const step = Array.isArray(value) ? ` ${Number(name) + 1}` : `${path === '' ? '' : ', '}${plain(name)}`;
    return membersOf(one, `${path}${step}`);
  });
}

/** `125050` of EUR → `1250.50 EUR`. */
function moneyWords(amount: string, currency: string): string {
  if (!/^-?\d+$/.test(amount) || !/^[A-Z]{3}$/.test(currency)) return `${plain(amount)} ${plain(currency)}`;
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const padded = amount.replace('-', '').padStart(digits + 1, '0');
  const whole = digits === 0 ? padded : `${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
  return `${amount.startsWith('-') ? '-' : ''}${whole} ${currency}`;
}

/** Nothing that a terminal would obey. */
export function plain(value: unknown): string {
  return String(value).replaceAll(/\p{C}/gu, (character) =>
    JSON.stringify(character)
      .slice(1, -1)
      .replace(/^\p{C}$/u, '\uFFFD'),
  );
}
