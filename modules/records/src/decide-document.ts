/**
 * Official documents: the ledger holds size, kind and digest, the vault the bytes. A document ends as superseded or revoked, and is disposed
 * of by two people once its retention is over, unless it is held, and never before the archive has what belongs to it.
 */
import type { Act, Decision, Stored, View } from '@tabularium/kernel';
import { agency, type Found, live, mustAllow, mustBeIn, mustBeOwn, office, officers, type Refused, standingOf } from './checks.ts';
import { told } from './events.ts';
import { no } from './refusals.ts';
import { classOf, keptFrom, RETENTION } from './retention.ts';
import { type Change, changed, type DocumentRecord, made, stateKey, unstamped } from './state.ts';

export interface DocumentEntry {
  readonly case: string;
  readonly mediaType: DocumentRecord['mediaType'];
  readonly size: number;
  readonly digest: string;
  readonly retention: string;
  readonly _sd: string[];
}

export function enterDocument({ _sd, ...entry }: DocumentEntry, act: Act, view: View): Decision {
  const erased = mustAllow(entry.case, view, 'any');
  if (erased !== undefined) return erased;
  const kept = keptFrom(entry.retention, act);
  if ('refused' in kept) return kept;
  const id = act.newId();
  const record: DocumentRecord = {
    ...{ ...entry, ...kept.found.kept, agency: agency(act), office: office(act), state: 'entered' },
    ...{ enteredBy: officers(act), texts: [..._sd] },
  };
  return told('document.entered', { document: id, case: entry.case }, made('document', id, record, kept.found.deadlines));
}

/** A document that the signer's agency entered, and that takes steps. */
function ownDocument(id: string, act: Act, view: View): Found<Stored<DocumentRecord>> {
  const stored = live(view, 'document', id);
  if ('refused' in stored) return stored;
  return mustBeOwn(stored.found, id, act, 'records.document.own') ?? stored;
}

/** Both are of the same case: a new version of the same paper. */
export function supersedeDocument(
  { document: id, successor }: { readonly document: string; readonly successor: string },
  act: Act,
  view: View,
): Decision {
  const stored = ownDocument(id, act, view);
  if ('refused' in stored) return stored;
  const next = ownDocument(successor, act, view);
  if ('refused' in next) return next;
  const record = unstamped<DocumentRecord>(stored.found);
  return (
    (id === successor ? no('same-record', 'records.reference', { record: id }) : undefined) ??
    mustBeIn(['entered'], record.state, id) ??
    mustBeIn(['entered'], next.found.state, successor) ??
    (record.case === next.found.case ? undefined : no('type-differs', 'records.reference', { record: successor, type: 'document' })) ??
    mustAllow(record.case, view, 'any') ??
    told('document.superseded', { document: id }, changed('document', id, { ...record, state: 'superseded', successor }))
  );
}

export function revokeDocument(
  { document: id, reason }: { readonly document: string; readonly reason: string },
  act: Act,
  view: View,
): Decision {
  const stored = ownDocument(id, act, view);
  if ('refused' in stored) return stored;
  const record = unstamped<DocumentRecord>(stored.found);
  return (
    mustBeIn(['entered'], record.state, id) ??
    told('document.revoked', { document: id, reason }, changed('document', id, { ...record, state: 'revoked' }))
  );
}

/** All of them or none. The vault destroys what state says is disposed of. */
export function disposeDocuments({ documents }: { readonly documents: readonly string[] }, act: Act, view: View): Decision {
  const changes: Change[] = [];
  for (const id of documents) {
    const stored = ownDocument(id, act, view);
    if ('refused' in stored) return stored;
    const record = unstamped<DocumentRecord>(stored.found);
    const wrong = mustBeDisposable(id, record, act, view);
    if (wrong !== undefined) return wrong;
    changes.push(changed('document', id, { ...record, state: 'disposed' }, { [RETENTION]: null }));
  }
  return told('document.disposed', { documents: [...documents] }, ...changes);
}

function mustBeDisposable(id: string, record: DocumentRecord, act: Act, view: View): Refused | undefined {
  const { state, over, until = '', retention, transferredOn } = record;
  const isArchived = transferredOn !== undefined || classOf(retention, act)?.archive === false;
  return (
    mustBeIn(['entered', 'superseded', 'revoked'], state, id) ??
    (over === true ? undefined : no('not-due', 'records.disposal.due', { document: id, until })) ??
    (standingOf(record.case, view).held ? no('record-held', 'records.disposal.held', { record: stateKey('document', id) }) : undefined) ??
    (isArchived ? undefined : no('not-transferred', 'records.disposal.archived', { document: id, class: retention })) ??
    (record.transfer !== undefined && transferredOn === undefined
      ? no('in-transfer', 'records.step', { record: id, transfer: record.transfer })
      : undefined)
  );
}
