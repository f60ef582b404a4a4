/** What stands in a form's fields becomes the body of an action, or says which fields stand in the way; and a row of a list begins a form. */
import { amountFromDecimal, amountToDecimal, type JsonObject, type JsonValue, minorDigits } from '@tabularium/protocol';
import type { Field } from './fields.ts';

/** What fields hold while somebody types: text, but for what is chosen. */
export type Value = string | boolean | Values | readonly Value[];
export interface Values {
  readonly [name: string]: Value;
}

export type Fault = 'missing' | 'form' | 'amount' | 'currency' | 'other';

export interface Reading {
  /** Absent where something stands in the way. */
  readonly body?: JsonObject;
  /** Path as in `items.0.money.amount` → what is wrong there. */
  readonly faults: Readonly<Record<string, Fault>>;
}

export interface Locale {
  /** What divides a number's whole from its parts where the reader lives: `.` or `,`. */
  readonly decimal: string;
  /** Minutes that the office's clocks are ahead of UTC at an instant, ms UTC. */
  readonly offset: (time: number) => number;
}

const MINUTE_MS = 60_000;

/** Empty fields; a list that must hold something begins with one item. */
export function emptyValues(fields: readonly Field[]): Values {
  return Object.fromEntries(fields.map((field) => [field.name, emptyValue(field)]));
}

function emptyValue(field: Field): Value {
  switch (field.kind) {
    case 'money':
      return { amount: '', currency: '' };
    case 'group':
      return emptyValues(field.fields);
    case 'list':
      return Array.from({ length: field.min }, () => emptyValues(field.fields));
    case 'codes':
      return [];
    case 'flag':
      return false;
    default:
      return '';
  }
}

/** Reads the fields; what is optional and empty is left out. */
export function readBody(fields: readonly Field[], values: Values, locale: Locale): Reading {
  const faults: Record<string, Fault> = {};
  const body = readGroup(fields, values, '', { locale, faults });
  return Object.keys(faults).length === 0 ? { body, faults } : { faults };
}

interface Place {
  readonly locale: Locale;
  readonly faults: Record<string, Fault>;
}

function readGroup(fields: readonly Field[], values: Values, path: string, place: Place): JsonObject {
  const read = fields.flatMap((field): [string, JsonValue][] => {
    const value = readField(field, values[field.name] ?? '', `${path}${field.name}`, place);
    return value === undefined ? [] : [[field.name, value]];
  });
  return Object.fromEntries(read);
}

function readField(field: Field, value: Value, path: string, place: Place): JsonValue | undefined {
  const { faults } = place;
  const fault = (what: Fault, at = path): undefined => {
    faults[at] = what;
    return undefined;
  };
  if (field.kind === 'group')
    return isBlank(value) && !field.isRequired ? undefined : readGroup(field.fields, value as Values, `${path}.`, place);
  if (field.kind === 'list') {
    const items = value as readonly Values[];
    if (items.length < field.min) return fault('missing');
    return items.map((item, n) => readGroup(field.fields, item, `${path}.${n}.`, place));
  }
  if (field.kind === 'codes') {
    const codes = (value as readonly string[]).map((one) => one.trim());
    for (const [n, code] of codes.entries()) if (!fits(field.pattern, code)) fault('form', `${path}.${n}`);
    return codes.length === 0 && !field.isRequired ? undefined : codes;
  }
  if (field.kind === 'money') return readMoney(field, value as Values, path, place);
  if (field.kind === 'flag') return value === true;
  const text = String(value).trim();
  if (text === '') return field.isRequired ? fault('missing') : undefined;
  return readText(field, text, path, place);
}

function readText(field: Field, text: string, path: string, { locale, faults }: Place): JsonValue | undefined {
  const unless = <T>(isRight: boolean, value: T): T | undefined => {
    if (isRight) return value;
    faults[path] = 'form';
    return undefined;
  };
  switch (field.kind) {
    case 'day':
      return unless(/^\d{4}-\d{2}-\d{2}$/.test(text), text);
    case 'instant': {
      const wall = Date.parse(`${text}Z`);
      return unless(!Number.isNaN(wall), wall - locale.offset(wall) * MINUTE_MS);
    }
    case 'number': {
      const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = field;
      const number = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
      return unless(number >= minimum && number <= maximum, number);
    }
    case 'choice':
      return unless(field.options.includes(text), text);
    case 'text':
      return unless(text.length <= field.maxLength, text);
    case 'digest':
      return unless(/^[0-9a-f]{64}$/.test(text), text);
    case 'code':
      return unless(fits(field.pattern, text) && text.length <= (field.maxLength ?? text.length), text);
    default:
      faults[path] = 'other';
      return undefined;
  }
}

function readMoney(field: Field, { amount = '', currency = '' }: Values, path: string, { locale, faults }: Place): JsonValue | undefined {
  const [typed, code] = [String(amount).trim(), String(currency).trim().toUpperCase()];
  if (typed === '' && !field.isRequired) return undefined;
  if (minorDigits(code) === undefined) faults[`${path}.currency`] = code === '' ? 'missing' : 'currency';
  const minor = amountFromDecimal(plainDecimal(typed, locale.decimal), minorDigits(code) === undefined ? 'EUR' : code);
  if (minor === undefined) faults[`${path}.amount`] = typed === '' ? 'missing' : 'amount';
  return minor === undefined ? undefined : { amount: minor.toString(), currency: code };
}

/** `1.234,50` where people write so, `1,234.50` elsewhere → `1234.50`. A group that has not three digits makes it no number. */
export function plainDecimal(text: string, decimal: string): string {
  const [whole = '', ...parts] = text.replaceAll(/[\s\u00a0\u202f'’]/g, '').split(decimal);
  const mark = decimal === ',' ? '.' : ',';
  const groups = whole.split(mark);
  if (groups.slice(1).some((group) => group.length !== 3) || parts.length > 1) return text === '' ? '' : 'x';
  return [groups.join(''), ...parts].join('.');
}

/** Minor units as somebody here would type them. */
export function typedAmount(minor: string, currency: string, decimal: string): string {
  return (amountToDecimal(BigInt(minor), currency) ?? '').replace('.', decimal);
}

function isBlank(value: Value): boolean {
  if (typeof value === 'string') return value === '';
  if (typeof value === 'boolean') return !value;
  return Object.values(value).every(isBlank);
}

function fits(pattern: string | undefined, text: string): boolean {
  return pattern === undefined || new RegExp(pattern, 'u').test(text);
}

/** What a row of a list fills in: path of a member (`money/currency`) → column. Amounts of the ledger are typed anew as people write them. */
export function begin(
  values: Values,
  fill: Readonly<Record<string, string>>,
  row: Readonly<Record<string, unknown>>,
  decimal: string,
): Values {
  return Object.entries(fill).reduce((begun, [path, column]) => {
    const text = String(row[column] ?? '');
    const isAmount = path.endsWith('/amount') && /^-?\d+$/.test(text);
    return withValue(begun, path.split('/'), isAmount ? typedAmount(text, String(row.currency ?? ''), decimal) : text);
  }, values);
}

/**
 * What an address names: a member (`reason`), one of a group or a sum (`money/amount` in minor units, `money/currency`), or one of a list's
 * first item (`items/line`). What the form does not ask is left out.
 */
export function prefill(values: Values, fields: readonly Field[], named: Readonly<Record<string, string>>, decimal: string): Values {
  const inside = (name: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(named).flatMap(([path, text]) => (path.startsWith(`${name}/`) ? [[path.slice(name.length + 1), text]] : [])),
    );
  return Object.fromEntries(
    fields.map((field): [string, Value] => {
      const { name, kind } = field;
      const value = values[name] ?? '';
      const within = inside(name);
      if (kind === 'group') return [name, prefill(value as Values, field.fields, within, decimal)];
      if (kind === 'list') {
        const [first = emptyValues(field.fields), ...rest] = value as readonly Values[];
        return [name, Object.keys(within).length === 0 ? value : [prefill(first, field.fields, within, decimal), ...rest]];
      }
      if (kind === 'money') return [name, prefilledMoney(value as Values, within, decimal)];
      return [name, kind === 'codes' || kind === 'flag' ? value : (named[name] ?? value)];
    }),
  );
}

function prefilledMoney(value: Values, { amount = '', currency = '' }: Readonly<Record<string, string>>, decimal: string): Values {
  return /^\d{1,18}$/.test(amount) && minorDigits(currency) !== undefined
    ? { amount: typedAmount(amount, currency, decimal), currency }
    : value;
}

function withValue(values: Values, [name = '', ...rest]: readonly string[], text: string): Values {
  return { ...values, [name]: rest.length === 0 ? text : withValue((values[name] ?? {}) as Values, rest, text) };
}
