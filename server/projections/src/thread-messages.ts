/** What the projection's thread and its owner say to each other. */
import type { DeedsQuery, Offsets, Place } from './deeds.ts';
import type { ListQuery, QueryCode, SumsQuery } from './list-query.ts';
import type { Sought } from './search-query.ts';

export interface ThreadOptions {
  /** URL of the module that exports `openFeed`. */
  readonly feed: string;
  readonly argument: unknown;
  /** Data directory of `projections.db`; not used with a database URL. */
  readonly dir: string | undefined;
  readonly databaseUrl: string | undefined;
  /** Published texts, and the file in which their words are indexed. */
  readonly texts: { readonly texts: string; readonly index: string } | undefined;
}

export type Read =
  | { readonly name: 'list'; readonly view: string; readonly query: ListQuery }
  | { readonly name: 'sums'; readonly view: string; readonly query: SumsQuery }
  | { readonly name: 'one'; readonly view: string; readonly id: string }
  | { readonly name: 'entries'; readonly officer?: string; readonly before?: number; readonly limit: number }
  | { readonly name: 'entry'; readonly index: number }
  | { readonly name: 'life'; readonly key: string; readonly after?: number; readonly limit: number }
  | { readonly name: 'blocks'; readonly before?: number; readonly limit: number }
  | { readonly name: 'counts' }
  | { readonly name: 'deed-totals' }
  | { readonly name: 'deed-counts'; readonly place: Place; readonly offsets: Offsets }
  | { readonly name: 'deeds'; readonly query: DeedsQuery }
  | { readonly name: 'search'; readonly sought: Sought };

export type ToThread =
  | { readonly kind: 'fold' }
  | { readonly kind: 'read'; readonly id: number; readonly read: Read }
  | { readonly kind: 'rebuild'; readonly id: number }
  /** The answer to `names`: log indexes that each may have. */
  | { readonly kind: 'entries'; readonly id: number; readonly entries: readonly (readonly number[])[] }
  | { readonly kind: 'close' };

export type FromThread =
  | { readonly kind: 'height'; readonly height: number }
  /** `height` is what the rows had at least when they were read. */
  | { readonly kind: 'answer'; readonly id: number; readonly height: number; readonly value: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly code: QueryCode; readonly detail: string }
  | { readonly kind: 'unavailable'; readonly id: number; readonly detail: string }
  | { readonly kind: 'names'; readonly id: number; readonly names: readonly string[] }
  | { readonly kind: 'failed'; readonly detail: string }
  | { readonly kind: 'mended' };
