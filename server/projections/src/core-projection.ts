/**
 * The projection every ledger has, whatever its modules: blocks, entries, and which events wrote which record, so
 * that one record's life can be told (DESIGN §1, "shown by the API and the portal"). An event's data is not copied:
 * whoever needs it asks the ledger for the block's events.
 *
 * All rows but the block's are a pure function of the stored events. Nothing here names a person: a signer is
 * shown by agency, office and role.
 */
import { hash } from 'node:crypto';
import type { Cell, Signer, StoredEvent, Table } from '@tabularium/kernel';
import type { BlockEvents } from './feed.ts';

/** The kernel's own index of deadlines; no record that anybody looks for. */
const DEADLINES = 'kernel/deadline/';

/** The name under which these tables stand; no module may have it. */
export const CORE_NAME = 'ledger';

export const coreTables = {
  /** `entries` counts the block's accepted transactions, `events` its events. */
  block: { columns: { height: 'integer', time: 'time', first: 'integer', entries: 'integer', events: 'integer' }, key: ['height'] },
  /**
   * One row per accepted transaction, by log index. `action` is what was signed; `about` the action proposed or carried out where that is
   * another; `others` is `role@office` of the others whose signatures carried it, comma-separated.
   */
  entry: {
    columns: {
      index: 'integer',
      height: 'integer',
      name: 'text',
      action: 'text',
      about: 'text',
      agency: 'text',
      office: 'text',
      role: 'text',
      others: 'text',
    },
    key: ['index'],
  },
  /** Which events wrote a record. `key` is a hash of the state key: the event itself, read from the ledger, says whether it is meant. */
  trace: { columns: { key: 'integer', height: 'integer', seq: 'integer' }, key: ['key', 'height', 'seq'] },
} as const satisfies Record<string, Table>;

export type CoreTable = keyof typeof coreTables;

/** Calls `append` with the cells of each new row, in the order of the table's columns. */
export function foldCore(block: BlockEvents, append: (table: CoreTable, cells: readonly Cell[]) => void): void {
  let last = -1;
  for (const [seq, event] of block.events.entries()) {
    const index = event.entry < 0 ? -1 : block.first + event.entry;
    if (event.entry > last) {
      last = event.entry;
      const [signer] = event.signers;
      append('entry', [
        index,
        block.height,
        event.tx,
        event.action,
        aboutOf(block, seq),
        signer?.agency ?? '',
        signer?.office ?? '',
        signer?.role ?? '',
        othersOf(block, seq).map(signedAs).join(','),
      ]);
    }
    for (const key of event.keys) if (!key.startsWith(DEADLINES)) append('trace', [keyHash(key), block.height, seq]);
  }
  append('block', [block.height, block.time, block.first, last + 1, block.events.length]);
}

/** 63 bits of SHA-256: a record's key takes 8 bytes in each of its rows instead of 60. */
export function keyHash(key: string): bigint {
  return hash('sha256', key, 'buffer').readBigUInt64BE() >> 1n;
}

/** For a proposal the action it proposes, for an approval the one it carried out; otherwise nothing. */
function aboutOf(block: BlockEvents, first: number): string {
  const { entry, action, type, data } = block.events[first] as StoredEvent;
  if (type === 'kernel.proposal.made') return String(data.action);
  for (let seq = first + 1; seq < block.events.length; seq++) {
    const event = block.events[seq] as StoredEvent;
    if (event.entry !== entry) break;
    if (event.action !== action) return event.action;
  }
  return '';
}

/** Everyone behind an entry but its own signer: of an approval, those who proposed and approved before. */
function othersOf(block: BlockEvents, first: number): readonly Signer[] {
  const { entry, signers } = block.events[first] as StoredEvent;
  let most = signers;
  for (let seq = first + 1; seq < block.events.length && block.events[seq]?.entry === entry; seq++) {
    const those = block.events[seq]?.signers ?? [];
    if (those.length > most.length) most = those;
  }
  return most.filter(({ officer }) => officer !== signers[0]?.officer);
}

function signedAs(signer: Signer): string {
  return `${signer.role}@${signer.office}`;
}
