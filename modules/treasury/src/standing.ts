/**
 * What the standing actions (withdraw, correct, annul, suspend, reinstate, set, reopen) have in common here: reading
 * the record, holding a change to its schema, and the one shape of their events. `set` and `reopen` are a court's: they
 * check invariants only. A correction writes a new revision; the old one stays in the log and in the record's history.
 */
import { type Act, accept, type Decision, type StandingHandler, type Stored, type View } from '@tabularium/kernel';
import { type JsonObject, makeBodyChecker } from '@tabularium/protocol';
import { type Static, type TProperties, Type } from 'typebox';
import type { Transfer } from './accounts.ts';
import { type Found, mustBeLive, mustFit, officers, type Refused } from './checks.ts';
import { event, type RecordStepData } from './events.ts';
import { no } from './refusals.ts';
import { stateKey, unstamped } from './state.ts';

type RecordChange = RecordStepData['records'][number];
export type Collection = RecordChange['collection'];
export type StandingEvent =
  | 'record.withdrawn'
  | 'record.corrected'
  | 'record.annulled'
  | 'record.suspended'
  | 'record.reinstated'
  | 'record.set'
  | 'record.reopened';

export function find<T extends JsonObject>(collection: Collection, id: string, view: View): Found<Stored<T>> {
  const record = view.get<T>(collection, id);
  return record === undefined ? no('unknown-record', 'treasury.ledger.reference', { record: stateKey(collection, id) }) : { found: record };
}

/** A record's new content; `due` as in the event: absent leaves the deadline, null takes it away. */
export function changed(collection: Collection, id: string, value: JsonObject, due?: number | null): RecordChange {
  const record = { collection, id, value: value as RecordChange['value'] };
  return due === undefined ? record : { ...record, due };
}

/** The event of a standing action, if its transfers can be carried out. */
export function standing(
  type: StandingEvent,
  records: RecordChange[],
  view: View,
  transfers: readonly Transfer[] = [],
  currency?: string,
): Decision {
  if (currency === undefined || transfers.length === 0) return accept([event(type, { records, transfers: [] })]);
  return mustFit(transfers, currency, view) ?? accept([event(type, { records, currency, transfers: [...transfers] })]);
}

/** Holds a change to what may be changed: every member optional, at least one given. `schema`: the same as data. */
export function changeOf<P extends TProperties>(properties: P) {
  const schema = Type.Partial(Type.Object(properties), { additionalProperties: false, minProperties: 1 });
  const check = makeBodyChecker(schema);
  const changeIn = (target: {
    readonly collection: string;
    readonly id: string;
    readonly change: JsonObject;
  }): Found<Static<typeof schema>> => {
    const checked = check(target.change);
    if (checked.ok) return { found: target.change as Static<typeof schema> };
    return no('change-invalid', 'treasury.standing.change', { record: stateKey(target.collection, target.id), path: checked.path });
  };
  return Object.assign(changeIn, { schema });
}

/** Withdrawing: a pending act, by one of those who made it. */
export function mustBeOwn(act: Act, madeBy: readonly string[], id: string): Refused | undefined {
  return officers(act).some((officer) => madeBy.includes(officer)) ? undefined : no('not-own-act', 'treasury.standing.own', { record: id });
}

/** Suspends and reinstates records of a collection. `deadlineOf` answers the deadline a reinstated record has, if it still has one. */
export function suspension<T extends JsonObject & { readonly state: string }>(
  collection: Collection,
  deadlineOf?: (record: T) => number | undefined,
): { readonly suspend: StandingHandler; readonly reinstate: StandingHandler } {
  return {
    suspend: ({ id }, _act, view) => {
      const stored = find<T>(collection, id, view);
      if ('refused' in stored) return stored;
      const record = unstamped<T>(stored.found);
      const due = deadlineOf?.(record) === undefined ? undefined : null;
      return (
        mustBeLive(stored.found, { record: stateKey(collection, id) }) ??
        standing('record.suspended', [changed(collection, id, record, due)], view)
      );
    },
    reinstate: ({ id }, _act, view) => {
      const stored = find<T>(collection, id, view);
      if ('refused' in stored) return stored;
      const record = unstamped<T>(stored.found);
      return (
        (stored.found.standing === 'suspended'
          ? undefined
          : no('not-pending', 'treasury.ledger.once', { record: stateKey(collection, id), state: record.state })) ??
        standing('record.reinstated', [changed(collection, id, record, deadlineOf?.(record))], view)
      );
    },
  };
}
