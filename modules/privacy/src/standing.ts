/**
 * The standing actions: one's own request is taken back; a grant, a hold, a withholding is annulled, which ends it; a court reopens an erasure
 * that was refused. What was granted to be erased is not brought back by anybody.
 */
import { accept, type StandingHandler } from '@tabularium/kernel';
import { findIn, liveCase, officers, today } from './checks.ts';
import { erasureFallsDue } from './decide-erasure.ts';
import { event } from './events.ts';
import { no } from './refusals.ts';
import { caseIn, type ErasureRecord, type GrantRecord, type HoldRecord, type WithholdingRecord } from './state.ts';

export const annulGrant: StandingHandler = ({ id }, act, view) => {
  const record = findIn<GrantRecord>('grant', id, 'given', view);
  return 'refused' in record ? record : accept([event('grant.ended', { grant: id, how: 'annulled', by: officers(act) })]);
};

export const annulHold: StandingHandler = ({ id }, act, view) => {
  const record = findIn<HoldRecord>('hold', id, 'placed', view);
  if ('refused' in record) return record;
  return accept([event('hold.ended', { hold: id, case: record.found.case, how: 'annulled', by: officers(act) })]);
};

export const annulWithholding: StandingHandler = ({ id }, _act, view) => {
  const record = findIn<WithholdingRecord>('withholding', id, 'withheld', view);
  if ('refused' in record) return record;
  return accept([event('access.shown', { withholding: id, case: record.found.case, how: 'annulled' })]);
};

export const withdrawErasure: StandingHandler = ({ id }, act, view) => {
  const record = findIn<ErasureRecord>('erasure', id, 'requested', view);
  if ('refused' in record) return record;
  const { case: handle, requestedBy = [] } = record.found;
  if (!officers(act).some((officer) => requestedBy.includes(officer))) return no('not-own-act', 'privacy.erasure.own', { erasure: id });
  const { retention } = caseIn(view, handle);
  const withdrawn = event('erasure.withdrawn', { erasure: id, case: handle, by: officers(act) });
  // A request that is taken back does not carry off the erasure for which the time had come meanwhile.
  return accept(retention === undefined || retention.due >= today(act) ? [withdrawn] : [withdrawn, erasureFallsDue(handle, act, view)]);
};

export const reopenErasure: StandingHandler = ({ id }, act, view) => {
  const record = findIn<ErasureRecord>('erasure', id, 'refused', view);
  if ('refused' in record) return record;
  const { case: handle, clock } = record.found;
  const live = liveCase(handle, view);
  if ('refused' in live) return live;
  if (live.found.erasure !== undefined) return no('already-standing', 'privacy.record.once', { case: handle, erasure: live.found.erasure });
  return accept([event('erasure.reopened', { erasure: id, case: handle, overdue: clock.overdue === true || clock.due <= act.time })]);
};
