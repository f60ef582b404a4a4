/**
 * How records take the standing actions. What a civil record says is corrected by its own action, with evidence and a second person; the kernel's
 * correction reaches what stands in the clear. A request's clock is nobody's to set, so that a request can neither be suspended nor annulled.
 */
import type { Decision, StandingHandler, View } from '@tabularium/kernel';
import { type JsonObject, makeBodyChecker } from '@tabularium/protocol';
import { type Static, type TProperties, Type } from 'typebox';
import { type Found, live, mustBeIn, officers, type Refused } from './checks.ts';
import { waiting } from './clock.ts';
import { RetentionClass } from './codes.ts';
import { membersOf } from './decide-transfer.ts';
import { type EventType, told } from './events.ts';
import { no } from './refusals.ts';
import { keptFrom, RETENTION } from './retention.ts';
import {
  type Collection,
  changed,
  type Deadlines,
  type DocumentRecord,
  MEDIA_TYPES,
  REQUEST_FORMS,
  type RecordRecord,
  type RequestRecord,
  read,
  type Shapes,
  stateKey,
  type TransferRecord,
  unstamped,
} from './state.ts';

type Handler<C extends Collection> = (record: Shapes[C], ...context: Parameters<StandingHandler>) => Decision;

function found<C extends Collection>(view: View, collection: C, id: string): Found<Shapes[C]> {
  const stored = read(view, collection, id);
  if (stored === undefined) return no('unknown-record', 'records.reference', { record: stateKey(collection, id) });
  return { found: unstamped(stored) as Shapes[C] };
}

function handler<C extends Collection>(collection: C, handle: Handler<C>): StandingHandler {
  return (target, act, view) => {
    const record = found(view, collection, target.id);
    return 'refused' in record ? record : handle(record.found, target, act, view);
  };
}

/** One more state, and the deadlines that go with it. */
function into<C extends Collection>(collection: C, type: EventType, value: (record: Shapes[C]) => Shapes[C], deadlines?: Deadlines) {
  return (id: string, record: Shapes[C]): Decision => told(type, {}, changed(collection, id, value(record), deadlines));
}

function mustBeOwn(by: readonly string[], id: string, act: Parameters<StandingHandler>[1]): Refused | undefined {
  return officers(act).some((officer) => by.includes(officer)) ? undefined : no('not-own-act', 'records.standing.own', { record: id });
}

/** Suspended records keep what they say, and take no step until they are reinstated. */
export function suspension(collection: 'record' | 'certificate' | 'document') {
  return {
    suspend: handler(collection, (record, { id }, _act, view) => {
      const stored = live(view, collection, id);
      return 'refused' in stored ? stored : told('standing.suspended', {}, changed(collection, id, record));
    }),
    reinstate: handler(collection, (record, { id }, _act, view) =>
      read(view, collection, id)?.standing === 'suspended'
        ? told('standing.reinstated', {}, changed(collection, id, record))
        : no('not-pending', 'records.step', { record: stateKey(collection, id), state: record.state }),
    ),
  };
}

/** Holds a change to what may be changed: every member optional, at least one given. */
function changeOf<P extends TProperties>(properties: P) {
  const schema = Type.Partial(Type.Object(properties), { additionalProperties: false, minProperties: 1 });
  const check = makeBodyChecker(schema);
  const changeIn = (collection: Collection, id: string, change: JsonObject): Found<Static<typeof schema>> => {
    const checked = check(change);
    if (checked.ok) return { found: change as Static<typeof schema> };
    return no('change-invalid', 'records.standing.change', { record: stateKey(collection, id), path: checked.path });
  };
  return { schema, changeIn };
}

const recordChange = changeOf({ retention: RetentionClass });
const documentChange = changeOf({ retention: RetentionClass, mediaType: Type.Enum([...MEDIA_TYPES]) });
const requestChange = changeOf({ form: Type.Enum([...REQUEST_FORMS]) });

/** Another class of retention runs from today; an unregistered record is not kept for a time yet. */
const changeRecord = (type: 'standing.corrected' | 'standing.set'): StandingHandler =>
  handler('record', (record, { id, change }, act) => {
    const checked = recordChange.changeIn('record', id, change);
    if ('refused' in checked) return checked;
    const kept = keptFrom(checked.found.retention ?? record.retention, act);
    if ('refused' in kept) return kept;
    if (record.until === undefined && record.number === undefined) {
      return told(type, {}, changed('record', id, { ...record, retention: kept.found.kept.retention }));
    }
    return told(type, {}, changed('record', id, keptAnew(record, kept.found.kept), kept.found.deadlines));
  });

function keptAnew<T extends { readonly until?: string; readonly over?: boolean }>(
  { until: _, over: _over, ...record }: T,
  kept: { readonly retention: string; readonly until?: string },
): T {
  return { ...record, ...kept } as unknown as T;
}

const changeDocument = (type: 'standing.corrected' | 'standing.set'): StandingHandler =>
  handler('document', (record, { id, change }, act) => {
    const checked = documentChange.changeIn('document', id, change);
    if ('refused' in checked) return checked;
    const { retention, mediaType = record.mediaType } = checked.found;
    const wrong = mustBeIn(['entered', 'superseded', 'revoked'], record.state, id);
    if (wrong !== undefined) return wrong;
    if (retention === undefined) return told(type, {}, changed('document', id, { ...record, mediaType }));
    const kept = keptFrom(retention, act);
    if ('refused' in kept) return kept;
    return told(type, {}, changed('document', id, { ...keptAnew(record, kept.found.kept), mediaType }, kept.found.deadlines));
  });

export const recordStanding = {
  ...suspension('record'),
  withdraw: handler('record', (record, { id }, act) => {
    const withdrawn = into('record', 'standing.withdrawn', (one): RecordRecord => ({ ...one, state: 'withdrawn' }));
    return mustBeIn(['declared'], record.state, id) ?? mustBeOwn(record.declaredBy, id, act) ?? withdrawn(id, record);
  }),
  correct: changeRecord('standing.corrected'),
  correction: recordChange.schema,
  set: changeRecord('standing.set'),
  /** Its number stays its own: numbers have no gaps. */
  annul: handler('record', (record, { id }) =>
    into('record', 'standing.annulled', (one): RecordRecord => ({ ...one, state: 'annulled' }), { [RETENTION]: null })(id, record),
  ),
  /** What was rejected, or held to be a duplicate, is as if declared a moment ago. */
  reopen: handler('record', (record, { id }) => {
    const { validatedBy: _, suspect: _suspect, flaggedBy: _flagged, ...rest } = record;
    return (
      mustBeIn(['rejected', 'duplicate'], record.state, id) ??
      told('standing.reopened', {}, changed('record', id, { ...rest, state: 'declared' }))
    );
  }),
};

export const certificateStanding = {
  ...suspension('certificate'),
  annul: handler('certificate', (record, { id }) =>
    told('standing.annulled', {}, changed('certificate', id, { ...record, state: 'annulled' })),
  ),
};

export const documentStanding = {
  ...suspension('document'),
  withdraw: handler('document', (record, { id }, act) => {
    const free = record.transfer === undefined ? undefined : no('in-transfer', 'records.step', { record: id, transfer: record.transfer });
    const withdrawn = into('document', 'standing.withdrawn', (one): DocumentRecord => ({ ...one, state: 'withdrawn' }), {
      [RETENTION]: null,
    });
    return mustBeIn(['entered'], record.state, id) ?? mustBeOwn(record.enteredBy, id, act) ?? free ?? withdrawn(id, record);
  }),
  correct: changeDocument('standing.corrected'),
  correction: documentChange.schema,
  set: changeDocument('standing.set'),
  annul: handler('document', (record, { id }) => {
    const annulled = into('document', 'standing.annulled', (one): DocumentRecord => ({ ...one, state: 'annulled' }), { [RETENTION]: null });
    return mustBeIn(['entered', 'superseded', 'revoked'], record.state, id) ?? annulled(id, record);
  }),
};

export const transferStanding = {
  /** What was in it can be sent in another. */
  withdraw: handler('transfer', (record, { id }, act, view) => {
    const wrong = mustBeIn(['prepared'], record.state, id) ?? mustBeOwn(record.preparedBy, id, act);
    if (wrong !== undefined) return wrong;
    const withdrawn: TransferRecord = { ...record, state: 'withdrawn' };
    return told(
      'standing.withdrawn',
      {},
      changed('transfer', id, withdrawn),
      ...membersOf(record, view, ({ transfer: _, ...member }) => member as never),
    );
  }),
};

export const requestStanding = {
  correct: handler('request', (record, { id, change }) => {
    const checked = requestChange.changeIn('request', id, change);
    if ('refused' in checked) return checked;
    return told('standing.corrected', {}, changed('request', id, { ...record, ...checked.found }));
  }),
  correction: requestChange.schema,
  /** By a court; the clock stands where it would stand if nobody had closed it. */
  reopen: handler('request', (record, { id }, act) => {
    const wrong = mustBeIn(['answered', 'withdrawn'], record.state, id);
    if (wrong !== undefined) return wrong;
    const { until: _, over: _over, ...before } = record;
    const { request, deadlines } = waiting(before as RequestRecord, before.reviewed ? 'review' : 'waiting', act);
    return told('standing.reopened', {}, changed('request', id, request, { ...deadlines, [RETENTION]: null }));
  }),
};
