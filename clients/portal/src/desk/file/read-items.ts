/** A table that an officer drops: each line an item of a form's list, read exactly, or the reason why it cannot be read. */
import type { JsonObject } from '@tabularium/protocol';
import type { Row } from '../../data/api.ts';
import { readCsv } from '../../parts/read-csv.ts';
import type { BundleItem } from '../bundle.ts';
import { type Fault, readBody, type Values } from '../forms/body.ts';
import type { Field } from '../forms/fields.ts';
import type { ItemList } from './item-list.ts';

export const LINES_MAX = 5_000;
/** Bytes of a file; a longer one is another's. */
export const FILE_BYTES_MAX = 4 * 1024 * 1024;
/** Column of the line's own number, which no member of an item is called. */
export const LINE = '#';

/** Whole, and with a point or a comma before the rest; nothing that groups thousands, because `1.234` would mean two things. */
const AMOUNT = /^\d{1,15}(?:[.,]\d{1,4})?$/;

export interface TableColumn {
  /** Path of a member: `payable`, `money/amount`. */
  readonly path: string;
  /** As the first line may call it; the first of them is what we say. */
  readonly names: readonly string[];
  readonly isRequired: boolean;
}

/** `fill`: path of a member → column of the list it is picked from: a list that was downloaded names its columns so. */
export function columnsOf({ fields }: ItemList, fill: Readonly<Record<string, string>>): readonly TableColumn[] {
  return fields.flatMap(({ name, kind, label, isRequired }) => {
    const paths = kind === 'money' ? [`${name}/amount`, `${name}/currency`] : [name];
    return paths.map((path): TableColumn => {
      const names = [path.split('/').at(-1)!, ...(path === name ? [label] : []), ...(fill[path] === undefined ? [] : [fill[path]])];
      return { path, names: names.map((one) => one.toLowerCase()), isRequired };
    });
  });
}

export interface UnreadLine {
  readonly line: number;
  /** The line has another number of cells than the first; or members that are not what they should be. */
  readonly faults: 'columns' | readonly (readonly [label: string, fault: Fault])[];
}

export type ReadTable =
  | { readonly items: readonly BundleItem[]; readonly unread: readonly UnreadLine[]; readonly isCut: boolean }
  | { readonly broken: true }
  /** Columns that the first line does not name. */
  | { readonly missing: readonly string[] };

/** `currency`: of lines in a table without such a column. */
export function readItems(csv: string, list: ItemList, columns: readonly TableColumn[], currency: string | undefined): ReadTable {
  const table = readCsv(csv);
  if (table === undefined) return { broken: true };
  const [head, ...rows] = table;
  const names = head.cells.map((name) => name.toLowerCase());
  const places = new Map(columns.map(({ path, names: known }) => [path, known.map((one) => names.indexOf(one)).find((at) => at >= 0)]));
  const isGiven = ({ path, isRequired }: TableColumn): boolean =>
    !isRequired || places.get(path) !== undefined || (path.endsWith('/currency') && currency !== undefined);
  const missing = columns.filter((column) => !isGiven(column)).map((column) => column.names[0]!);
  if (missing.length > 0) return { missing };
  const read = rows.slice(0, LINES_MAX).map(({ line, cells }): BundleItem | UnreadLine => {
    if (cells.length !== names.length) return { line, faults: 'columns' };
    const cell = (path: string): string => {
      const at = places.get(path);
      return at === undefined ? (path.endsWith('/currency') ? (currency ?? '') : '') : (cells[at] ?? '');
    };
    const { body, faults } = readBody(list.fields, valuesOf(list.fields, cell), { decimal: '.', offset: () => 0 });
    if (body !== undefined) return { id: String(line), row: rowOf(line, list.fields, body), item: body };
    const label = (path: string): string => list.fields.find(({ name }) => name === path.split('.')[0])?.label ?? path;
    return { line, faults: Object.entries(faults).map(([path, fault]) => [label(path), fault] as const) };
  });
  return {
    items: read.flatMap((one) => ('item' in one ? [one] : [])),
    unread: read.flatMap((one) => ('faults' in one ? [one] : [])),
    isCut: rows.length > LINES_MAX,
  };
}

function valuesOf(fields: readonly Field[], cell: (path: string) => string): Values {
  return Object.fromEntries(
    fields.map(({ name, kind }) => {
      if (kind !== 'money') return [name, cell(name)];
      const amount = cell(`${name}/amount`);
      // What is no plain amount is left to be refused, never guessed.
      const plain = amount === '' || AMOUNT.test(amount) ? amount.replace(',', '.') : 'x';
      return [name, { amount: plain, currency: cell(`${name}/currency`) }];
    }),
  );
}

/** As a list's row, so that bundles show, sum and sort it like any other. */
function rowOf(line: number, fields: readonly Field[], body: JsonObject): Row {
  const cells = fields.flatMap(({ name, kind }): [string, string][] => {
    const value = body[name];
    if (value === undefined) return [];
    return kind === 'money' ? Object.entries(value as Record<string, string>) : [[name, String(value)]];
  });
  return { [LINE]: String(line), ...Object.fromEntries(cells) };
}
