/** Erasure: a request or a retention that is over, the time by law, the decision of two, and what each holder attests. */
import { type Act, accept, type DeadlineHandler, type Decision, type ModuleEvent, type View } from '@tabularium/kernel';
import type { ErasureAttestBody, ErasureDecideBody, ErasureExtendBody, ErasureRequestBody, RetentionSetBody } from './actions.ts';
import { answerWithin, endOf } from './calendar.ts';
import { find, findIn, liveCase, mustBeAgencies, mustBeDay, mustBeTerm, officers, otherPersons, today } from './checks.ts';
import { type EventData, event } from './events.ts';
import { no } from './refusals.ts';
import { type CaseRecord, type Clock, caseIn, type ErasureRecord, type RegisterRecord } from './state.ts';

/** GDPR art. 12(3): one month, and two further. */
const MONTHS = 1;
const MONTHS_EXTENDED = 3;

export function requestErasure(body: ErasureRequestBody, act: Act, view: View): Decision {
  const live = liveCase(body.case, view);
  if ('refused' in live) return live;
  if (live.found.erasure !== undefined)
    return no('already-standing', 'privacy.record.once', { case: body.case, erasure: live.found.erasure });
  return accept([requested({ ...body, source: 'request', by: officers(act) }, live.found, act, view)]);
}

type Asked = Pick<EventData<'erasure.requested'>, 'case' | 'register' | 'ground' | 'source' | 'by'>;

function requested(asked: Asked, { clock, register = asked.register }: CaseRecord, act: Act, view: View): ModuleEvent {
  const known = view.get('case', asked.case) !== undefined;
  const told = register === undefined ? {} : { register };
  return event('erasure.requested', { erasure: act.newId(), ...asked, ...told, known, clock: clockOf(clock, act) });
}

/** A request that was taken back had begun the time already. */
function clockOf(before: Clock | undefined, act: Act): Clock {
  if (before !== undefined) return before.due <= act.time ? { ...before, overdue: true } : before;
  const asked = today(act);
  return { asked, ...answerWithin(MONTHS, asked, act.charter) };
}

export function extendErasure({ erasure, reason }: ErasureExtendBody, act: Act, view: View): Decision {
  const record = findIn<ErasureRecord>('erasure', erasure, 'requested', view);
  if ('refused' in record) return record;
  const { clock } = record.found;
  if (clock.extended !== undefined) return no('already-extended', 'privacy.erasure.clock', { erasure });
  if (clock.overdue === true || clock.due <= act.time)
    return no('term-over', 'privacy.erasure.clock', { erasure, answerBy: clock.answerBy });
  const later = answerWithin(MONTHS_EXTENDED, clock.asked, act.charter);
  return accept([event('erasure.extended', { erasure, reason, ...later, by: officers(act) })]);
}

export const erasureIsOverdue: DeadlineHandler = ({ id }, _act, view) =>
  view.get<ErasureRecord>('erasure', id)?.state === 'requested' ? accept([event('erasure.overdue', { erasure: id })]) : accept([]);

export function decideErasure(body: ErasureDecideBody, act: Act, view: View): Decision {
  const { erasure, decision, ground } = body;
  const record = findIn<ErasureRecord>('erasure', erasure, 'requested', view);
  if ('refused' in record) return record;
  const again = otherPersons(act, record.found.requestedBy ?? [], 'privacy.erasure.decider');
  if (again !== undefined) return again;
  if (decision === 'granted') return grantErasure(body, record.found, act, view);
  if (ground === undefined || body.holders !== undefined) return no('decision-unclear', 'privacy.erasure.ground', { erasure });
  return accept([event('erasure.refused', { erasure, case: record.found.case, ground, by: officers(act) })]);
}

function grantErasure({ erasure, ground, holders }: ErasureDecideBody, { case: handle }: ErasureRecord, act: Act, view: View): Decision {
  const named = holders ?? holdersOf(act);
  if (ground !== undefined || named.length === 0) return no('decision-unclear', 'privacy.erasure.ground', { erasure });
  const unknown = mustBeAgencies(named, act);
  if (unknown !== undefined) return unknown;
  const { holds, recipients, register } = caseIn(view, handle);
  if (holds.length > 0) return no('case-held', 'privacy.hold.erasure', { case: handle, holds: holds.length });
  const ofRegister = register === undefined ? [] : (view.get<RegisterRecord>('register', register)?.recipients ?? []);
  const exports = new Map<string, number>();
  for (const { agency, since } of [...recipients, ...ofRegister])
    if (!named.includes(agency)) exports.set(agency, Math.min(since, exports.get(agency) ?? since));
  const by = officers(act);
  return accept([
    ...recipients.flatMap(({ grants }) => grants.map((grant) => event('grant.ended', { grant, how: 'by-erasure', by }))),
    event('erasure.granted', {
      ...{ erasure, case: handle, holders: [...named].sort(), by },
      exports: [...exports].sort(([a], [b]) => (a < b ? -1 : 1)).map(([agency, since]) => ({ agency, since })),
    }),
  ]);
}

/** Those whom the charter names: the agencies that keep a vault. */
function holdersOf(act: Act): readonly string[] {
  const named = act.charter.parameter('privacy', 'holders');
  return Array.isArray(named) && named.every((code) => typeof code === 'string') ? [...new Set(named)] : [];
}

/** Of the signer's own agency: nobody attests for another. */
export function attestErasure({ erasure, ...stated }: ErasureAttestBody, act: Act, view: View): Decision {
  const { agency } = act.signers[0]!;
  const record = find<ErasureRecord>('erasure', erasure, view);
  if ('refused' in record) return record;
  const { state, case: handle, holders = [], attested } = record.found;
  if (attested.some((one) => one.agency === agency)) return no('already-attested', 'privacy.erasure.holders', { erasure, agency });
  if (state !== 'granted') return no('not-open', 'privacy.record.once', { erasure, state });
  if (!holders.includes(agency)) return no('not-a-holder', 'privacy.erasure.holders', { erasure, agency });
  const wrong = mustBeTerm(stated.unreadableFrom, act, 'privacy.erasure.backups');
  if (wrong !== undefined) return wrong;
  const all = [...attested, { agency, ...stated }];
  const days = all.map((one) => one.unreadableFrom).sort();
  return accept([
    event('erasure.attested', { erasure, attestation: { agency, ...stated }, by: officers(act) }),
    ...(all.length < holders.length ? [] : [event('erasure.completed', { erasure, case: handle, unreadableFrom: days.at(-1)! })]),
  ]);
}

export function setRetention(body: RetentionSetBody, act: Act, view: View): Decision {
  const live = liveCase(body.case, view);
  if ('refused' in live) return live;
  return mustBeDay(body.due) ?? accept([event('retention.set', { ...body, fires: endOf(body.due, act.charter) })]);
}

/** Nobody asked: the law did, when it said how long such a case is kept. */
export function erasureFallsDue(handle: string, act: Act, view: View): ModuleEvent {
  return requested({ case: handle, ground: 'not-needed', source: 'retention' }, caseIn(view, handle), act, view);
}

export const retentionIsOver: DeadlineHandler = ({ id }, act, view) => {
  const { erased, erasure } = caseIn(view, id);
  return erased || erasure !== undefined ? accept([]) : accept([erasureFallsDue(id, act, view)]);
};
