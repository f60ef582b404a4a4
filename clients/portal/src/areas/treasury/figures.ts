/** The treasury's sums that the flow of funds is drawn from, and what its budget lines are called. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { getJson } from '../../data/api.ts';
import type { Sum } from './flow.ts';

interface Sums {
  readonly groups: readonly Sum[];
  /** False where there are more groups than the node tells at once. */
  readonly complete: boolean;
}

/** Ways to group a budget, by the column that says so. */
export const GROUPINGS = ['administrative', 'functional'] as const;
export type Grouping = (typeof GROUPINGS)[number];

const sums = (by: string, equal: Readonly<Record<string, string>>) =>
  queryOptions({
    queryKey: ['ledger', 'line-sums', by, equal],
    queryFn: () => getJson<Sums>(`/api/v1/treasury/lines/sums?${new URLSearchParams({ by, side: 'expense', ...equal })}`),
    placeholderData: keepPreviousData,
  });

/** Of each year and currency. */
export const yearSums = sums('year', {});
export const classSums = (by: Grouping, year: string, currency: string) => sums(by, { year, currency });
export const lineSums = (by: Grouping, year: string, currency: string, of: string | undefined) =>
  sums(`fund,code,${by}`, { year, currency, ...(of === undefined ? {} : { [by]: of }) });

/** The year that money is being paid in, or the newest. */
export function currentYear(groups: readonly Sum[]): Sum | undefined {
  const newestFirst = groups.toSorted((a, b) => String(b.year).localeCompare(String(a.year)));
  return newestFirst.find(({ paid }) => paid !== '0') ?? newestFirst[0];
}
