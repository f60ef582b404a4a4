/** Values as people write them: money in its currency, days and moments in the office's zone, codes as words. */
import { i18n } from '@lingui/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { office } from '../data/api.ts';
import { CODE } from '../words/load-words.ts';
import { useLanguage } from '../words/use-words.ts';

/** Digits after the point of a currency's amounts, as ISO 4217 and the browser know them. */
function digitsOf(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** `minor`: integer text of minor units; exact at any size. `short`: rounded, for drawings. */
export function moneyWords(minor: string, currency: string, language: string, short = false): string {
  const extent = short ? ({ notation: 'compact', maximumFractionDigits: 1 } as const) : { minimumFractionDigits: digitsOf(currency) };
  const format = new Intl.NumberFormat(language, { style: 'currency', currency, useGrouping: 'always', ...extent });
  return format.format(decimalOf(minor, currency) as unknown as number);
}

/** `125050` of EUR → `1250.50`, as every spreadsheet reads it. */
export function decimalOf(minor: string, currency: string): string {
  const digits = digitsOf(currency);
  const padded = minor.replace('-', '').padStart(digits + 1, '0');
  const whole = digits === 0 ? padded : `${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
  return minor.startsWith('-') ? `-${whole}` : whole;
}

export function Money({ minor, currency }: { readonly minor: string; readonly currency: string }) {
  const language = useLanguage();
  return <span className="money">{/^[A-Z]{3}$/.test(currency) ? moneyWords(minor, currency, language) : minor}</span>;
}

/** `time`: ms UTC. */
export function When({ time, withClock = false }: { readonly time: number; readonly withClock?: boolean }) {
  const language = useLanguage();
  const { zone } = useSuspenseQuery(office).data;
  return <time dateTime={new Date(time).toISOString()}>{whenWords(time, language, zone, withClock)}</time>;
}

export function whenWords(time: number, language: string, zone: string, withClock = false): string {
  const style = { dateStyle: 'medium', timeZone: zone, ...(withClock ? { timeStyle: 'short' as const } : {}) } as const;
  return new Intl.DateTimeFormat(language, style).format(time);
}

/** `day`: `2026-03-01`, wherever one is. */
export function Day({ day }: { readonly day: string }) {
  const language = useLanguage();
  return <time dateTime={day}>{dayWords(day, language)}</time>;
}

export function dayWords(day: string, language: string): string {
  return whenWords(Date.parse(day), language, 'UTC');
}

/** `mayor@hall`, `cashier@cash` → `Mayor, Cashier`. */
export function rolesWords(roles: readonly string[]): string {
  return roles.map((role) => codeWords(role.split('@')[0]!)).join(', ');
}

/** One style for an officer everywhere: `accountant@accounts` → `Accountant, Accounts`; `mayor@mayor` → `Mayor`. */
export function seatWords(seat: string): string {
  return [...new Set(seat.split('@').map(codeWords))].join(', ');
}

/** `order-payment` → `Order payment`. */
export function codeWords(code: string): string {
  const known = i18n.messages[CODE + code];
  const words = (typeof known === 'string' ? known : code).replaceAll(/[-_.]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
