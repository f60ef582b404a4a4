/** Handing over to the archive: a package is prepared and named by its digest; the archive's own people, or its program, confirm that they have it. */
import type { Act, Decision, View } from '@tabularium/kernel';
import { agency, type Found, live, mustAllow, mustBeIn, mustBeOwn, officers, type Refused, today } from './checks.ts';
import { told } from './events.ts';
import { no } from './refusals.ts';
import {
  type Change,
  changed,
  type DocumentRecord,
  made,
  type RecordRecord,
  type Shapes,
  type TransferRecord,
  unstamped,
} from './state.ts';

export interface TransferPlan {
  readonly sip: string;
  readonly documents?: readonly string[];
  readonly records?: readonly string[];
}

export function prepareTransfer({ sip, documents = [], records = [] }: TransferPlan, act: Act, view: View): Decision {
  const to = act.charter.parameter('records', 'archive');
  if (typeof to !== 'string' || act.charter.agency(to) === undefined) return no('no-archive', 'records.transfer.archive');
  if (documents.length + records.length === 0) return no('nothing-named', 'records.reference');
  const id = act.newId();
  const changes: Change[] = [];
  for (const [collection, ids] of [
    ['document', documents],
    ['record', records],
  ] as const) {
    for (const one of ids) {
      const found = sendable(collection, one, act, view);
      if ('refused' in found) return found;
      changes.push(changed(collection, one, { ...found.found, transfer: id }));
    }
  }
  const transfer: TransferRecord = {
    ...{ to, sip, documents: [...documents], records: [...records], state: 'prepared', preparedBy: officers(act) },
  };
  return told('transfer.prepared', { transfer: id, sip }, made('transfer', id, transfer), ...changes);
}

/** What can go to the archive: its agency's own, at rest, and free to be used. */
const AT_REST = { document: ['entered', 'superseded', 'revoked'], record: ['registered', 'archived'] } as const;

function sendable<C extends 'document' | 'record'>(collection: C, id: string, act: Act, view: View): Found<Shapes[C]> {
  const stored = live(view, collection, id);
  if ('refused' in stored) return stored;
  const found: DocumentRecord | RecordRecord = unstamped(stored.found);
  return (
    mustBeOwn(found, id, act, 'records.document.own') ??
    ((AT_REST[collection] as readonly string[]).includes(found.state)
      ? undefined
      : no('not-pending', 'records.step', { record: id, state: found.state })) ??
    mustAllow('case' in found ? found.case : id, view, 'unrestricted') ??
    mustBeFree(found, id) ?? { found: found as unknown as Shapes[C] }
  );
}

/** Nothing is in two transfers; what the archive has once it is not sent again. */
function mustBeFree({ transfer }: { readonly transfer?: string }, record: string): Refused | undefined {
  return transfer === undefined ? undefined : no('in-transfer', 'records.step', { record, transfer });
}

export function confirmTransfer(
  { transfer: id, sip }: { readonly transfer: string; readonly sip: string },
  act: Act,
  view: View,
): Decision {
  const stored = live(view, 'transfer', id);
  if ('refused' in stored) return stored;
  const transfer = unstamped<TransferRecord>(stored.found);
  const wrong =
    (agency(act) === transfer.to ? undefined : no('not-the-archive', 'records.transfer.archive', { archive: transfer.to })) ??
    mustBeIn(['prepared'], transfer.state, id) ??
    (sip === transfer.sip ? undefined : no('package-differs', 'records.transfer.same', { prepared: transfer.sip, confirmed: sip }));
  if (wrong !== undefined) return wrong;
  const on = { transferredOn: today(act) };
  return told(
    'transfer.confirmed',
    { transfer: id, sip },
    changed('transfer', id, { ...transfer, state: 'confirmed', confirmedBy: officers(act) }),
    ...membersOf(transfer, view, (member) => ({ ...member, ...on })),
  );
}

/** Everything in a transfer, changed alike. */
export function membersOf(
  { documents, records }: TransferRecord,
  view: View,
  to: <T extends DocumentRecord | RecordRecord>(member: T) => T,
): Change[] {
  const all = <C extends 'document' | 'record'>(collection: C, ids: readonly string[]): Change[] =>
    ids.map((id) => {
      const stored = view.get<DocumentRecord & RecordRecord>(collection, id);
      if (stored === undefined) throw new Error(`records/${collection}/${id} is not there.`);
      return changed(collection, id, to(unstamped<DocumentRecord & RecordRecord>(stored)));
    });
  return [...all('document', documents), ...all('record', records)];
}
