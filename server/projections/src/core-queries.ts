/**
 * Reads of the core projection: latest entries, one entry, one record's life, blocks.
 *
 * They answer in the words of the ledger (event types, roles, offices); the pages turn types into sentences.
 */
import { sql } from 'kysely';
import { CORE_NAME, keyHash } from './core-projection.ts';
import type { BlockEvents, EventSource } from './feed.ts';
import { relationName } from './relations.ts';
import type { SqlDatabase } from './sql-database.ts';

export interface EntryRow {
  readonly index: number;
  readonly height: number;
  /** Block time, ms UTC. */
  readonly time: number;
  readonly name: string;
  /** What was signed, e.g. `treasury.payment.order`. */
  readonly action: string;
  /** The action proposed or carried out, where that is another (`kernel.propose`, `kernel.approve`); otherwise empty. */
  readonly about: string;
  readonly agency: string;
  readonly office: string;
  readonly role: string;
  /** `role@office` of the others whose signatures carried it, in order. */
  readonly others: readonly string[];
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

/**
 * A record's life, oldest first; `after` is a height. The table says in which blocks to look, the ledger's own events say what happened
 * there, so that nothing is kept twice.
 */
export async function lifeOf(
  database: SqlDatabase,
  source: EventSource,
  key: string,
  query: { readonly after?: number; readonly limit: number },
): Promise<LifeStep[]> {
  const rows = await database.reader
    .selectFrom(TRACE)
    .select(['height', 'seq'])
    .where('key', '=', keyHash(key))
    .where('height', '>', query.after ?? 0)
    .orderBy('height')
    .orderBy('seq')
    .limit(query.limit)
    .execute();
  const steps: (LifeStep & { readonly index: number })[] = [];
  let block: BlockEvents | undefined;
  for (const row of rows) {
    const height = Number(row.height);
    if (block?.height !== height) block = firstOf(source.events(height, height));
    const event = block?.events[Number(row.seq)];
    if (block === undefined || event === undefined || !event.keys.includes(key)) continue;
    const index = event.entry < 0 ? -1 : block.first + event.entry;
    steps.push({ height, seq: Number(row.seq), time: block.time, type: event.type, index });
  }
  const found = new Map<number, EntryRow>();
  const indexes = [...new Set(steps.map(({ index }) => index))].filter((index) => index >= 0);
  if (indexes.length > 0)
    for (const row of await entries(database).where('e.index', 'in', indexes).execute()) found.set(Number(row.index), toEntry(row));
  return steps.map(({ index, ...step }) => {
    const entry = found.get(index);
    return entry === undefined ? step : { ...step, entry };
  });
}

function firstOf(blocks: Iterable<BlockEvents>): BlockEvents | undefined {
  for (const block of blocks) return block;
  return undefined;
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
    .select(['e.index', 'e.height', 'e.name', 'e.action', 'e.about', 'e.agency', 'e.office', 'e.role', 'e.others', 'b.time']);
}

function toEntry(row: Record<string, unknown>): EntryRow {
  const others = String(row.others);
  return {
    index: Number(row.index),
    height: Number(row.height),
    time: Number(row.time),
    name: String(row.name),
    action: String(row.action),
    about: String(row.about),
    agency: String(row.agency),
    office: String(row.office),
    role: String(row.role),
    others: others === '' ? [] : others.split(','),
  };
}
