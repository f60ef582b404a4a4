/**
 * The entries of a block as pages list them. Nothing of it is kept in a table: the ledger's own events say who signed what, and the
 * block table says in which block an index lies. Nothing here names a person: a signer is shown by agency, office and role.
 */
import type { Signer, StoredEvent } from '@tabularium/kernel';
import type { BlockEvents } from './feed.ts';

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
  /** `role@office` of the others whose signatures carried it. */
  readonly others: readonly string[];
}

/** The block's accepted transactions, in order. */
export function entriesOf({ height, time, first, events }: BlockEvents): EntryRow[] {
  const rows: EntryRow[] = [];
  for (let seq = 0; seq < events.length; ) {
    const { entry } = events[seq] as StoredEvent;
    let end = seq + 1;
    while (end < events.length && events[end]!.entry === entry) end++;
    if (entry >= 0) rows.push({ index: first + entry, height, time, ...told(events.slice(seq, end)) });
    seq = end;
  }
  return rows;
}

/** What the events of one entry say of it. */
function told(events: readonly StoredEvent[]): Omit<EntryRow, 'index' | 'height' | 'time'> {
  const { tx, action, signers } = events[0] as StoredEvent;
  const [signer] = signers;
  return {
    name: tx,
    action,
    about: aboutOf(events),
    agency: signer?.agency ?? '',
    office: signer?.office ?? '',
    role: signer?.role ?? '',
    others: othersOf(events).map(({ role, office }) => `${role}@${office}`),
  };
}

/** For a proposal the action it proposes, for an approval the one it carried out; otherwise nothing. */
function aboutOf([first, ...rest]: readonly StoredEvent[]): string {
  if (first?.type === 'kernel.proposal.made') return String(first.data.action);
  return rest.find(({ action }) => action !== first?.action)?.action ?? '';
}

/** Everyone behind an entry but its own signer: of an approval, those who proposed and approved before. */
function othersOf(events: readonly StoredEvent[]): readonly Signer[] {
  const own = events[0]?.signers ?? [];
  const most = events.reduce((found, { signers }) => (signers.length > found.length ? signers : found), own);
  return most.filter(({ officer }) => officer !== own[0]?.officer);
}
