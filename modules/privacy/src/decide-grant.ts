/** Who else may read: grants to agencies, for a case or a register, for one purpose and a time. */
import { type Act, accept, type DeadlineHandler, type Decision, type View } from '@tabularium/kernel';
import type { GrantGiveBody } from './actions.ts';
import { endOf } from './calendar.ts';
import {
  findIn,
  liveCase,
  mustBeAgencies,
  mustBeTerm,
  mustHaveRoom,
  officers,
  parameter,
  purposeOf,
  type Refused,
  today,
} from './checks.ts';
import { event } from './events.ts';
import { no } from './refusals.ts';
import { caseIn, type GrantRecord, type Recipients, type RegisterRecord } from './state.ts';

const GRANT_DAYS = 1_096;

export function giveGrant(body: GrantGiveBody, act: Act, view: View): Decision {
  const { agency, purpose, basis, until } = body;
  const recipients = scopeOf(body, view);
  if ('refused' in recipients) return recipients;
  const known = purposeOf(purpose, act);
  if ('refused' in known) return known;
  if (known.found.basis !== undefined && known.found.basis !== basis)
    return no('basis-mismatch', 'privacy.grant.purpose', { purpose, basis: known.found.basis });
  const term = { from: today(act), days: parameter(act, 'grant-days', GRANT_DAYS, 36_525) };
  const standing = recipients.found.find((one) => one.agency === agency)?.grants.length ?? 0;
  return (
    mustBeAgencies([agency], act) ??
    mustBeTerm(until, act, 'privacy.grant.term', term) ??
    mustHaveRoom(standing) ??
    accept([event('grant.given', { grant: act.newId(), ...body, due: endOf(until, act.charter), by: officers(act) })])
  );
}

/** Who has been given the case or the register so far. */
function scopeOf({ case: handle, register }: GrantGiveBody, view: View): { readonly found: Recipients } | Refused {
  if ((handle === undefined) === (register === undefined)) return no('scope-unclear', 'privacy.grant.scope');
  if (handle === undefined) return { found: view.get<RegisterRecord>('register', register!)?.recipients ?? [] };
  const live = liveCase(handle, view);
  return 'refused' in live ? live : { found: caseIn(view, handle).recipients };
}

export function endGrant({ grant }: { readonly grant: string }, act: Act, view: View): Decision {
  const record = findIn<GrantRecord>('grant', grant, 'given', view);
  return 'refused' in record ? record : accept([event('grant.ended', { grant, how: 'by-officer', by: officers(act) })]);
}

export const grantIsOver: DeadlineHandler = ({ id }, _act, view) =>
  view.get<GrantRecord>('grant', id)?.state === 'given' ? accept([event('grant.ended', { grant: id, how: 'by-deadline' })]) : accept([]);
