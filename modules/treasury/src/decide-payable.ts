/** Payables: a delivery under a commitment is certified, and so its price is owed. */
import { type Act, accept, type Decision, type View } from '@tabularium/kernel';
import type { Static } from 'typebox';
import { splitLine, step } from './accounts.ts';
import type { CertifyBody, CertifyItem } from './actions.ts';
import { decideBundle } from './bundle.ts';
import { mustBeCurrency, mustBeIn, mustBePositive, mustExist, mustFit, officers, openYear, otherPersons, today } from './checks.ts';
import { liveCommitment, mustBeOpen } from './decide-commitment.ts';
import { event } from './events.ts';
import { no } from './refusals.ts';
import type { Reader } from './state.ts';

export function certify(body: Static<typeof CertifyBody>, act: Act, view: View): Decision {
  return decideBundle(body.items, view, (item, reader) => certifyOne(item, act, reader));
}

function certifyOne(item: CertifyItem, act: Act, view: Reader): Decision {
  const { commitment: id, money, payee, payeeIs, delivered, due, document } = item;
  const live = liveCommitment(id, view);
  if ('refused' in live) return live;
  const { commitment } = live.found;
  const opened = openYear(splitLine(commitment.line).year, act, view, 'any');
  if ('refused' in opened) return opened;
  const { to } = opened.found;
  const postedOn = commitment.postedOn ?? '';
  const transfers = [step(commitment.line, 'C', 'P', money.amount, 'posted')];
  const wrong =
    mustBeIn(['posted'], commitment.state, { commitment: id }) ??
    otherPersons(act, commitment.committedBy, 'treasury.payable.certifier') ??
    mustExist({ delivered, due }) ??
    (delivered > today(act) ? no('day-in-future', 'treasury.booking.no-backdating', { delivered }) : undefined) ??
    (delivered < postedOn ? no('before-commitment', 'treasury.payable.after-commitment', { delivered, posted: postedOn }) : undefined) ??
    (delivered > to ? no('day-outside-year', 'treasury.year.annuality', { delivered, to }) : undefined) ??
    (due < delivered ? no('backdated', 'treasury.booking.no-backdating', { due, delivered }) : undefined) ??
    mustBeCurrency(money.currency, commitment.money.currency) ??
    mustBePositive(money.amount) ??
    mustBeOpen(id, commitment, BigInt(money.amount)) ??
    mustFit(transfers, money.currency, view);
  if (wrong !== undefined) return wrong;
  return accept([
    event('payable.certified', {
      ...{ payable: `${id}.${commitment.payables + 1}`, commitment: id, line: commitment.line, money, payee, payeeIs, delivered, due },
      ...(document === undefined ? {} : { document }),
      ...{ by: officers(act), texts: item._sd, transfers },
    }),
  ]);
}
