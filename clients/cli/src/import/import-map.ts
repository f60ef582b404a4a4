/**
 * The map: a JSON file that says which column of somebody's file becomes which field of an imported row. It is data, so a
 * clerk can write one without programming, and it is checked before the first row is read.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Static, type TSchema, Type } from 'typebox';
import { Errors } from 'typebox/value';
import { ImportFileError } from './import-file-error.ts';

const closed = { additionalProperties: false } as const;
const Column = Type.String({ minLength: 1 });
const Columns = Type.Array(Column, { minItems: 1 });

/** Text with no space around it, put in capitals, as codes are. Several columns are joined. */
const CodeField = Type.Object(
  {
    as: Type.Literal('code'),
    columns: Columns,
    /** Between columns; default `-`. */
    join: Type.Optional(Type.String()),
    /** Columns that may be blank and are then left out; if another is blank, the field is missing. */
    blank: Type.Optional(Columns),
    /** Zeros are put before a value until it has so many characters, by column. */
    pad: Type.Optional(Type.Record(Type.String(), Type.Integer({ minimum: 1, maximum: 40 }))),
    /** Replaces whole values. */
    replace: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  closed,
);
/** A year, or a year, month and day written in a form such as `DD.MM.YYYY` (what follows is left out). */
const DateField = Type.Object(
  { as: Type.Literal('date'), columns: Columns, form: Type.Optional(Type.String({ pattern: 'YYYY' })) },
  closed,
);
/** Money, in units of its currency (`12.50`) unless `minor`; `thousands` and the like by `shift`. */
const AmountField = Type.Object(
  {
    as: Type.Literal('amount'),
    columns: Columns,
    /** ISO 4217, or the column that holds it. */
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
    currencyColumn: Type.Optional(Column),
    minor: Type.Optional(Type.Literal(true)),
    shift: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
  },
  closed,
);
/** What people wrote: goes to the text store, never into the ledger itself. */
const TextField = Type.Object({ as: Type.Literal('text'), columns: Columns, join: Type.Optional(Type.String()) }, closed);
/** The same for each row. */
const ConstantField = Type.Object({ as: Type.Literal('constant'), value: Type.String() }, closed);

const FIELDS = { code: CodeField, date: DateField, amount: AmountField, text: TextField, constant: ConstantField } as const;
const FieldMap = Type.Union([CodeField, DateField, AmountField, TextField, ConstantField]);
export type FieldMap = Static<typeof FieldMap>;
export type AmountField = Static<typeof AmountField>;
export type CodeField = Static<typeof CodeField>;

const ImportMap = Type.Object(
  {
    /** For people. */
    title: Type.String(),
    /** Code of the file on the ledger, `MADRID-2012-2015`. */
    source: Type.String({ pattern: '^[A-Z0-9][A-Z0-9.-]{0,23}$' }),
    /** `line`, `account`, `activity`, `balance` or `payment`. */
    kind: Type.String(),
    format: Type.Object(
      {
        kind: Type.Union([Type.Literal('csv'), Type.Literal('jsonl')]),
        encoding: Type.Optional(Type.String()),
        delimiter: Type.Optional(Type.String({ minLength: 1 })),
        quote: Type.Optional(Type.String({ minLength: 1, maxLength: 1 })),
        decimal: Type.Optional(Type.Union([Type.Literal('.'), Type.Literal(',')])),
        group: Type.Optional(Type.Union([Type.Literal('.'), Type.Literal(',')])),
      },
      closed,
    ),
    /** Field of the row → where it comes from. */
    fields: Type.Record(Type.String(), FieldMap),
    /** For balances: code of a figure → the amount it stands for. */
    figures: Type.Optional(Type.Record(Type.String(), AmountField)),
    /** For balances: identities each row must satisfy, by codes of figures. */
    sums: Type.Optional(Type.Array(Type.Object({ total: Type.String(), parts: Type.Array(Type.String(), { minItems: 1 }) }, closed))),
    /** Values that mean nothing stands there, besides the empty one; compared without space around them. */
    nothing: Type.Optional(Type.Array(Type.String())),
  },
  closed,
);
export type ImportMap = Static<typeof ImportMap>;

/** Maps that come with the command line, by name. */
const OWN_MAPS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'maps');

/** Reads a map from a file, or one of ours by name (`madrid-budget`). Throws `ImportFileError`. */
export function readMap(nameOrPath: string): ImportMap {
  const path = /^[a-z0-9-]+$/.test(nameOrPath) ? join(OWN_MAPS, `${nameOrPath}.json`) : nameOrPath;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new ImportFileError(
      'map-missing',
      `there is no map ${path}`,
      'Give the path of a map file; docs/guides/import.md shows how to write one.',
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new ImportFileError('map-syntax', `${path} is not JSON: ${(error as Error).message}`, 'Mend the file there.');
  }
  const fault = faultOf(value);
  if (fault !== undefined)
    throw new ImportFileError('map-member', `${path}: ${fault}`, 'docs/guides/import.md lists the members of a map.');
  return value as ImportMap;
}

/** What is wrong with a map, with the place; of a field by its own `as`, since a union of all would only say that none fits. */
function faultOf(value: unknown): string | undefined {
  const fields = (value as { readonly fields?: unknown } | null)?.fields;
  if (typeof fields === 'object' && fields !== null) {
    for (const [name, field] of Object.entries(fields)) {
      const schema = FIELDS[(field as { readonly as?: keyof typeof FIELDS } | null)?.as ?? 'code'];
      if (schema === undefined) return `/fields/${name}/as is none of ${Object.keys(FIELDS).join(', ')}`;
      const inner = firstFault(schema, field);
      if (inner !== undefined) return `/fields/${name}${inner}`;
    }
  }
  return firstFault(ImportMap, value);
}

function firstFault(schema: TSchema, value: unknown): string | undefined {
  const faults = Errors(schema, value);
  // An undeclared member is told twice: once by name, as a schema that is false, and once for the object.
  const [fault] = faults;
  if (fault === undefined) return undefined;
  return `${fault.instancePath || '/'} ${fault.message === 'schema is false' ? 'is not a member of a map' : fault.message}`;
}

/** Every column that a map reads. */
export function columnsOf(map: ImportMap): ReadonlySet<string> {
  const columns = new Set<string>();
  for (const field of [...Object.values(map.fields), ...Object.values(map.figures ?? {})]) {
    if (field.as === 'constant') continue;
    for (const column of field.columns) columns.add(column);
    if (field.as === 'amount' && field.currencyColumn !== undefined) columns.add(field.currencyColumn);
  }
  return columns;
}
