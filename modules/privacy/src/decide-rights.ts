/** What a person may ask besides erasure, and what keeps data for a court: restriction (art. 18), objection (art. 21), legal hold (art. 17(3)(e)). */
import { type Act, accept, type DeadlineHandler, type Decision, type View } from '@tabularium/kernel';
import type { HoldPlaceBody, ObjectionDecideBody, RestrictionPlaceBody } from './actions.ts';
import { endOf } from './calendar.ts';
import { findIn, liveCase, mustBeTerm, mustHaveRoom, officers, otherPersons } from './checks.ts';
import { event } from './events.ts';
import { no } from './refusals.ts';
import type { HoldRecord, ObjectionRecord } from './state.ts';

export function placeRestriction({ case: handle, ground }: RestrictionPlaceBody, act: Act, view: View): Decision {
  const live = liveCase(handle, view);
  if ('refused' in live) return live;
  if (live.found.restricted !== undefined)
    return no('already-standing', 'privacy.record.once', { case: handle, restricted: live.found.restricted });
  return accept([event('restriction.placed', { case: handle, ground, by: officers(act) })]);
}

export function liftRestriction({ case: handle }: { readonly case: string }, act: Act, view: View): Decision {
  const live = liveCase(handle, view);
  if ('refused' in live) return live;
  if (live.found.restricted === undefined) return no('not-open', 'privacy.record.once', { case: handle });
  return accept([event('restriction.lifted', { case: handle, by: officers(act) })]);
}

export function enterObjection({ case: handle }: { readonly case: string }, act: Act, view: View): Decision {
  const live = liveCase(handle, view);
  if ('refused' in live) return live;
  const { objection } = live.found;
  if (objection !== undefined) return no('already-standing', 'privacy.record.once', { case: handle, objection });
  return accept([event('objection.entered', { objection: act.newId(), case: handle, by: officers(act) })]);
}

export function decideObjection(body: ObjectionDecideBody, act: Act, view: View): Decision {
  const { objection, decision, ground } = body;
  const record = findIn<ObjectionRecord>('objection', objection, 'entered', view);
  if ('refused' in record) return record;
  const live = liveCase(record.found.case, view);
  if ('refused' in live) return live;
  if ((decision === 'refused') !== (ground !== undefined)) return no('decision-unclear', 'privacy.objection.ground', { objection });
  return (
    otherPersons(act, record.found.enteredBy, 'privacy.objection.decider') ??
    accept([event('objection.decided', { ...body, case: record.found.case, by: officers(act) })])
  );
}

export function placeHold(body: HoldPlaceBody, act: Act, view: View): Decision {
  const live = liveCase(body.case, view);
  if ('refused' in live) return live;
  const wrong = body.until === undefined ? undefined : mustBeTerm(body.until, act, 'privacy.hold.term');
  const due = body.until === undefined || wrong !== undefined ? {} : { due: endOf(body.until, act.charter) };
  return (
    wrong ??
    mustHaveRoom(live.found.holds.length) ??
    accept([event('hold.placed', { hold: act.newId(), ...body, ...due, by: officers(act) })])
  );
}

export function releaseHold({ hold }: { readonly hold: string }, act: Act, view: View): Decision {
  const record = findIn<HoldRecord>('hold', hold, 'placed', view);
  if ('refused' in record) return record;
  return accept([event('hold.ended', { hold, case: record.found.case, how: 'by-officer', by: officers(act) })]);
}

export const holdIsOver: DeadlineHandler = ({ id }, _act, view) => {
  const record = view.get<HoldRecord>('hold', id);
  if (record?.state !== 'placed') return accept([]);
  return accept([event('hold.ended', { hold: id, case: record.case, how: 'by-deadline' })]);
};
