/** What the records are called that a list's rows point to: a budget line by its title in place of its code. */
import { useQuery } from '@tanstack/react-query';
import type { ListView, ModuleViews, Row } from './api.ts';
import { titles } from './stories.ts';

type Column = ListView['columns'][number];

export interface CalledRecord {
  readonly key: string;
  readonly title: string;
}

/** `module/collection/id`, as a cell that links to a record holds it. */
const STATE_KEY = /^[a-z0-9-]+\/[a-z0-9-]+\/[^/]+$/;

/** Of a cell that points to a record: what that record is called. Undefined where it points to none, or it has no title. */
export function useRecordTitles(
  { name, lists }: ModuleViews,
  columns: readonly Column[],
  rows: readonly Row[],
): (column: Column, row: Row) => CalledRecord | undefined {
  // A column that is called as one of the module's collections points into it.
  const collections = new Set(Object.values(lists).map(({ collection }) => collection));
  const keyOf = ({ column, as }: Column, row: Row): string => {
    const value = String(row[column] ?? '');
    if (as === 'link' && STATE_KEY.test(value)) return value;
    return collections.has(column) && value !== '' ? `${name}/${column}/${value}` : '';
  };
  const { data } = useQuery(titles(rows.flatMap((row) => columns.map((column) => keyOf(column, row))).filter(Boolean)));
  return (column, row) => {
    const key = keyOf(column, row);
    const title = data?.[key];
    return title === undefined ? undefined : { key, title };
  };
}
