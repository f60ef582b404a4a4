/**
 * The read side of a module's list views: equality filters, ranges, order, search and pages by cursor, the same
 * on both databases.
 *
 * Everything a caller may ask for comes from the view's and the table's declarations; what is not declared is
 * refused with a code of this file, never passed on to SQL. A page is bounded, and pages follow a cursor (the
 * last row's place in the order), so that the thousandth page costs what the first does.
 */
import type { ColumnType, ListView } from '@tabularium/kernel';
import { type Expression, type SqlBool, sql } from 'kysely';
import type { Relation } from './relations.ts';
import type { SqlDatabase, Where } from './sql-database.ts';
import { TEXTS, type ViewedList } from './viewed-lists.ts';

export const LIMIT_MAX = 200;
const LIMIT_DEFAULT = 50;
const TERMS_MAX = 8;

/** Which rows are meant. */
export interface ListFilter {
  /** Column → value, as text. */
  readonly equal?: Readonly<Record<string, string>>;
  /** Inclusive bounds on time, money and integer columns, as text. */
  readonly from?: Readonly<Record<string, string>>;
  readonly to?: Readonly<Record<string, string>>;
  /** All words must be contained, in any case, in the view's searched columns. */
  readonly search?: string;
}

export interface ListQuery extends ListFilter {
  /** A column, or `-column` for descending; default: the view's own order. */
  readonly order?: string;
  /** From the page before; only valid with the same order. */
  readonly cursor?: string;
  /** 1 to 200, default 50. */
  readonly limit?: number;
}

/** A row as it goes over the wire. */
export type JsonRow = Readonly<Record<string, string | number | boolean | null>>;

export interface ListPage {
  /** Money as decimal strings, times as integer ms UTC. */
  readonly rows: readonly JsonRow[];
  /** Absent on the last page. */
  readonly next?: string;
}

export type QueryCode =
  | 'view-unknown'
  | 'filter-unknown'
  | 'value-invalid'
  | 'order-unknown'
  | 'cursor-invalid'
  | 'limit-invalid'
  | 'search-unsupported'
  | 'search-invalid';

/** Thrown inside this package, answered as a value to the caller. */
export class QueryRefused extends Error {
  readonly code: QueryCode;
  constructor(code: QueryCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

interface OrderPart {
  readonly column: string;
  readonly descending: boolean;
}

/** Throws `QueryRefused`. */
export async function listRows(database: SqlDatabase, list: ViewedList, query: ListQuery): Promise<ListPage> {
  const { view, relation } = list;
  const limit = query.limit ?? LIMIT_DEFAULT;
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) throw new QueryRefused('limit-invalid', `limit is 1 to ${LIMIT_MAX}`);
  const order = orderOf(view, relation, query.order);
  const after = query.cursor === undefined ? undefined : parseCursor(query.cursor, order, relation);
  const meant = filterOf(database, view, relation, query);

  let select = rowsOf(database, list);
  if (meant !== undefined) select = select.where((eb) => meant(eb as Where));
  if (after !== undefined) select = select.where((eb) => beyond(eb as Where, order, after, relation));
  for (const part of order) {
    const nullable = !relation.key.includes(part.column);
    const direction = part.descending ? sql`desc` : sql`asc`;
    select = select.orderBy(
      sql`${sql.ref(part.column)} ${direction}${nullable ? (part.descending ? sql` nulls last` : sql` nulls first`) : sql``}`,
    );
  }
  const found = await select.limit(limit + 1).execute();
  const rows = found.slice(0, limit).map((row) => toJsonRow(list, row));
  if (found.length <= limit) return { rows };
  return { rows, next: formatCursor(order, rows.at(-1) as JsonRow) };
}

/** The rows that a filter means, as a condition; undefined where it means all. Throws `QueryRefused`. */
function filterOf(
  database: SqlDatabase,
  view: ListView,
  relation: Relation,
  { equal = {}, from = {}, to = {}, search }: ListFilter,
): ((eb: Where) => Expression<SqlBool>) | undefined {
  const conditions: ((eb: Where) => Expression<SqlBool>)[] = [];
  for (const [column, text] of Object.entries(equal)) {
    if (!view.filters.includes(column)) throw new QueryRefused('filter-unknown', `"${column}" is no filter of this list`);
    const value = parseValue(relation, column, text);
    conditions.push((eb) => eb(sql.ref(column), '=', value));
  }
  for (const [bounds, operator] of [[from, '>='] as const, [to, '<='] as const]) {
    for (const [column, text] of Object.entries(bounds)) {
      if (!isRanged(relation.types[column])) throw new QueryRefused('filter-unknown', `"${column}" has no range in this list`);
      const value = parseValue(relation, column, text);
      conditions.push((eb) => eb(sql.ref(column), operator, value));
    }
  }
  const terms = termsOf(view, relation, search);
  if (terms.length > 0) conditions.push((eb) => database.fullText.matches(eb, relation, terms));
  return conditions.length === 0 ? undefined : (eb) => eb.and(conditions.map((condition) => condition(eb)));
}

export interface SumsQuery extends ListFilter {
  /** Filter columns to group by, in this order. */
  readonly by: readonly string[];
}

export interface ListSums {
  /** The columns asked for, `rows` (how many rows it has), and the sum of each money column. */
  readonly groups: readonly JsonRow[];
  /** False where there are more than 200 groups: these are the first. */
  readonly complete: boolean;
}

export const GROUPS_MAX = 200;

/** Sums of all money columns over the rows meant, one group for each value of `by`, ordered by it. Throws `QueryRefused`. */
export async function sumRows(database: SqlDatabase, { view, relation }: ViewedList, query: SumsQuery): Promise<ListSums> {
  const money = relation.columns.filter((column) => relation.types[column] === 'money' && !query.by.includes(column));
  for (const column of query.by)
    if (!view.filters.includes(column)) throw new QueryRefused('filter-unknown', `"${column}" is no filter of this list`);
  const meant = filterOf(database, view, relation, query);
  let select = database.reader.selectFrom(relation.name).select([
    ...query.by.map((column) => sql.ref(column).as(column)),
    sql`count(*)`.as('rows'),
    // As text: a sum is as wide as it needs to be on PostgreSQL, and SQLite refuses to leave 64 bits.
    ...money.map((column) => sql`cast(coalesce(sum(${sql.ref(column)}), 0) as text)`.as(column)),
  ]);
  if (meant !== undefined) select = select.where((eb) => meant(eb as Where));
  for (const column of query.by) select = select.groupBy(sql.ref(column)).orderBy(sql`${sql.ref(column)} asc nulls first`);
  const found = await select.limit(GROUPS_MAX + 1).execute();
  const groups = found.slice(0, GROUPS_MAX).map((row) => {
    const json: Record<string, string | number | boolean | null> = { rows: Number(row.rows) };
    for (const column of query.by) json[column] = toJson(relation.types[column] as ColumnType, row[column]);
    for (const column of money) json[column] = String(row[column]);
    return json;
  });
  return { groups, complete: found.length <= GROUPS_MAX };
}

/** The row whose id column holds `id`, or undefined. */
export async function oneRow(database: SqlDatabase, list: ViewedList, id: string): Promise<JsonRow | undefined> {
  const { view, relation } = list;
  const value = parseValue(relation, view.id, id);
  const row = await rowsOf(database, list)
    .where(sql.ref(view.id), '=', value)
    .orderBy(relation.key[0] as string)
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : toJsonRow(list, row);
}

/** Whole rows of a list; texts that a row is known by stand in it as if they were its own. */
export function rowsOf(database: SqlDatabase, { relation, about }: ViewedList) {
  const rows = database.reader.selectFrom(relation.name).select(relation.columns as string[]);
  if (about === undefined || relation.types[TEXTS] !== undefined || about.list.relation.types[TEXTS] === undefined) return rows;
  const { relation: other, view } = about.list;
  const isMeant = sql`${sql.ref(`${other.name}.${view.id}`)} = ${sql.ref(`${relation.name}.${about.column}`)}`;
  return rows.select(sql`(select ${sql.ref(`${other.name}.${TEXTS}`)} from ${sql.table(other.name)} where ${isMeant})`.as(TEXTS));
}

/** Database values to JSON: money as decimal strings, times and integers as numbers. */
export function toJsonRow({ relation }: ViewedList, row: Record<string, unknown>): JsonRow {
  const json: Record<string, string | number | boolean | null> = {};
  for (const column of relation.columns) json[column] = toJson(relation.types[column] as ColumnType, row[column]);
  if (TEXTS in row) json[TEXTS] = toJson('text', row[TEXTS]);
  return json;
}

export function isRanged(type: ColumnType | undefined): boolean {
  return type === 'time' || type === 'money' || type === 'integer';
}

/** Columns a list may be ordered by: those of its own order and those that lead an index. */
export function orderColumns(view: ListView, relation: Relation): readonly string[] {
  return [
    ...new Set([
      ...view.order.map((part) => part.column),
      relation.key[0] as string,
      ...relation.indexes.map((index) => index[0] as string),
    ]),
  ];
}

function toJson(type: ColumnType, value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  if (type === 'text' || type === 'money') return String(value);
  if (type === 'boolean') return value === true || value === 1n || value === 1;
  return Number(value);
}

function orderOf(view: ListView, relation: Relation, asked: string | undefined): OrderPart[] {
  const order: OrderPart[] = [];
  if (asked === undefined) {
    for (const part of view.order) order.push({ column: part.column, descending: part.descending === true });
  } else {
    const descending = asked.startsWith('-');
    const column = descending ? asked.slice(1) : asked;
    if (!orderColumns(view, relation).includes(column)) throw new QueryRefused('order-unknown', `this list has no order by "${column}"`);
    order.push({ column, descending });
  }
  // The key makes the order total, in the direction of the last part, so that an index can serve both.
  const descending = order.at(-1)?.descending ?? false;
  for (const column of relation.key) if (!order.some((part) => part.column === column)) order.push({ column, descending });
  return order;
}

function termsOf(view: ListView, relation: Relation, search: string | undefined): readonly string[] {
  if (search === undefined) return [];
  if (view.search !== true || relation.search.length === 0) throw new QueryRefused('search-unsupported', 'this list has no search');
  if (search.length > 200 || search.includes('\0')) throw new QueryRefused('search-invalid', 'at most 200 characters can be searched for');
  const terms = search.split(/\s+/u).filter((term) => term !== '');
  if (terms.length > TERMS_MAX) throw new QueryRefused('search-invalid', `at most ${TERMS_MAX} words can be searched for`);
  return terms;
}

function parseValue(relation: Relation, column: string, text: string): string | bigint | number | boolean {
  const type = relation.types[column];
  if (type === 'text') {
    if (text.includes('\0')) throw new QueryRefused('value-invalid', `"${column}" holds no such text`);
    return text;
  }
  if (type === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true';
    throw new QueryRefused('value-invalid', `"${column}" is true or false`);
  }
  if (!/^-?(0|[1-9][0-9]{0,18})$/.test(text))
    throw new QueryRefused('value-invalid', `"${column}" is an integer, not "${text.slice(0, 40)}"`);
  const value = BigInt(text);
  if (value >= 2n ** 63n || value < -(2n ** 63n)) throw new QueryRefused('value-invalid', `"${column}" is within 64 bits`);
  return value;
}

/** Rows after the given place. Nulls stand lowest. */
function beyond(eb: Where, order: readonly OrderPart[], after: readonly (string | null)[], relation: Relation): Expression<SqlBool> {
  const alternatives: Expression<SqlBool>[] = [];
  const same: Expression<SqlBool>[] = [];
  for (const [n, part] of order.entries()) {
    const column = sql.ref(part.column);
    const text = after[n] as string | null;
    const value = text === null ? null : parseValue(relation, part.column, text);
    const nullable = !relation.key.includes(part.column);
    let past: Expression<SqlBool> | undefined;
    if (value === null) past = part.descending ? undefined : sql<SqlBool>`${column} is not null`;
    else if (part.descending)
      past = nullable ? sql<SqlBool>`(${column} < ${value} or ${column} is null)` : sql<SqlBool>`${column} < ${value}`;
    else past = sql<SqlBool>`${column} > ${value}`;
    if (past !== undefined) alternatives.push(eb.and([...same, past]));
    same.push(value === null ? sql<SqlBool>`${column} is null` : sql<SqlBool>`${column} = ${value}`);
  }
  return eb.or(alternatives);
}

function formatCursor(order: readonly OrderPart[], row: JsonRow): string {
  const place = order.map((part) => (row[part.column] === null ? null : String(row[part.column])));
  return Buffer.from(JSON.stringify([signature(order), ...place])).toString('base64url');
}

function parseCursor(cursor: string, order: readonly OrderPart[], relation: Relation): (string | null)[] {
  const invalid = new QueryRefused('cursor-invalid', 'this cursor does not belong to this list and order');
  if (cursor.length > 2048) throw invalid;
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw invalid;
  }
  if (!Array.isArray(place) || place.length !== order.length + 1 || place[0] !== signature(order)) throw invalid;
  const values = place.slice(1) as unknown[];
  if (!values.every((value) => value === null || typeof value === 'string')) throw invalid;
  try {
    for (const [n, value] of values.entries()) if (value !== null) parseValue(relation, (order[n] as OrderPart).column, value as string);
  } catch {
    throw invalid;
  }
  return values as (string | null)[];
}

function signature(order: readonly OrderPart[]): string {
  return order.map((part) => (part.descending ? `-${part.column}` : part.column)).join();
}
