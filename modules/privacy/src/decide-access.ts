/** Who looked: the access log of each agency is anchored here, and what of it is withheld from a person for a time. */
import { type Act, accept, type DeadlineHandler, type Decision, type View } from '@tabularium/kernel';
import type { AccessAnchorBody, AccessWithholdBody } from './actions.ts';
import { endOf } from './calendar.ts';
import { liveCase, mustBeTerm, officers, parameter, purposeOf } from './checks.ts';
import { event } from './events.ts';
import { no } from './refusals.ts';
import type { AnchorRecord, WithholdingRecord } from './state.ts';

const WITHHOLD_DAYS = 183;
const WITHHOLD_MOST_DAYS = 731;

/** Of the signer's own agency: nobody anchors the log of another. */
export function anchorAccess({ size, root }: AccessAnchorBody, act: Act, view: View): Decision {
  const { agency } = act.signers[0]!;
  const last = view.get<AnchorRecord>('anchor', agency);
  if (last !== undefined && size < last.size) return no('log-shrunk', 'privacy.access.one-log', { agency, size, anchored: last.size });
  if (last !== undefined && size === last.size && root !== last.root)
    return no('log-changed', 'privacy.access.one-log', { agency, size, anchored: last.root });
  return accept([event('access.anchored', { agency, size, root })]);
}

/** A second one for the same purpose moves the end of the first, never beyond what the charter allows from its beginning on. */
export function withholdAccess(body: AccessWithholdBody, act: Act, view: View): Decision {
  const { case: handle, purpose, until } = body;
  const live = liveCase(handle, view);
  if ('refused' in live) return live;
  const known = purposeOf(purpose, act);
  if ('refused' in known) return known;
  if (!act.signers.some(({ agency }) => act.charter.agency(agency)?.reviews === true))
    return no('outside-signer', 'privacy.access.outside', { case: handle });
  const standing = live.found.withholding;
  const record = standing === undefined ? undefined : view.get<WithholdingRecord>('withholding', standing);
  if (record !== undefined && record.purpose !== purpose)
    return no('already-standing', 'privacy.record.once', { case: handle, withholding: standing! });
  const from = record?.from ?? act.time;
  const { charter } = act;
  const most = { from: charter.date(from), days: parameter(act, 'withhold-most-days', WITHHOLD_MOST_DAYS, 36_525) };
  const term = { from: charter.date(act.time), days: parameter(act, 'withhold-days', WITHHOLD_DAYS, 36_525) };
  return (
    mustBeTerm(until, act, 'privacy.access.term', term) ??
    mustBeTerm(until, act, 'privacy.access.term', most) ??
    accept([
      event('access.withheld', {
        ...{ withholding: standing ?? act.newId(), ...body, from, due: endOf(until, charter), by: officers(act) },
      }),
    ])
  );
}

export const withholdingIsOver: DeadlineHandler = ({ id }, _act, view) => {
  const record = view.get<WithholdingRecord>('withholding', id);
  if (record?.state !== 'withheld') return accept([]);
  return accept([event('access.shown', { withholding: id, case: record.case, how: 'by-deadline' })]);
};
