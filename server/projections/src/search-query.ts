/**
 * Search over all lists at once (docs/adr/0012). A list is searched by what its table has an index for: ids, amounts, days, and texts that
 * it declares as searched; nothing is looked through row by row. Published texts are found in their own index, and lead to the rows that have
 * them and to the rows that are about those.
 */
import type { TextHit } from '@tabularium/texts';
import { type Expression, type SqlBool, sql } from 'kysely';
import { type JsonRow, rowsOf, toJsonRow } from './list-query.ts';
import type { SqlDatabase, Where } from './sql-database.ts';
import type { ViewedList } from './viewed-lists.ts';

/** What somebody seeks, as it could be meant. */
export interface Sought {
  readonly words: string;
  /** The beginning of an id, or all of it; eight characters and more. */
  readonly id?: string;
  /** A state key. */
  readonly record?: { readonly module: string; readonly collection: string; readonly id: string };
  /** Minor units by how many of them make a whole: `{ digits: 2, minor: '120050' }`. */
  readonly amounts: readonly { readonly digits: number; readonly minor: string }[];
  readonly currency?: string;
  /** Days, `2025-03-01`, both inclusive. */
  readonly days?: { readonly from: string; readonly to: string };
  /** Rows of each way to find one, in each list. */
  readonly limit: number;
}

/** In the order in which they come: what was named outright first. */
export type FoundBy = 'id' | 'text' | 'code' | 'amount' | 'day';

export interface FoundRow {
  readonly module: string;
  readonly list: string;
  readonly by: FoundBy;
  readonly row: JsonRow;
  /** Of the text by which it was found. */
  readonly digest?: string;
}

export interface SearchPage {
  /** Best first; a row stands in it once. */
  readonly rows: readonly FoundRow[];
  /** Entries whose texts no record has any more. */
  readonly entries: readonly { readonly index: number; readonly digest: string }[];
}

const TERMS_MAX = 8;
const ROWS_MAX = 100;
/** Digits after the point of a currency's amounts (ISO 4217). */
const digitsOf = (currency: string): number => {
  if (!/^[A-Z]{3}$/.test(currency)) return 2;
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
};

export async function searchAll(
  database: SqlDatabase,
  lists: ReadonlyMap<string, ViewedList>,
  sought: Sought & { readonly hits: readonly TextHit[] },
): Promise<SearchPage> {
  const { hits } = sought;
  const records = [...lists.values()].filter(({ view }) => view.collection !== undefined);
  const found = await Promise.all([
    ...records.map((list) => byId(database, list, sought)),
    byTexts(database, records, hits, sought.limit),
    ...records.map((list) => byCode(database, list, sought)),
    ...records.map((list) => byAmount(database, list, sought)),
    byDay(database, records, sought),
  ]);
  const rows = new Map<string, FoundRow>();
  for (const one of found.flat()) {
    const place = `${one.module}.${one.list}/${one.row[lists.get(`${one.module}.${one.list}`)!.view.id]}`;
    if (!rows.has(place)) rows.set(place, one);
  }
  const entries = hits.flatMap(({ key, entry, digest }) => (key === '' && entry >= 0 ? [{ index: entry, digest }] : []));
  return { rows: [...rows.values()].slice(0, ROWS_MAX), entries };
}

async function byId(database: SqlDatabase, list: ViewedList, { id, record, limit }: Sought): Promise<readonly FoundRow[]> {
  const { view, relation, module } = list;
  if (relation.types[view.id] !== 'text') return [];
  const isMeant = record?.module === module && record.collection === view.collection;
  if (isMeant) return select(database, list, 'id', limit, (eb) => eb(sql.ref(view.id), '=', record.id));
  if (id === undefined) return [];
  const starts = (eb: Where) => eb.and([eb(sql.ref(view.id), '>=', id), eb(sql.ref(view.id), '<', `${id}\uffff`)]);
  return select(database, list, 'id', limit, starts);
}

/** Rows that have the texts, and rows that are about those rows, and so on. */
async function byTexts(
  database: SqlDatabase,
  lists: readonly ViewedList[],
  hits: readonly TextHit[],
  limit: number,
): Promise<readonly FoundRow[]> {
  const levels: (readonly FoundRow[])[] = [];
  const direct = lists.map(async (list) => {
    const prefix = `${list.module}/${list.view.collection}/`;
    const named = hits.filter(({ key }) => key.startsWith(prefix)).slice(0, limit);
    return rowsNamed(database, list, list.view.id, new Map(named.map(({ key, digest }) => [key.slice(prefix.length), digest])), limit);
  });
  const order = new Map(hits.map(({ digest }, n) => [digest, n]));
  const inOrder = (a: FoundRow, b: FoundRow): number => order.get(a.digest!)! - order.get(b.digest!)!;
  let last = (await Promise.all(direct)).flat();
  while (last.length > 0) {
    levels.push(last);
    const about = lists.map((list) => {
      const other = list.about;
      if (other === undefined) return [];
      const named = last.filter((one) => one.module === list.module && one.list === other.list.name);
      return rowsNamed(
        database,
        list,
        other.column,
        new Map(named.map(({ row, digest }) => [String(row[other.list.view.id]), digest!])),
        ROWS_MAX,
      );
    });
    last = (await Promise.all(about)).flat();
  }
  // Of each text one row of each list first, what came last foremost: who asks for a repair sees its payment, and not twenty contracts.
  const found = levels.toReversed().flat().sort(inOrder);
  const firsts = new Map(found.toReversed().map((one) => [`${one.digest} ${one.module}.${one.list}`, one]));
  const isFirst = (one: FoundRow): boolean => firsts.get(`${one.digest} ${one.module}.${one.list}`) === one;
  return [...found.filter(isFirst), ...found.filter((one) => !isFirst(one))];
}

async function rowsNamed(
  database: SqlDatabase,
  list: ViewedList,
  column: string,
  digests: ReadonlyMap<string, string>,
  limit: number,
): Promise<readonly FoundRow[]> {
  if (digests.size === 0) return [];
  const rows = await select(database, list, 'text', limit, (eb) => eb(sql.ref(column), 'in', [...digests.keys()]));
  return rows.map((one) => ({ ...one, digest: digests.get(String(one.row[column]))! }));
}

async function byCode(database: SqlDatabase, list: ViewedList, { words, limit }: Sought): Promise<readonly FoundRow[]> {
  const { view, relation } = list;
  const terms = words.split(/\s+/u).filter((term) => term !== '');
  if (view.search !== true || terms.length === 0 || terms.length > TERMS_MAX || terms.every((term) => [...term].length < 3)) return [];
  return select(database, list, 'code', limit, (eb) => database.fullText.matches(eb, relation, terms));
}

async function byAmount(database: SqlDatabase, list: ViewedList, { amounts, currency, limit }: Sought): Promise<readonly FoundRow[]> {
  const columns = indexed(list).filter((column) => list.relation.types[column] === 'money');
  if (amounts.length === 0 || columns.length === 0) return [];
  const minors = amounts.map(({ minor }) => BigInt(minor));
  const isAmount = (eb: Where) => eb.or(columns.map((column) => eb(sql.ref(column), 'in', minors)));
  const rows = await select(database, list, 'amount', limit * 2, isAmount);
  return rows.filter(({ row }) => {
    const of = String(row.currency ?? '');
    if (currency !== undefined && currency !== of) return false;
    const meant = amounts.filter(({ digits }) => digits === digitsOf(of)).map(({ minor }) => minor);
    return columns.some((column) => meant.includes(String(row[column])));
  });
}

/** Rows of days within a period, of all lists in turns. */
async function byDay(database: SqlDatabase, lists: readonly ViewedList[], { days, limit }: Sought): Promise<readonly FoundRow[]> {
  if (days === undefined) return [];
  const found = lists.flatMap((list) => {
    const shown = new Set(list.view.columns.flatMap(({ column, as }) => (as === 'date' ? [column] : [])));
    const columns = indexed(list).filter((column) => shown.has(column) && list.relation.types[column] === 'text');
    return columns.map((column) =>
      select(
        database,
        list,
        'day',
        limit,
        (eb) => eb.and([eb(sql.ref(column), '>=', days.from), eb(sql.ref(column), '<=', days.to)]),
        column,
      ),
    );
  });
  return inTurns((await Promise.all(found)).flat());
}

/** Columns that lead an index of the table. */
function indexed({ relation }: ViewedList): readonly string[] {
  return [...new Set(relation.indexes.map(([column]) => column as string))];
}

type Condition = (eb: Where) => Expression<SqlBool>;

async function select(
  database: SqlDatabase,
  list: ViewedList,
  by: FoundBy,
  limit: number,
  condition: Condition,
  newest?: string,
): Promise<readonly FoundRow[]> {
  let rows = rowsOf(database, list).where((eb) => condition(eb as Where));
  if (newest !== undefined) rows = rows.orderBy(sql`${sql.ref(newest)} desc`);
  const found = await rows.limit(limit).execute();
  return found.map((row) => ({ module: list.module, list: list.name, by, row: toJsonRow(list, row) }));
}

function inTurns(rows: readonly FoundRow[]): readonly FoundRow[] {
  const byList = Map.groupBy(rows, ({ module, list }) => `${module}.${list}`);
  const most = Math.max(0, ...[...byList.values()].map(({ length }) => length));
  return Array.from({ length: most }, (_, n) => [...byList.values()].flatMap((of) => of[n] ?? [])).flat();
}
