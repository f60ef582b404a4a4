/**
 * From the JSON schema of an action's body to the fields of a form. Nothing here knows a module: kinds come from the schema alone (`x-type`,
 * patterns, enums, RFC 9901 disclosures as docs/spec/disclosure.md declares them).
 */

/** JSON Schema as the API gives it. */
export interface Schema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly 'x-type'?: string;
  readonly 'x-disclosure'?: 'published' | 'personal';
  readonly 'x-disclosures'?: Schema;
}

interface Named {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  readonly isRequired: boolean;
}

export type Field = Named &
  (
    | { readonly kind: 'money' }
    /** A day; a moment in the office's zone, ms UTC on the ledger; yes or no. */
    | { readonly kind: 'day' }
    | { readonly kind: 'instant' }
    | { readonly kind: 'flag' }
    /** A file, of which the body says the SHA-256, hex. */
    | { readonly kind: 'digest' }
    | { readonly kind: 'choice'; readonly options: readonly string[] }
    | { readonly kind: 'number'; readonly minimum?: number; readonly maximum?: number }
    | { readonly kind: 'code'; readonly pattern?: string; readonly maxLength?: number }
    /** What a person writes; it is published beside the ledger. */
    | { readonly kind: 'text'; readonly maxLength: number }
    | { readonly kind: 'group'; readonly fields: readonly Field[] }
    | { readonly kind: 'list'; readonly fields: readonly Field[]; readonly min: number; readonly max: number }
    /** A list of codes. */
    | { readonly kind: 'codes'; readonly pattern?: string; readonly max: number }
    /** No form can ask for this. */
    | { readonly kind: 'other' }
  );

const SHA256 = '^[0-9a-f]{64}$';
const TEXT_MAX = 400;
const LIST_MAX = 1_000;

/** `call`: what a member is called that has no title. The fields of an object: its members, and the texts that travel beside it. Personal data has no store yet, so it is not asked for. */
export function fieldsOf(schema: Schema, call: (name: string) => string): readonly Field[] {
  const clear = schema['x-disclosures'];
  const required = new Set([...(schema.required ?? []), ...(clear?.required ?? [])]);
  const members = [
    ...Object.entries(schema.properties ?? {}).filter(([name]) => name !== '_sd'),
    ...Object.entries(clear?.properties ?? {}),
  ];
  return members
    .filter(([, member]) => member['x-disclosure'] !== 'personal')
    .map(([name, member]) => fieldOf(name, member, required.has(name), call));
}

function fieldOf(name: string, schema: Schema, isRequired: boolean, call: (name: string) => string): Field {
  const label = schema.title ?? call(name);
  const { description } = schema;
  const named = { name, label, isRequired, ...(description === undefined || description === 'ms UTC' ? {} : { help: description }) };
  return { ...named, ...shapeOf(schema, call) };
}

// biome-ignore lint/suspicious/noExplicitAny: a union without the names that each of its members has.
type Shape = Field extends infer F ? (F extends any ? Omit<F, keyof Named> : never) : never;

function shapeOf(schema: Schema, call: (name: string) => string): Shape {
  const { type, pattern, maxLength, minimum, maximum, items, minItems = 0, maxItems = LIST_MAX } = schema;
  switch (schema['x-type']) {
    case 'money':
      return { kind: 'money' };
    case 'day':
    case 'instant':
      return { kind: schema['x-type'] };
    default:
  }
  if (schema.enum?.every((one) => typeof one === 'string') === true) return { kind: 'choice', options: schema.enum as readonly string[] };
  if (schema['x-disclosure'] === 'published' && type === 'string') return { kind: 'text', maxLength: maxLength ?? TEXT_MAX };
  if (type === 'string' && pattern === SHA256) return { kind: 'digest' };
  if (type === 'string')
    return { kind: 'code', ...(pattern === undefined ? {} : { pattern }), ...(maxLength === undefined ? {} : { maxLength }) };
  if (type === 'boolean') return { kind: 'flag' };
  if (type === 'integer')
    return { kind: 'number', ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
  if (type === 'object' && schema.properties !== undefined) return { kind: 'group', fields: fieldsOf(schema, call) };
  if (type === 'array' && items?.properties !== undefined)
    return { kind: 'list', fields: fieldsOf(items, call), min: minItems, max: maxItems };
  if (type === 'array' && items?.type === 'string')
    return { kind: 'codes', max: maxItems, ...(items.pattern === undefined ? {} : { pattern: items.pattern }) };
  return { kind: 'other' };
}
