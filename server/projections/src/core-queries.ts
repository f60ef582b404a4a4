/**
 * Reads of the core projection: latest entries, one entry, one record's life, blocks.
 *
 * They answer in the words of the ledger (event types, roles, offices); the pages turn types into sentences.
 */
import type { StoredEvent } from '@tabularium/kernel';
import { sql } from 'kysely';
import { type EntryRow, entriesOf } from './block-entries.ts';
import { CORE_NAME } from './core-projection.ts';
import type { BlockEvents, EventSource } from './feed.ts';
import { relationName } from './relations.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { EventPlaces } from './traces.ts';

/** One step of a record's life: the event, and the entry that caused it (absent for a deadline). */
export interface LifeStep {
  readonly height: number;
  /** Position of the event in its block, from 0. */
  readonly seq: number;
  /** Block time, ms UTC. */
  readonly time: number;
  /** Full event type, e.g. `treasury.payment.ordered`. */
  readonly type: string;
  readonly data: StoredEvent['data'];
  readonly signers: StoredEvent['signers'];
  readonly entry?: EntryRow;
}

export interface BlockRow {
  readonly height: number;
  readonly time: number;
  readonly first: number;
  readonly entries: number;
  readonly events: number;
}

const BLOCK = relationName(CORE_NAME, 'block');
/** Blocks that are looked through for one officer's entries; whoever wants older ones asks on from `before`. */
const SOUGHT_BLOCKS_MAX = 5_000;

/** Those that one officer signed, newest first, looked for in the newest 5,000 blocks with entries before `before`. */
export async function entriesSignedBy(
  database: SqlDatabase,
  source: EventSource,
  query: { readonly officer: string; readonly before?: number; readonly limit: number },
): Promise<EntryRow[]> {
  const { officer, before = Number.MAX_SAFE_INTEGER, limit } = query;
  const found: EntryRow[] = [];
  const rows = await database.reader
    .selectFrom(BLOCK)
    .select('height')
    .where('first', '<', before)
    .where('entries', '>', 0)
    .orderBy('first', 'desc')
    .limit(SOUGHT_BLOCKS_MAX)
    .execute();
  for (const { height } of rows) {
    const block = firstOf(source.events(Number(height), Number(height)));
    if (block === undefined || !block.events.some(({ signers }) => signers[0]?.officer === officer)) continue;
    const own = signedIn(block, officer);
    for (const entry of entriesOf(block).reverse())
      if (own.has(entry.index) && entry.index < before && found.length < limit) found.push(entry);
    if (found.length >= limit) break;
  }
  return found;
}

/** Log indexes of what one officer signed. An entry's first event names its own signer; later ones of an approval, its proposer first. */
function signedIn({ first, events }: BlockEvents, officer: string): ReadonlySet<number> {
  const firsts = events.filter(({ entry }, n) => entry >= 0 && events[n - 1]?.entry !== entry);
  return new Set(firsts.filter(({ signers }) => signers[0]?.officer === officer).map(({ entry }) => first + entry));
}

/** Newest first; `before` is a log index. */
export async function latestEntries(
  database: SqlDatabase,
  source: EventSource,
  query: { readonly before?: number; readonly limit: number },
): Promise<EntryRow[]> {
  const { before = Number.MAX_SAFE_INTEGER, limit } = query;
  const found: EntryRow[] = [];
  const rows = await database.reader
    .selectFrom(BLOCK)
    .select('height')
    .where('first', '<', before)
    .where('entries', '>', 0)
    .orderBy('first', 'desc')
    .limit(limit)
    .execute();
  for (const { height } of rows) {
    const block = firstOf(source.events(Number(height), Number(height)));
    const entries = block === undefined ? [] : entriesOf(block);
    for (const entry of entries.reverse()) if (entry.index < before && found.length < limit) found.push(entry);
    if (found.length >= limit) break;
  }
  return found;
}

/** The entry at a log index, or undefined when no accepted transaction stands there. */
export async function entryAt(database: SqlDatabase, source: EventSource, index: number): Promise<EntryRow | undefined> {
  const row = await database.reader
    .selectFrom(BLOCK)
    .select('height')
    .where('first', '<=', index)
    .orderBy('first', 'desc')
    .limit(1)
    .executeTakeFirst();
  const block = row === undefined ? undefined : firstOf(source.events(Number(row.height), Number(row.height)));
  return block === undefined ? undefined : entriesOf(block).find((entry) => entry.index === index);
}

/**
 * A record's life, in the order of these places. The tables say in which blocks to look, the ledger's own events say what happened there,
 * so that nothing is kept twice.
 */
export function lifeOf(source: EventSource, key: string, places: EventPlaces): LifeStep[] {
  const steps: LifeStep[] = [];
  let block: BlockEvents | undefined;
  let entries: ReadonlyMap<number, EntryRow> = new Map();
  for (const { height, seq } of places) {
    if (block?.height !== height) {
      block = firstOf(source.events(height, height));
      entries = new Map(block === undefined ? [] : entriesOf(block).map((entry) => [entry.index, entry]));
    }
    const event = block?.events[seq];
    if (block === undefined || event === undefined || !event.keys.includes(key)) continue;
    const entry = event.entry < 0 ? undefined : entries.get(block.first + event.entry);
    const step = { height, seq, time: block.time, type: event.type, data: event.data, signers: event.signers };
    steps.push(entry === undefined ? step : { ...step, entry });
  }
  return steps;
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
