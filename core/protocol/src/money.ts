/**
 * Money (docs/spec/money.md): a whole number of minor units as a decimal string, with a currency. Strings, because JSON
 * readers round integers above 2^53; within ±(2^63−1), because SQL keeps them in 64 bits. There is no division.
 */
import { type Static, Type } from 'typebox';
import { CURRENCIES } from './currencies.ts';

/** The largest amount, in minor units; the smallest is its negative. */
export const MAX_AMOUNT = 2n ** 63n - 1n;

/** The decimal numbers 1…max as a regular expression: shorter ones, then those that leave `max` at each of its digits. */
function upTo(max: string): string {
  const forms = [`[1-9][0-9]{0,${max.length - 2}}`];
  for (let i = 0; i < max.length; i++) {
    const digit = Number(max[i]);
    const lowest = i === 0 ? 1 : 0;
    if (digit <= lowest) continue;
    const rest = max.length - i - 1;
    forms.push(`${max.slice(0, i)}[${lowest}-${digit - 1}]${rest > 0 ? `[0-9]{${rest}}` : ''}`);
  }
  return [...forms, max].join('|');
}

/** No leading zero, no plus, no minus zero, within ±(2^63−1): one spelling for each amount. */
export const AMOUNT_PATTERN = `^(?:0|-?(?:${upTo(MAX_AMOUNT.toString())}))$`;
const AMOUNT = new RegExp(AMOUNT_PATTERN);

export const Amount = Type.String({ pattern: AMOUNT_PATTERN, 'x-type': 'amount' });
export const Currency = Type.String({ pattern: `^(?:${[...CURRENCIES.keys()].join('|')})$`, 'x-type': 'currency' });
/** An amount with its currency, as it stands in bodies, events and state. */
export const Money = Type.Object({ amount: Amount, currency: Currency }, { additionalProperties: false, 'x-type': 'money' });
export type Money = Static<typeof Money>;

/** Reads an amount of minor units; undefined unless it is its one spelling and within bounds. */
export function parseAmount(text: string): bigint | undefined {
  return text.length <= 20 && AMOUNT.test(text) ? BigInt(text) : undefined;
}

/** The one spelling of an amount. Throws RangeError outside ±(2^63−1): an overflow is a broken invariant, never a wrap. */
export function formatAmount(amount: bigint): string {
  if (!isAmount(amount)) throw new RangeError('An amount lies within ±(2^63−1) minor units.');
  return amount.toString();
}

/** Whether a sum may stand on the ledger: to be asked before `formatAmount` where a refusal is the right answer. */
export function isAmount(amount: bigint): boolean {
  return amount <= MAX_AMOUNT && amount >= -MAX_AMOUNT;
}

/** Digits after the decimal point, or undefined for a code that is no currency. */
export function minorDigits(currency: string): number | undefined {
  return CURRENCIES.get(currency);
}

/** Minor units as a plain decimal with a point: `-1234.50`. Undefined for a code that is no currency. */
export function amountToDecimal(amount: bigint, currency: string): string | undefined {
  const digits = CURRENCIES.get(currency);
  if (digits === undefined) return undefined;
  const magnitude = (amount < 0n ? -amount : amount).toString().padStart(digits + 1, '0');
  const sign = amount < 0n ? '-' : '';
  if (digits === 0) return sign + magnitude;
  return `${sign}${magnitude.slice(0, -digits)}.${magnitude.slice(-digits)}`;
}

/**
 * Minor units of a plain decimal (`1234.5`, `-7`, `+0.05`; no grouping, no exponent). Undefined for anything else, for
 * digits other than 0 beyond the currency's minor unit (nothing is ever rounded), and outside ±(2^63−1).
 */
export function amountFromDecimal(text: string, currency: string): bigint | undefined {
  const digits = CURRENCIES.get(currency);
  const parts = /^([+-]?)([0-9]{1,30})(?:\.([0-9]{1,30}))?$/.exec(text);
  if (digits === undefined || parts === null) return undefined;
  const [, sign, whole = '', fraction = ''] = parts;
  if (/[1-9]/.test(fraction.slice(digits))) return undefined;
  const magnitude = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  const amount = sign === '-' ? -magnitude : magnitude;
  return isAmount(amount) ? amount : undefined;
}
