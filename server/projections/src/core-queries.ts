/**
 * Reads of the core projection: latest entries, one entry, one record's life, blocks.
 *
 * They answer in the words of the ledger (event types, roles, offices); the pages turn types into sentences.
 */
import { sql } from 'kysely';
import { CORE_NAME } from './core-projection.ts';
import { relationName } from './relations.ts';
import type { SqlDatabase } from './sql-database.ts';

export interface EntryRow {
  readonly index: number;
  readonly height: number;
  /** Block time, ms UTC. */
  readonly time: number;
  readonly name: string;
  /** The deed it carried out, e.g. `treasury.payment.order`. */
  readonly action: string;
  readonly agency: string;
  readonly office: string;
  readonly role: string;
  /** `role@office` of everyone who approved, in order. */
  readonly approvers: readonly string[];
}

/** One step of a record's life: the event, and the entry that caused it (absent for a deadline). */
export interface LifeStep {
  readonly height: number;
  /** Position of the event in its block, from 0. */
  readonly seq: number;
  /** Block time, ms UTC. */
  readonly time: number;
  /** Full event type, e.g. `treasury.payment.ordered`. */
  readonly type: string;
  readonly entry?: EntryRow;
}

export interface BlockRow {
  readonly height: number;
  readonly time: number;
  readonly first: number;
  readonly entries: number;
  readonly events: number;
}

const ENTRY = relationName(CORE_NAME, 'entry');
const TRACE = relationName(CORE_NAME, 'trace');
const BLOCK = relationName(CORE_NAME, 'block');

/** Newest first; `before` is a log index. */
export async function latestEntries(
  database: SqlDatabase,
  query: { readonly before?: number; readonly limit: number },
): Promise<EntryRow[]> {
  let select = entries(database).orderBy('e.index', 'desc').limit(query.limit);
  if (query.before !== undefined) select = select.where('e.index', '<', query.before);
  return (await select.execute()).map(toEntry);
}

/** The entry at a log index, or undefined when no accepted transaction stands there. */
export async function entryAt(database: SqlDatabase, index: number): Promise<EntryRow | undefined> {
  const row = await entries(database).where('e.index', '=', index).executeTakeFirst();
  return row === undefined ? undefined : toEntry(row);
}

/** A record's life, oldest first; `after` is a height. */
export async function lifeOf(
  database: SqlDatabase,
  key: string,
  query: { readonly after?: number; readonly limit: number },
): Promise<LifeStep[]> {
  const rows = await database.reader
    .selectFrom(`${TRACE} as t`)
    .innerJoin(`${BLOCK} as b`, 'b.height', 't.height')
    .leftJoin(`${ENTRY} as e`, 'e.index', 't.index')
    .select(['t.height', 't.seq', 't.type', 't.index', 'b.time', 'e.name', 'e.action', 'e.agency', 'e.office', 'e.role', 'e.approvers'])
    .where('t.key', '=', key)
    .where('t.height', '>', query.after ?? 0)
    .orderBy('t.height')
    .orderBy('t.seq')
    .limit(query.limit)
    .execute();
  return rows.map((row) => {
    const step = { height: Number(row.height), seq: Number(row.seq), time: Number(row.time), type: String(row.type) };
    return row.name === null ? step : { ...step, entry: toEntry(row) };
  });
}

/** Newest first; `before` is a height. */
export async function latestBlocks(
  database: SqlDatabase,
  query: { readonly before?: number; readonly limit: number },
): Promise<BlockRow[]> {
  let select = database.reader
    .selectFrom(BLOCK)
    .select(['height', 'time', 'first', 'entries', 'events'])
    .orderBy('height', 'desc')
    .limit(query.limit);
  if (query.before !== undefined) select = select.where('height', '<', query.before);
  return (await select.execute()).map((row) => ({
    height: Number(row.height),
    time: Number(row.time),
    first: Number(row.first),
    entries: Number(row.entries),
    events: Number(row.events),
  }));
}

/** How many accepted transactions and events the projection holds. */
export async function counts(database: SqlDatabase): Promise<{ readonly entries: number; readonly events: number }> {
  const row = await database.reader
    .selectFrom(BLOCK)
    .select([sql`coalesce(sum("entries"), 0)`.as('entries'), sql`coalesce(sum("events"), 0)`.as('events')])
    .executeTakeFirstOrThrow();
  return { entries: Number(row.entries), events: Number(row.events) };
}

function entries(database: SqlDatabase) {
  return database.reader
    .selectFrom(`${ENTRY} as e`)
    .innerJoin(`${BLOCK} as b`, 'b.height', 'e.height')
    .select(['e.index', 'e.height', 'e.name', 'e.action', 'e.agency', 'e.office', 'e.role', 'e.approvers', 'b.time']);
}

function toEntry(row: Record<string, unknown>): EntryRow {
  const approvers = String(row.approvers);
  return {
    index: Number(row.index),
    height: Number(row.height),
    time: Number(row.time),
    name: String(row.name),
    action: String(row.action),
    agency: String(row.agency),
    office: String(row.office),
    role: String(row.role),
    approvers: approvers === '' ? [] : approvers.split(','),
  };
}
