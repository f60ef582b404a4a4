/** What the records are called that a list's rows point to: a budget line by its title in place of its code. */
import { useQuery } from '@tanstack/react-query';
import { getJson, type ListView, type ModuleViews, type Row } from './api.ts';

/** What the API tells at once. */
const KEYS_MAX = 100;

type Column = ListView['columns'][number];

export interface CalledRecord {
  readonly key: string;
  readonly title: string;
}

/** Of a cell that points to a record of the module: what that record is called. Undefined where it points to none, or it has no title. */
export function useRecordTitles(
  { name, lists }: ModuleViews,
  columns: readonly Column[],
  rows: readonly Row[],
): (column: Column, row: Row) => CalledRecord | undefined {
  // A column that is called as one of the module's collections points into it.
  const collections = new Set(Object.values(lists).map(({ collection }) => collection));
  const keyOf = ({ column }: Column, row: Row): string =>
    collections.has(column) && row[column] ? `${name}/${column}/${row[column]}` : '';
  const keys = [...new Set(rows.flatMap((row) => columns.map((column) => keyOf(column, row))))].filter(Boolean).slice(0, KEYS_MAX);
  const { data } = useQuery({
    queryKey: ['ledger', 'titles', keys],
    queryFn: () => getJson<{ readonly titles: Readonly<Record<string, string>> }>(`/api/v1/titles?keys=${encodeURIComponent(keys.join())}`),
    enabled: keys.length > 0,
  });
  return (column, row) => {
    const key = keyOf(column, row);
    const title = data?.titles[key];
    return title === undefined ? undefined : { key, title };
  };
}
