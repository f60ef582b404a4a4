/** Rows to pick from: those of a list that the form can be begun with, and among many, those that somebody seeks. */
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { getJson, type ListView, type ModuleViews, type Row } from '../../data/api.ts';
import { search } from '../../data/search.ts';
import { namesOf } from '../../data/stories.ts';
import type { FormPick } from '../desk-data.ts';

const SHOWN_MAX = 50;
const ME = '@me';

export interface PickRow {
  readonly row: Row;
  readonly id: string;
  /** Undefined where it has none but its id. */
  readonly title: string | undefined;
}

export const pickRows = ({ name, lists }: ModuleViews, { list, where = {} }: FormPick, sought: string, officer: string) =>
  queryOptions({
    queryKey: ['ledger', 'pick', name, list, where, sought, officer],
    queryFn: async ({ client }): Promise<readonly PickRow[]> => {
      const view = lists[list];
      if (view === undefined) return [];
      const asked = Object.fromEntries(Object.entries(where).map(([field, value]) => [field, value === ME ? officer : value]));
      const { rows } = await getJson<{ readonly rows: readonly Row[] }>(
        `/api/v1/${name}/${list}?${new URLSearchParams({ ...asked, limit: String(SHOWN_MAX) })}`,
      );
      const titled = titledBy(client, name, view);
      const first = await titled(rows);
      const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
      const fitting = first.filter((one) => words.every((word) => textOf(one).includes(word)));
      if (words.length === 0 || rows.length < SHOWN_MAX) return fitting;
      const { hits } = await client.fetchQuery(search(sought));
      const ids = hits.flatMap((hit) => (hit.module === name && hit.list === list && hit.id !== undefined ? [hit.id] : []));
      const known = new Set(fitting.map(({ id }) => id));
      const found = await Promise.all(
        ids.filter((id) => !known.has(id)).map((id) => getJson<Row>(`/api/v1/${name}/${list}/${encodeURIComponent(id)}`)),
      );
      return [...fitting, ...(await titled(found.filter((row) => isAmong(row, asked))))];
    },
    staleTime: 5_000,
  });

/** Whether a row is one of those that the query asks for. */
function isAmong(row: Row, asked: Readonly<Record<string, string>>): boolean {
  return Object.entries(asked).every(([field, value]) => {
    const [, column = field, bound] = /^(.*)_(from|to)$/.exec(field) ?? [];
    const cell = row[column];
    if (bound === undefined) return String(cell) === value;
    return bound === 'to' ? Number(cell) <= Number(value) : Number(cell) >= Number(value);
  });
}

/** What people would seek a row by. */
function textOf({ row, title = '' }: PickRow): string {
  const values = Object.values(row).join(' ');
  return `${title} ${values} ${values.replaceAll('-', ' ')}`.toLowerCase();
}

function titledBy(client: QueryClient, module: string, { collection, id }: ListView) {
  return async (rows: readonly Row[]): Promise<readonly PickRow[]> => {
    const keys = collection === undefined ? [] : rows.map((row) => `${module}/${collection}/${row[id]}`);
    const called = keys.length === 0 ? {} : (await client.fetchQuery(namesOf(keys))).titles;
    return rows.map((row, n) => ({ row, id: String(row[id]), title: called[keys[n] ?? ''] }));
  };
}
