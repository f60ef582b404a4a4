/**
 * The projection every ledger has, whatever its modules: blocks, entries, and which events wrote which record, so
 * that one record's life can be told (DESIGN §1, "shown by the API and the portal"). An event's data is not copied:
 * whoever needs it asks the ledger for the block's events.
 *
 * All rows but the block's are a pure function of the stored events. Nothing here names a person: a signer is
 * shown by agency, office and role.
 */
import { hash } from 'node:crypto';
import type { Cell, Table } from '@tabularium/kernel';
import { entriesOf } from './block-entries.ts';
import type { BlockEvents } from './feed.ts';

/** The kernel's own index of deadlines; no record that anybody looks for. */
const DEADLINES = 'kernel/deadline/';

/** The name under which these tables stand; no module may have it. */
export const CORE_NAME = 'ledger';

export const coreTables = {
  /** `entries` counts the block's accepted transactions, `events` its events. */
  block: {
    columns: { height: 'integer', time: 'time', first: 'integer', entries: 'integer', events: 'integer' },
    key: ['height'],
    indexes: [['first']],
  },
  /** In which blocks something was done in a role of an office, and how many entries of each kind. */
  deed: {
    columns: { office: 'text', role: 'text', height: 'integer', action: 'text', about: 'text', entries: 'integer' },
    key: ['office', 'role', 'height', 'action', 'about'],
  },
  /** Which events wrote a record. `key` is a hash of the state key: the event itself, read from the ledger, says whether it is meant. */
  trace: { columns: { key: 'integer', height: 'integer', seq: 'integer' }, key: ['key', 'height', 'seq'] },
} as const satisfies Record<string, Table>;

export type CoreTable = keyof typeof coreTables;

export interface CoreFold {
  /** Takes the cells of a new row, in the order of the table's columns. */
  append(table: CoreTable, cells: readonly Cell[]): void;
  /** False for records whose life another table tells. */
  keepsTrace(key: string): boolean;
}

export function foldCore(block: BlockEvents, { append, keepsTrace }: CoreFold): void {
  let last = -1;
  for (const [seq, event] of block.events.entries()) {
    last = Math.max(last, event.entry);
    for (const key of event.keys) if (!key.startsWith(DEADLINES) && keepsTrace(key)) append('trace', [keyHash(key), block.height, seq]);
  }
  for (const cells of deedsOf(block)) append('deed', cells);
  append('block', [block.height, block.time, block.first, last + 1, block.events.length]);
}

function deedsOf(block: BlockEvents): readonly (readonly Cell[])[] {
  const counts = new Map<string, { readonly cells: readonly string[]; entries: number }>();
  for (const { office, role, action, about } of entriesOf(block)) {
    const key = `${office} ${role} ${action} ${about}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { cells: [office, role, action, about], entries: 1 });
    else known.entries++;
  }
  return [...counts.values()].map(({ cells: [office = '', role = '', action = '', about = ''], entries }) => [
    ...[office, role, block.height, action, about],
    entries,
  ]);
}

/** 63 bits of SHA-256: a record's key takes 8 bytes in each of its rows instead of 60. */
export function keyHash(key: string): bigint {
  return hash('sha256', key, 'buffer').readBigUInt64BE() >> 1n;
}
