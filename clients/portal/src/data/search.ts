/** What the API finds. */
import { queryOptions } from '@tanstack/react-query';
import { getJson } from './api.ts';

/** `GET /api/v1/search`. */
export interface Hit {
  readonly kind: 'entry' | 'record';
  readonly title: string;
  readonly sub: string;
  /** Of a record what it was for, where that has another title. */
  readonly purpose?: string;
  /** It was found by its day. */
  readonly byDay?: true;
  /** It was named outright. */
  readonly exact?: true;
  readonly index?: number;
  readonly module?: string;
  readonly list?: string;
  readonly id?: string;
  readonly time?: number;
  readonly day?: string;
  readonly amount?: string;
  readonly currency?: string;
}

const LENGTH_MAX = 200;

export const search = (q: string) =>
  queryOptions({
    queryKey: ['ledger', 'search', q],
    queryFn: () =>
      getJson<{ readonly hits: readonly Hit[]; readonly total: number; readonly nearest?: true }>(
        `/api/v1/search?q=${encodeURIComponent(q.slice(0, LENGTH_MAX))}`,
      ),
  });
