/** How events change state. Nothing is decided here: an event that does not fit the records is a broken invariant and throws. */
import type { Draft } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';
import type { EventData, EventType } from './events.ts';
import {
  type CaseRecord,
  caseIn,
  type ErasureRecord,
  type GrantRecord,
  type HoldRecord,
  type ObjectionRecord,
  type Recipients,
  type RegisterRecord,
  unstamped,
  type WithholdingRecord,
} from './state.ts';

type Evolve<T extends EventType> = (data: EventData<T>, draft: Draft, act: { readonly name: string; readonly time: number }) => void;

function change<T extends JsonObject>(draft: Draft, collection: string, id: string, to: Partial<T>): T {
  const stored = draft.get<T>(collection, id);
  if (stored === undefined) throw new Error(`privacy/${collection}/${id} is not there.`);
  const record = { ...unstamped<T>(stored), ...to };
  draft.put(collection, id, record);
  return record;
}

function create(draft: Draft, collection: string, id: string, record: JsonObject): void {
  if (draft.get(collection, id) !== undefined) throw new Error(`privacy/${collection}/${id} is already there.`);
  draft.put(collection, id, record);
}

const changeCase = (draft: Draft, handle: string, to: (record: CaseRecord) => CaseRecord): void =>
  draft.put('case', handle, to(caseIn(draft, handle)));

function recipientsWith(recipients: Recipients, agency: string, grant: string, since: number): Recipients {
  const known = recipients.find((one) => one.agency === agency);
  if (known === undefined) return [...recipients, { agency, since, grants: [grant] }];
  return recipients.map((one) => (one === known ? { ...one, grants: [...one.grants, grant] } : one));
}

const recipientsWithout = (recipients: Recipients, grant: string): Recipients =>
  recipients.map((one) => ({ ...one, grants: one.grants.filter((id) => id !== grant) }));

function changeRecipients(draft: Draft, { case: handle, register }: GrantRecord, to: (recipients: Recipients) => Recipients): void {
  if (handle !== undefined) {
    changeCase(draft, handle, (record) => ({ ...record, recipients: to(record.recipients) }));
  } else {
    const recipients = draft.get<RegisterRecord>('register', register!)?.recipients ?? [];
    draft.put('register', register!, { recipients: to(recipients) });
  }
}

function watchErasure(draft: Draft, id: string, { clock }: Pick<ErasureRecord, 'clock'>): void {
  if (clock.overdue !== true) draft.schedule('erasure.overdue', 'erasure', id, clock.due);
}

/** The case no longer awaits this erasure. */
function closeErasure(draft: Draft, id: string, to: Partial<ErasureRecord>): ErasureRecord {
  draft.unschedule('erasure.overdue', 'erasure', id);
  return change<ErasureRecord>(draft, 'erasure', id, to);
}

function withoutErasure({ erasure: _, ...record }: CaseRecord): CaseRecord {
  return record;
}

const erasures: { readonly [T in Extract<EventType, `erasure.${string}`>]: Evolve<T> } = {
  'erasure.requested': ({ erasure, case: handle, register, ground, source, known, clock, by }, draft) => {
    const asked = by === undefined ? {} : { requestedBy: by };
    create(draft, 'erasure', erasure, { case: handle, ground, source, known, state: 'requested', clock, ...asked, attested: [] });
    watchErasure(draft, erasure, { clock });
    changeCase(draft, handle, ({ clock: _, ...record }) => ({ ...record, ...(register === undefined ? {} : { register }), erasure }));
  },
  'erasure.extended': ({ erasure, reason, answerBy, due }, draft) => {
    const { clock } = draft.get<ErasureRecord>('erasure', erasure)!;
    watchErasure(
      draft,
      erasure,
      change<ErasureRecord>(draft, 'erasure', erasure, { clock: { ...clock, extended: reason, answerBy, due } }),
    );
  },
  'erasure.overdue': ({ erasure }, draft) => {
    const { clock } = draft.get<ErasureRecord>('erasure', erasure)!;
    change<ErasureRecord>(draft, 'erasure', erasure, { clock: { ...clock, overdue: true } });
  },
  'erasure.withdrawn': ({ erasure, case: handle }, draft) => {
    const { clock } = closeErasure(draft, erasure, { state: 'withdrawn' });
    changeCase(draft, handle, (record) => ({ ...withoutErasure(record), clock }));
  },
  'erasure.refused': ({ erasure, case: handle, ground, by }, draft) => {
    closeErasure(draft, erasure, { state: 'refused', refusal: ground, decidedBy: by });
    changeCase(draft, handle, withoutErasure);
  },
  'erasure.reopened': ({ erasure, case: handle, overdue }, draft) => {
    const { clock, refusal: _, decidedBy: __, ...record } = unstamped(draft.get<ErasureRecord>('erasure', erasure)!);
    const reopened: ErasureRecord = { ...record, state: 'requested', clock: overdue ? { ...clock, overdue: true } : clock };
    draft.put('erasure', erasure, reopened);
    watchErasure(draft, erasure, reopened);
    changeCase(draft, handle, (one) => ({ ...one, erasure }));
  },
  'erasure.granted': ({ erasure, case: handle, holders, exports, by }, draft) => {
    closeErasure(draft, erasure, { state: 'granted', holders, exports, decidedBy: by });
    changeCase(draft, handle, (record) => ({ ...record, erased: true, holders }));
    draft.unschedule('retention.due', 'case', handle);
  },
  'erasure.attested': ({ erasure, attestation }, draft) => {
    const { attested } = draft.get<ErasureRecord>('erasure', erasure)!;
    change<ErasureRecord>(draft, 'erasure', erasure, { attested: [...attested, attestation] });
  },
  'erasure.completed': ({ erasure, unreadableFrom }, draft) =>
    void change<ErasureRecord>(draft, 'erasure', erasure, { state: 'complete', unreadableFrom }),
};

export const evolve: { readonly [T in EventType]: Evolve<T> } = {
  ...erasures,
  'grant.given': ({ grant, due, by, ...facts }, draft, { time }) => {
    const record: GrantRecord = { ...facts, state: 'given', givenBy: by };
    create(draft, 'grant', grant, record);
    draft.schedule('grant.end', 'grant', grant, due);
    changeRecipients(draft, record, (recipients) => recipientsWith(recipients, facts.agency, grant, time));
  },
  'grant.ended': ({ grant }, draft) => {
    const record = change<GrantRecord>(draft, 'grant', grant, { state: 'ended' });
    draft.unschedule('grant.end', 'grant', grant);
    changeRecipients(draft, record, (recipients) => recipientsWithout(recipients, grant));
  },
  'restriction.placed': ({ case: handle, ground }, draft) => changeCase(draft, handle, (record) => ({ ...record, restricted: ground })),
  'restriction.lifted': ({ case: handle }, draft) => changeCase(draft, handle, ({ restricted: _, ...record }) => record),
  'objection.entered': ({ objection, case: handle, by }, draft) => {
    create(draft, 'objection', objection, { case: handle, state: 'entered', enteredBy: by });
    changeCase(draft, handle, (record) => ({ ...record, objection }));
  },
  'objection.decided': ({ objection, case: handle, decision, ground }, draft) => {
    change<ObjectionRecord>(draft, 'objection', objection, { state: decision, ...(ground === undefined ? {} : { ground }) });
    if (decision === 'refused') changeCase(draft, handle, ({ objection: _, ...record }) => record);
  },
  'hold.placed': ({ hold, due, by, ...facts }, draft) => {
    create(draft, 'hold', hold, { ...facts, state: 'placed', placedBy: by });
    if (due !== undefined) draft.schedule('hold.end', 'hold', hold, due);
    changeCase(draft, facts.case, (record) => ({ ...record, holds: [...record.holds, hold] }));
  },
  'hold.ended': ({ hold, case: handle }, draft) => {
    change<HoldRecord>(draft, 'hold', hold, { state: 'ended' });
    draft.unschedule('hold.end', 'hold', hold);
    changeCase(draft, handle, (record) => ({ ...record, holds: record.holds.filter((id) => id !== hold) }));
  },
  'access.anchored': ({ agency, size, root }, draft) => draft.put('anchor', agency, { size, root }),
  'access.withheld': ({ withholding, due, ...facts }, draft) => {
    draft.put('withholding', withholding, { ...facts, state: 'withheld' });
    draft.schedule('access.show', 'withholding', withholding, due);
    changeCase(draft, facts.case, (record) => ({ ...record, withholding }));
  },
  'access.shown': ({ withholding, case: handle }, draft) => {
    change<WithholdingRecord>(draft, 'withholding', withholding, { state: 'shown' });
    draft.unschedule('access.show', 'withholding', withholding);
    changeCase(draft, handle, ({ withholding: _, ...record }) => record);
  },
  'retention.set': ({ case: handle, class: kind, due, fires }, draft) => {
    changeCase(draft, handle, (record) => ({ ...record, retention: { class: kind, due } }));
    draft.schedule('retention.due', 'case', handle, fires);
  },
};
