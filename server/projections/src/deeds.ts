/**
 * What was done in each role of each office: how many of which kind in which month, and the entries themselves. By role and office, never by
 * person, and by day at most: nobody's hours of work can be read from it.
 */
import { sql } from 'kysely';
import { type EntryRow, entriesOf } from './block-entries.ts';
import { CORE_NAME } from './core-projection.ts';
import type { EventSource } from './feed.ts';
import { relationName } from './relations.ts';
import type { SqlDatabase } from './sql-database.ts';

/** A role held in an office. */
export interface Place {
  readonly office: string;
  readonly role: string;
}

/** From this instant (ms UTC) on, civil time is UTC + minutes. Ascending. */
export type Offsets = readonly { readonly from: number; readonly minutes: number }[];

/** Entries of one kind in one month. */
export interface DeedCount {
  readonly action: string;
  /** The action proposed or carried out, where that is another; otherwise empty. */
  readonly about: string;
  /** `2026-03`, in the zone that was asked for. */
  readonly month: string;
  readonly entries: number;
}

export interface DeedsQuery extends Place {
  /** Of this kind only; both are given or none. */
  readonly action?: string;
  readonly about?: string;
  /** Log index. */
  readonly before?: number;
  readonly limit: number;
}

const DEED = relationName(CORE_NAME, 'deed');
const BLOCK = relationName(CORE_NAME, 'block');

/** How many entries each role of each office has signed. */
export async function deedTotals(database: SqlDatabase): Promise<readonly (Place & { readonly entries: number })[]> {
  const rows = await database.reader
    .selectFrom(DEED)
    .select(['office', 'role', sql`sum("entries")`.as('entries')])
    .groupBy(['office', 'role'])
    .orderBy('office')
    .orderBy('role')
    .execute();
  return rows.map(({ office, role, entries }) => ({ office: String(office), role: String(role), entries: Number(entries) }));
}

export async function deedCounts(database: SqlDatabase, { office, role }: Place, offsets: Offsets): Promise<readonly DeedCount[]> {
  const rows = await database.reader
    .selectFrom(DEED)
    .innerJoin(BLOCK, `${BLOCK}.height`, `${DEED}.height`)
    .select([`${DEED}.action`, `${DEED}.about`, `${BLOCK}.time`, `${DEED}.entries`])
    .where(`${DEED}.office`, '=', office)
    .where(`${DEED}.role`, '=', role)
    .execute();
  const counts = new Map<string, DeedCount>();
  for (const row of rows as readonly Readonly<Record<'action' | 'about' | 'time' | 'entries', unknown>>[]) {
    const [action, about, month] = [String(row.action), String(row.about), monthOf(Number(row.time), offsets)];
    const key = `${month} ${action} ${about}`;
    counts.set(key, { action, about, month, entries: (counts.get(key)?.entries ?? 0) + Number(row.entries) });
  }
  return [...counts].sort(([a], [b]) => (a < b ? 1 : -1)).map(([, count]) => count);
}

/** Newest first. The table says in which blocks to look, the ledger's own events say what stands there. */
export async function deedEntries(database: SqlDatabase, source: EventSource, query: DeedsQuery): Promise<readonly EntryRow[]> {
  const { office, role, action, about = '', before = Number.MAX_SAFE_INTEGER, limit } = query;
  let select = database.reader
    .selectFrom(DEED)
    .innerJoin(BLOCK, `${BLOCK}.height`, `${DEED}.height`)
    .select(`${DEED}.height`)
    .distinct()
    .where(`${DEED}.office`, '=', office)
    .where(`${DEED}.role`, '=', role)
    .where(`${BLOCK}.first`, '<', before)
    .orderBy(`${DEED}.height`, 'desc')
    .limit(limit);
  if (action !== undefined) select = select.where(`${DEED}.action`, '=', action).where(`${DEED}.about`, '=', about);
  const isMeant = (entry: EntryRow): boolean =>
    entry.office === office &&
    entry.role === role &&
    entry.index < before &&
    (action === undefined || (entry.action === action && entry.about === about));
  const found: EntryRow[] = [];
  for (const { height } of (await select.execute()) as readonly { readonly height: unknown }[]) {
    for (const block of source.events(Number(height), Number(height))) found.push(...entriesOf(block).filter(isMeant).reverse());
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

function monthOf(time: number, offsets: Offsets): string {
  let minutes = 0;
  for (const offset of offsets) if (offset.from <= time) minutes = offset.minutes;
  return new Date(time + minutes * 60_000).toISOString().slice(0, 7);
}
