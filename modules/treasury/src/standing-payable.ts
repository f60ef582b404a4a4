/** Standing actions on payables. */
import type { Decision, StandingHandler, View } from '@tabularium/kernel';
import { Money } from '@tabularium/protocol';
import { step, type Transfer } from './accounts.ts';
import { firstRefusal, mustBeCurrency, mustBeIn, mustBeLive, mustBePositive, mustExist } from './checks.ts';
import { day } from './codes.ts';
import { mustBeOpen } from './decide-commitment.ts';
import { no } from './refusals.ts';
import { changed, changeOf, find, standing } from './standing.ts';
import { mustHaveNone } from './standing-budget.ts';
import { deadlineOfCommitment } from './standing-commitment.ts';
import { type CommitmentRecord, owedOf, type PayableRecord, stateKey, sum, unstamped } from './state.ts';

type Target = Parameters<StandingHandler>[0];

/** Full keys of the live payments of a payable. */
export function paymentsOf(id: string, view: View): readonly string[] {
  return (view.get<PayableRecord>('payable', id)?.payments ?? []).map((payment) => stateKey('payment', payment));
}

export const payableChange = changeOf({ money: Money, due: day('Due'), delivered: day('Delivered') });

export const correctPayable: StandingHandler = (target, _act, view) => {
  const stored = find<PayableRecord>('payable', target.id, view);
  if ('refused' in stored) return stored;
  const change = payableChange(target);
  if ('refused' in change) return change;
  const { money, due, delivered } = { ...stored.found, ...change.found };
  const raises = BigInt(money.amount) > BigInt(stored.found.money.amount);
  return (
    firstRefusal(
      mustBeLive(stored.found, { payable: target.id }),
      raises ? no('correction-raises', 'treasury.standing.correction', { payable: target.id }) : undefined,
      due < delivered ? no('backdated', 'treasury.booking.no-backdating', { due, delivered }) : undefined,
    ) ?? changePayable('record.corrected', target, view)
  );
};

export const setPayable: StandingHandler = (target, _act, view) => changePayable('record.set', target, view);

/** Checks invariants only: what was paid or ordered stays covered, and the commitment covers the payable. */
function changePayable(type: 'record.corrected' | 'record.set', target: Target, view: View): Decision {
  const { id } = target;
  const stored = find<PayableRecord>('payable', id, view);
  if ('refused' in stored) return stored;
  const change = payableChange(target);
  if ('refused' in change) return change;
  const before = unstamped<PayableRecord>(stored.found);
  const record: PayableRecord = { ...before, ...change.found };
  const wrong =
    mustBeIn(['open'], before.state, { payable: id }) ??
    mustExist({ due: record.due, delivered: record.delivered }) ??
    mustBeCurrency(record.money.currency, before.money.currency) ??
    mustBePositive(record.money.amount) ??
    mustCoverPayments(id, record);
  if (wrong !== undefined) return wrong;
  return moveCertified(type, id, record, BigInt(record.money.amount) - BigInt(before.money.amount), view);
}

function mustCoverPayments(id: string, record: PayableRecord) {
  if (owedOf(record) >= 0n) return undefined;
  const { amount, currency } = record.money;
  return no('payable-exceeded', 'treasury.payable.limit', {
    payable: id,
    asked: sum(record.ordered, record.paid),
    available: amount,
    currency,
  });
}

export const annulPayable: StandingHandler = ({ id }, _act, view) => {
  const stored = find<PayableRecord>('payable', id, view);
  if ('refused' in stored) return stored;
  const record = unstamped<PayableRecord>(stored.found);
  return (
    mustBeIn(['open'], record.state, { payable: id }) ??
    mustHaveNone(id, paymentsOf(id, view)) ??
    moveCertified('record.annulled', id, { ...record, state: 'annulled' }, -BigInt(record.money.amount), view)
  );
};

/**
 * Writes the payable and moves `by` between it and its commitment. What comes back to a commitment that has ended
 * meanwhile goes on to the allotment, as its open part did.
 */
function moveCertified(
  type: 'record.corrected' | 'record.set' | 'record.annulled',
  id: string,
  record: PayableRecord,
  by: bigint,
  view: View,
): Decision {
  const records = [changed('payable', id, record)];
  if (by === 0n) return standing(type, records, view);
  const stored = view.get<CommitmentRecord>('commitment', record.commitment);
  if (stored === undefined) throw new Error(`Payable ${id} rests on a commitment that is not there.`);
  const commitment = unstamped<CommitmentRecord>(stored);
  const isPosted = commitment.state === 'posted';
  if (by > 0n) {
    const exceeded =
      mustBeIn(['posted'], commitment.state, { commitment: record.commitment }) ?? mustBeOpen(record.commitment, commitment, by);
    if (exceeded !== undefined) return exceeded;
  }
  const size = (by < 0n ? -by : by).toString();
  const back: Transfer[] = [
    step(record.line, 'P', 'C', size, 'posted'),
    ...(isPosted ? [] : [step(record.line, 'C', 'L', size, 'posted')]),
  ];
  const transfers = by > 0n ? [step(record.line, 'C', 'P', size, 'posted')] : back;
  const after: CommitmentRecord = {
    ...commitment,
    certified: sum(commitment.certified, by.toString()),
    ...(isPosted ? {} : { returned: sum(commitment.returned, size) }),
  };
  records.push(changed('commitment', record.commitment, after, deadlineOfCommitment(after) ?? null));
  return standing(type, records, view, transfers, record.money.currency);
}
