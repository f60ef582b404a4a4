/** What of a record may be corrected, as fields that hold what stands there now; and in what the corrected one differs. */
import { canonicalJson, type JsonObject, type JsonValue } from '@tabularium/protocol';
import { emptyValues, type Locale, typedAmount, type Value, type Values } from '../forms/body.ts';
import { type Field, fieldsOf, type Schema } from '../forms/fields.ts';

const MINUTE_MS = 60_000;

export type Held = Readonly<Record<string, unknown>>;

export interface Difference {
  readonly name: string;
  readonly label: string;
  /** Undefined where the record has no such member yet. */
  readonly before: unknown;
  readonly after: JsonValue;
}

/** The members that a correction may change. One that stands there can be changed and not be left empty: a correction takes nothing away. */
export function correctable(change: Schema, record: Held, call: (name: string) => string): readonly Field[] {
  return fieldsOf(change, call)
    .filter(({ kind }) => kind !== 'other' && kind !== 'text')
    .map((field) => ({ ...field, isRequired: record[field.name] !== undefined }));
}

/** What stands in the record, as somebody would type it. */
export function valuesOf(fields: readonly Field[], record: Held, locale: Locale): Values {
  const empty = emptyValues(fields);
  return Object.fromEntries(
    fields.map((field): [string, Value] => {
      const value = record[field.name];
      return [field.name, value === undefined || value === null ? empty[field.name]! : typed(field, value, locale)];
    }),
  );
}

function typed(field: Field, value: unknown, locale: Locale): Value {
  switch (field.kind) {
    case 'money': {
      const { amount, currency } = value as { readonly amount: string; readonly currency: string };
      return { amount: typedAmount(amount, currency, locale.decimal), currency };
    }
    case 'group':
      return valuesOf(field.fields, value as Held, locale);
    case 'list':
      return (value as readonly Held[]).map((item) => valuesOf(field.fields, item, locale));
    case 'codes':
      return (value as readonly unknown[]).map(String);
    case 'flag':
      return value === true;
    case 'instant':
      return new Date(Number(value) + locale.offset(Number(value)) * MINUTE_MS).toISOString().slice(0, 16);
    default:
      return String(value);
  }
}

/** Members of `body` that say something else than the record. */
export function differences(fields: readonly Field[], body: JsonObject, record: Held): readonly Difference[] {
  return fields.flatMap(({ name, label }) => {
    const [before, after] = [record[name], body[name]];
    if (after === undefined || (before !== undefined && canonicalJson(after) === canonicalJson(before as JsonValue))) return [];
    // A box that nobody ticked says no more than its absence, and a list of nothing no more than none.
    const isNothing = after === false || (Array.isArray(after) && after.length === 0);
    return before === undefined && isNothing ? [] : [{ name, label, before, after }];
  });
}
