/**
 * One row of a file becomes one item of `treasury.import`. Whatever can be read is kept; whatever cannot is left out and
 * named by a flag of the closed list that the treasury declares, because history is full of defects and a defect that is
 * named is worth more than a row that is missing.
 */
import {
  amountFromDecimal,
  isAmount,
  type JsonObject,
  type JsonValue,
  makeBodyChecker,
  minorDigits,
  plainBodySchema,
} from '@tabularium/protocol';
import type { TSchema } from 'typebox';
import { type DecimalForm, plainDecimal, shifted } from './decimal-text.ts';
import { ImportFileError } from './import-file-error.ts';
import { type AmountField, type CodeField, columnsOf, type FieldMap, type ImportMap } from './import-map.ts';
import type { SourceRow } from './read-table.ts';

/** Defects that only the reader can see. The treasury declares the same list; a test holds them together. */
export type ReaderFlag =
  | 'amount-unreadable'
  | 'amount-not-integer'
  | 'amount-out-of-range'
  | 'code-unreadable'
  | 'date-unreadable'
  | 'currency-unknown'
  | 'text-left-out'
  | 'columns-differ';

/** A row in clear: its texts stand as plain members. */
export type PlainItem = JsonObject & { readonly row: number; readonly kind: string; readonly flags?: readonly ReaderFlag[] };

type Read = { readonly value: JsonValue } | { readonly flag: ReaderFlag } | undefined;

/** Reads rows by one map. The schema of an item comes from the action itself, so a field is checked by its own declaration. */
export class RowReader {
  readonly #map: ImportMap;
  readonly #fields: readonly { readonly name: string; readonly field: FieldMap; readonly fits: (value: unknown) => boolean }[];
  readonly #figures: readonly { readonly code: string; readonly field: AmountField }[];
  readonly #nothing: ReadonlySet<string>;
  readonly #form: DecimalForm;
  #columnsChecked = false;

  /** `itemSchema` is the wire schema of an item. Throws `ImportFileError` where the map names a field that items do not have. */
  constructor(map: ImportMap, itemSchema: TSchema) {
    this.#map = map;
    const { properties = {} } = plainBodySchema(itemSchema) as { readonly properties?: Readonly<Record<string, TSchema>> };
    const kinds = makeBodyChecker(properties.kind!);
    if (!kinds(map.kind).ok)
      throw new ImportFileError('map-member', `"${map.kind}" is not a kind of row`, `Kinds: ${enumOf(properties.kind).join(', ')}.`);
    this.#fields = Object.entries(map.fields).map(([name, field]) => {
      const schema = properties[name];
      if (schema === undefined || ['row', 'kind', 'flags', 'amounts'].includes(name)) {
        const known = Object.keys(properties).filter((one) => !['row', 'kind', 'flags', 'amounts'].includes(one));
        throw new ImportFileError('map-member', `rows have no field "${name}"`, `Fields: ${known.join(', ')}.`);
      }
      return { name, field, fits: (value) => makeBodyChecker(schema)(value).ok };
    });
    this.#figures = Object.entries(map.figures ?? {}).map(([code, field]) => ({ code, field }));
    this.#nothing = new Set(['', ...(map.nothing ?? [])]);
    this.#form = map.format;
  }

  /** The item of row `number` (from 1, heading not counted). Throws `ImportFileError` when the file lacks a column of the map. */
  read(row: SourceRow, number: number): PlainItem {
    this.#checkColumns(row);
    const item: Record<string, JsonValue> = { row: number, kind: this.#map.kind };
    const flags = new Set<ReaderFlag>();
    if (row.fault !== undefined) flags.add('columns-differ');
    for (const { name, field, fits } of this.#fields) {
      const read = this.#readField(field, row, fits);
      if (read === undefined) continue;
      if ('flag' in read) flags.add(read.flag);
      else item[name] = read.value;
    }
    const amounts: JsonValue[] = [];
    for (const { code, field } of this.#figures) {
      const read = this.#amount(field, row);
      if (read === undefined) continue;
      if ('flag' in read) flags.add(read.flag);
      else amounts.push({ code, amount: read.value.amount });
    }
    if (amounts.length > 0) item.amounts = amounts;
    if (flags.size > 0) item.flags = [...flags];
    return item as PlainItem;
  }

  #checkColumns(row: SourceRow): void {
    if (this.#columnsChecked || row.fault !== undefined || this.#map.format.kind !== 'csv') return;
    const missing = [...columnsOf(this.#map)].filter((column) => !row.cells.has(column));
    if (missing.length > 0) {
      throw new ImportFileError(
        'map-column',
        `the file has no column ${missing.join(', ')}`,
        `Its columns: ${[...row.cells.keys()].join(', ')}.`,
      );
    }
    this.#columnsChecked = true;
  }

  #readField(field: FieldMap, row: SourceRow, fits: (value: unknown) => boolean): Read {
    switch (field.as) {
      case 'constant':
        return { value: field.value };
      case 'code': {
        const code = this.#code(field, row);
        return code === undefined || fits(code) ? wrap(code) : { flag: 'code-unreadable' };
      }
      case 'date': {
        const date = this.#date(field, row);
        return date === undefined || fits(date) ? wrap(date) : { flag: 'date-unreadable' };
      }
      case 'text': {
        const text = field.columns
          .map((column) => this.#cell(row, column))
          .filter((cell) => cell !== undefined)
          .join(field.join ?? ' ');
        if (text === '') return undefined;
        return fits(text) && text.isWellFormed() ? { value: text } : { flag: 'text-left-out' };
      }
      case 'amount':
        return this.#amount(field, row);
    }
  }

  /** The cell without space around it; nothing where it is blank. */
  #cell(row: SourceRow, column: string): string | undefined {
    const text = row.cells.get(column)?.trim() ?? '';
    return this.#nothing.has(text) ? undefined : text;
  }

  #code({ columns, join = '-', blank = [], pad = {}, replace = {} }: CodeField, row: SourceRow): string | undefined {
    const parts: string[] = [];
    for (const column of columns) {
      const cell = this.#cell(row, column);
      if (cell !== undefined) parts.push((replace[cell] ?? cell).padStart(pad[column] ?? 0, '0'));
      else if (!blank.includes(column)) return undefined;
    }
    return parts.length === 0 ? undefined : parts.join(join).toUpperCase();
  }

  /** ISO 8601 in as much precision as the form has. What does not fit the form comes back as it is, to be found unreadable. */
  #date({ columns, form = 'YYYY' }: { readonly columns: readonly string[]; readonly form?: string }, row: SourceRow): string | undefined {
    const cell = this.#cell(row, columns[0]!);
    if (cell === undefined) return undefined;
    if (form.length > cell.length) return cell;
    const part = (letters: string): string | undefined => {
      const at = form.indexOf(letters);
      return at < 0 ? undefined : cell.slice(at, at + letters.length);
    };
    // Everything in the form that is not a letter must stand there; a year alone must be the whole cell.
    const matches = [...form].every((letter, i) => /[YMD]/.test(letter) || cell[i] === letter) && (form !== 'YYYY' || cell.length === 4);
    if (!matches) return cell;
    return [part('YYYY'), part('MM'), part('DD')].filter((one) => one !== undefined).join('-');
  }

  #amount(
    { columns, currency, currencyColumn, minor, shift = 0 }: AmountField,
    row: SourceRow,
  ): { readonly value: { readonly amount: string; readonly currency: string } } | { readonly flag: ReaderFlag } | undefined {
    const cell = this.#cell(row, columns[0]!);
    if (cell === undefined) return undefined;
    const code = currencyColumn === undefined ? currency : this.#cell(row, currencyColumn)?.toUpperCase();
    const digits = code === undefined ? undefined : minorDigits(code);
    if (code === undefined || digits === undefined) return { flag: 'currency-unknown' };
    const plain = plainDecimal(cell, this.#form);
    if (plain === undefined) return { flag: 'amount-unreadable' };
    const major = shifted(plain, shift);
    const fraction = major.split('.')[1] ?? '';
    if (minor === true) {
      if (/[1-9]/.test(fraction)) return { flag: 'amount-not-integer' };
      const units = BigInt(major.split('.')[0]!);
      return isAmount(units) ? { value: { amount: units.toString(), currency: code } } : { flag: 'amount-out-of-range' };
    }
    if (/[1-9]/.test(fraction.slice(digits))) return { flag: 'amount-not-integer' };
    const amount = amountFromDecimal(major, code);
    return amount === undefined ? { flag: 'amount-out-of-range' } : { value: { amount: amount.toString(), currency: code } };
  }
}

function wrap(value: string | undefined): Read {
  return value === undefined ? undefined : { value };
}

function enumOf(schema: unknown): readonly string[] {
  return (schema as { readonly enum?: readonly string[] }).enum ?? [];
}
