/** How the kernel's events change its own records. */
import type { JsonObject } from '@tabularium/protocol';
import type { Data } from './events.ts';
import type { Draft } from './module.ts';
import type {
  CharterRecord,
  FoundingRecord,
  KeyRecord,
  MandateRecord,
  OfficerRecord,
  ProposalRecord,
  RecoveryRecord,
  RoleTerm,
} from './records.ts';
import { withTerm } from './role-terms.ts';

type Record_<T> = T & JsonObject;

function must<T>(draft: Draft, collection: string, id: string): Record_<T> {
  const record = draft.get(collection, id);
  if (record === undefined) throw new Error(`no kernel/${collection}/${id} to change`);
  return record as unknown as Record_<T>;
}

function put<T extends object>(draft: Draft, collection: string, id: string, record: T): void {
  draft.put(collection, id, record as unknown as JsonObject);
}

function close(draft: Draft, proposal: string, status: ProposalRecord['status']): void {
  draft.unschedule('proposal.expire', 'proposal', proposal);
  put(draft, 'proposal', proposal, { ...must<ProposalRecord>(draft, 'proposal', proposal), status });
}

function enrol(
  draft: Draft,
  holder: string,
  kids: readonly string[],
  keys: Data<'officer.appointed'>['keys'],
  status: KeyRecord['status'] = 'active',
): void {
  keys.forEach((key, i) => {
    put(draft, 'key', kids[i]!, { ...key, holder, status });
  });
}

function markKey(draft: Draft, kid: string, status: KeyRecord['status']): void {
  put(draft, 'key', kid, { ...must<KeyRecord>(draft, 'key', kid), status });
}

/** A mandate stands in the records of both officers, so that whoever leaves takes all of theirs along. */
function linkMandate(draft: Draft, officer: string, change: (mandates: readonly string[]) => readonly string[]): void {
  const { mandates = [], ...record } = must<OfficerRecord>(draft, 'officer', officer);
  const changed = change(mandates);
  put(draft, 'officer', officer, changed.length === 0 ? record : { ...record, mandates: changed });
}

function endMandate(draft: Draft, id: string): void {
  const mandate = must<MandateRecord>(draft, 'mandate', id);
  for (const officer of [mandate.by, mandate.to]) linkMandate(draft, officer, (mandates) => mandates.filter((one) => one !== id));
  draft.unschedule('mandate.lapse', 'mandate', id);
  put(draft, 'mandate', id, { ...must<MandateRecord>(draft, 'mandate', id), status: 'ended' });
}

/** Keys that were only waiting are never used. */
function endRecovery(draft: Draft, officer: string, status: RecoveryRecord['status']): void {
  const { kids } = must<RecoveryRecord>(draft, 'recovery', officer);
  for (const kid of kids) markKey(draft, kid, 'revoked');
  draft.unschedule('recovery.complete', 'recovery', officer);
  put(draft, 'recovery', officer, { ...must<RecoveryRecord>(draft, 'recovery', officer), status });
}

export const evolve = {
  'charter.founded': ({ charter, sections }: Data<'charter.founded'>, draft: Draft) => {
    put(draft, 'charter', 'current', sections);
    put(draft, 'founding', 'current', { charter, accepted: [], complete: false } satisfies FoundingRecord);
  },
  'charter.accepted': ({ officer, complete }: Data<'charter.accepted'>, draft: Draft) => {
    const founding = must<FoundingRecord>(draft, 'founding', 'current');
    put(draft, 'founding', 'current', { ...founding, accepted: [...founding.accepted, officer], complete });
  },
  'charter.amended': ({ sections }: Data<'charter.amended'>, draft: Draft) => {
    put(draft, 'charter', 'current', { ...must<CharterRecord>(draft, 'charter', 'current'), ...sections });
  },
  'proposal.made': ({ proposal, ...record }: Data<'proposal.made'>, draft: Draft) => {
    put(draft, 'proposal', proposal, { ...record, status: 'open' });
    draft.schedule('proposal.expire', 'proposal', proposal, record.until);
  },
  'proposal.approved': ({ proposal, signer, executed }: Data<'proposal.approved'>, draft: Draft) => {
    const record = must<ProposalRecord>(draft, 'proposal', proposal);
    if (executed) draft.unschedule('proposal.expire', 'proposal', proposal);
    put(draft, 'proposal', proposal, { ...record, signers: [...record.signers, signer], status: executed ? 'executed' : 'open' });
  },
  'proposal.withdrawn': ({ proposal }: Data<'proposal.withdrawn'>, draft: Draft) => close(draft, proposal, 'withdrawn'),
  'proposal.expired': ({ proposal }: Data<'proposal.expired'>, draft: Draft) => close(draft, proposal, 'expired'),
  'record.withdrawn': () => {},
  'record.corrected': () => {},
  'record.annulled': () => {},
  'order.executed': (order: Data<'order.executed'>, draft: Draft, { name }: { readonly name: string }) => put(draft, 'order', name, order),
  'text.withdrawn': ({ digest, ...record }: Data<'text.withdrawn'>, draft: Draft) => put(draft, 'text', digest, record),
  'document.attached': (document: Data<'document.attached'>, draft: Draft, { name }: { readonly name: string }) =>
    put(draft, 'document', name, document),
  'officer.appointed': ({ officer, kind, agency, keys, kids, roles, answers }: Data<'officer.appointed'>, draft: Draft) => {
    put(draft, 'officer', officer, { kind, agency, keys: kids, roles, status: 'active', ...(answers === undefined ? {} : { answers }) });
    enrol(draft, officer, kids, keys);
  },
  'officer.left': ({ officer, successor, kids, mandates }: Data<'officer.left'>, draft: Draft) => {
    for (const kid of kids) markKey(draft, kid, 'revoked');
    for (const mandate of mandates) endMandate(draft, mandate);
    const recovery = draft.get('recovery', officer) as unknown as RecoveryRecord | undefined;
    if (recovery?.status === 'open') endRecovery(draft, officer, 'ended');
    put(draft, 'officer', officer, {
      ...must<OfficerRecord>(draft, 'officer', officer),
      roles: [],
      status: 'left',
      ...(successor === undefined ? {} : { successor }),
    });
  },
  'role.granted': ({ officer, ...term }: Data<'role.granted'>, draft: Draft, { time }: { readonly time: number }) => {
    const record = must<OfficerRecord>(draft, 'officer', officer);
    put(draft, 'officer', officer, { ...record, roles: withTerm(record.roles, term as RoleTerm, time) });
  },
  'role.ended': ({ officer, role, office }: Data<'role.ended'>, draft: Draft) => {
    const record = must<OfficerRecord>(draft, 'officer', officer);
    put(draft, 'officer', officer, { ...record, roles: record.roles.filter((term) => term.role !== role || term.office !== office) });
  },
  'key.added': ({ officer, kid, key }: Data<'key.added'>, draft: Draft) => {
    const record = must<OfficerRecord>(draft, 'officer', officer);
    put(draft, 'officer', officer, { ...record, keys: [...record.keys, kid] });
    enrol(draft, officer, [kid], [key]);
  },
  'key.revoked': ({ officer, kid }: Data<'key.revoked'>, draft: Draft) => {
    const record = must<OfficerRecord>(draft, 'officer', officer);
    put(draft, 'officer', officer, { ...record, keys: record.keys.filter((one) => one !== kid) });
    markKey(draft, kid, 'revoked');
  },
  'mandate.given': ({ mandate, ...record }: Data<'mandate.given'>, draft: Draft) => {
    put(draft, 'mandate', mandate, { ...record, status: 'active' });
    for (const officer of [record.by, record.to]) linkMandate(draft, officer, (mandates) => [...mandates, mandate]);
    draft.schedule('mandate.lapse', 'mandate', mandate, record.until);
  },
  'mandate.ended': ({ mandate }: Data<'mandate.ended'>, draft: Draft) => endMandate(draft, mandate),
  'recovery.opened': ({ officer, keys, kids, signers, due }: Data<'recovery.opened'>, draft: Draft) => {
    enrol(draft, officer, kids, keys, 'pending');
    put(draft, 'recovery', officer, { officer, kids, signers, due, status: 'open' });
    draft.schedule('recovery.complete', 'recovery', officer, due);
  },
  'recovery.vetoed': ({ officer }: Data<'recovery.vetoed'>, draft: Draft) => endRecovery(draft, officer, 'vetoed'),
  'recovery.done': ({ officer, kids, revoked }: Data<'recovery.done'>, draft: Draft) => {
    for (const kid of revoked) markKey(draft, kid, 'revoked');
    for (const kid of kids) markKey(draft, kid, 'active');
    put(draft, 'officer', officer, { ...must<OfficerRecord>(draft, 'officer', officer), keys: kids });
    put(draft, 'recovery', officer, { ...must<RecoveryRecord>(draft, 'recovery', officer), status: 'done' });
  },
  readmitted: ({ transaction, index }: Data<'readmitted'>, draft: Draft) => put(draft, 'readmitted', transaction, { index }),
  'deadline.failed': () => {},
};
