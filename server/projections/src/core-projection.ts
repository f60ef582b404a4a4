/**
 * The projection every ledger has, whatever its modules: blocks, entries, and which events wrote which record, so
 * that one record's life can be told (DESIGN §1, "shown by the API and the portal"). An event's data is not copied:
 * whoever needs it asks the ledger for the block's events.
 *
 * All rows but the block's are a pure function of the stored events. Nothing here names a person: a signer is
 * shown by agency, office and role.
 */
import type { Cell, Signer, Table } from '@tabularium/kernel';
import type { BlockEvents } from './feed.ts';

/** The name under which these tables stand; no module may have it. */
export const CORE_NAME = 'ledger';

export const coreTables = {
  /** `entries` counts the block's accepted transactions, `events` its events. */
  block: { columns: { height: 'integer', time: 'time', first: 'integer', entries: 'integer', events: 'integer' }, key: ['height'] },
  /** One row per accepted transaction, by log index; `action` is the deed it carried out, `approvers` is `role@office` of later signers, comma-separated. */
  entry: {
    columns: {
      index: 'integer',
      height: 'integer',
      name: 'text',
      action: 'text',
      agency: 'text',
      office: 'text',
      role: 'text',
      approvers: 'text',
    },
    key: ['index'],
  },
  /** Which events wrote a record; `key` is the full state key, `index` the entry that caused the event, −1 for a deadline. */
  trace: {
    columns: { key: 'text', height: 'integer', seq: 'integer', index: 'integer', type: 'text' },
    key: ['key', 'height', 'seq'],
  },
} as const satisfies Record<string, Table>;

export type CoreTable = keyof typeof coreTables;

/** Calls `append` with the cells of each new row, in the order of the table's columns. */
export function foldCore(block: BlockEvents, append: (table: CoreTable, cells: readonly Cell[]) => void): void {
  let last = -1;
  for (const [seq, event] of block.events.entries()) {
    const index = event.entry < 0 ? -1 : block.first + event.entry;
    if (event.entry > last) {
      last = event.entry;
      const [signer, ...approvers] = event.signers;
      append('entry', [
        index,
        block.height,
        event.tx,
        event.action,
        signer?.agency ?? '',
        signer?.office ?? '',
        signer?.role ?? '',
        approvers.map(signedAs).join(','),
      ]);
    }
    for (const key of event.keys) append('trace', [key, block.height, seq, index, event.type]);
  }
  append('block', [block.height, block.time, block.first, last + 1, block.events.length]);
}

function signedAs(signer: Signer): string {
  return `${signer.role}@${signer.office}`;
}
