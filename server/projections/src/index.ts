/** The projections' door: open them, ask them, and the types of what they answer. */
export type { EntryRow } from './block-entries.ts';
export type { BlockRow, LifeStep } from './core-queries.ts';
export type { DeedCount, DeedsQuery, Place } from './deeds.ts';
export type { BlockEvents, EventSource, Feed, OpenFeed } from './feed.ts';
export {
  GROUPS_MAX,
  isRanged,
  type JsonRow,
  LIMIT_MAX,
  type ListPage,
  type ListQuery,
  type ListSums,
  orderColumns,
  type QueryCode,
  type SumsQuery,
} from './list-query.ts';
export { type Answer, openProjections, type Projections, type ProjectionsOptions } from './projections.ts';
export { makeSchema, type Relation, relationName, type Schema } from './relations.ts';
export type { FoundRow, SearchPage, Sought } from './search-query.ts';
export { TEXTS } from './viewed-lists.ts';
