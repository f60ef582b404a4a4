/** Standing actions on payments. */
import type { Act, Decision, StandingHandler, View } from '@tabularium/kernel';
import { step, type Transfer } from './accounts.ts';
import { firstRefusal, mustBeIn, mustBeLive, mustExist, today } from './checks.ts';
import { day } from './codes.ts';
import { expiryOf, mustNotBeEarly } from './decide-payment.ts';
import { no } from './refusals.ts';
import { changed, changeOf, find, mustBeOwn, type StandingEvent, standing } from './standing.ts';
import { difference, owedOf, type PayableRecord, type PaymentRecord, sum, unstamped } from './state.ts';

type Target = Parameters<StandingHandler>[0];

/** The deadline a payment has while it is not released. */
export function deadlineOfPayment(record: PaymentRecord): number | undefined {
  return record.state === 'ordered' || record.state === 'approved' ? record.due : undefined;
}

function payableOf(payment: PaymentRecord, view: View): PayableRecord {
  const payable = view.get<PayableRecord>('payable', payment.payable);
  if (payable === undefined) throw new Error(`A payment rests on payable ${payment.payable}, which is not there.`);
  return unstamped<PayableRecord>(payable);
}

/** Ends a payment and lets its payable be owed again; one already paid is reversed. */
function end(type: StandingEvent, id: string, payment: PaymentRecord, state: PaymentRecord['state'], view: View): Decision {
  const { line, money } = payment;
  const payable = payableOf(payment, view);
  const isPaid = payment.state === 'paid';
  const transfers: Transfer[] = [isPaid ? step(line, 'K', 'P', money.amount, 'posted') : step(line, 'P', 'K', money.amount, 'void')];
  const counter = isPaid ? { paid: difference(payable.paid, money.amount) } : { ordered: difference(payable.ordered, money.amount) };
  const owed = { ...payable, ...counter, payments: payable.payments.filter((other) => other !== id) };
  const records = [changed('payment', id, { ...payment, state }, null), changed('payable', payment.payable, owed)];
  return standing(type, records, view, transfers, money.currency);
}

export const withdrawPayment: StandingHandler = ({ id }, act, view) => {
  const stored = find<PaymentRecord>('payment', id, view);
  if ('refused' in stored) return stored;
  const payment = unstamped<PaymentRecord>(stored.found);
  return (
    mustBeLive(stored.found, { payment: id }) ??
    mustBeIn(['ordered'], payment.state, { payment: id }) ??
    mustBeOwn(act, payment.orderedBy, id) ??
    end('record.withdrawn', id, payment, 'void', view)
  );
};

export const annulPayment: StandingHandler = ({ id }, _act, view) => {
  const stored = find<PaymentRecord>('payment', id, view);
  if ('refused' in stored) return stored;
  const payment = unstamped<PaymentRecord>(stored.found);
  return mustBeIn(['ordered', 'approved', 'paid'], payment.state, { payment: id }) ?? end('record.annulled', id, payment, 'annulled', view);
};

export const paymentChange = changeOf({ execute: day('Execute on') });

/** The day can be mended until the payment is released. A corrected payment is approved anew. */
function changePayment(type: 'record.corrected' | 'record.set', target: Target, act: Act, view: View): Decision {
  const { id } = target;
  const stored = find<PaymentRecord>('payment', id, view);
  if ('refused' in stored) return stored;
  const change = paymentChange(target);
  if ('refused' in change) return change;
  const { execute = stored.found.execute } = change.found;
  const byRule =
    type === 'record.set'
      ? undefined
      : firstRefusal(
          mustBeLive(stored.found, { payment: id }),
          execute < today(act) ? no('backdated', 'treasury.booking.no-backdating', { execute }) : undefined,
        );
  const wrong = byRule ?? mustBeIn(['ordered', 'approved'], stored.found.state, { payment: id }) ?? mustExist({ execute });
  if (wrong !== undefined) return wrong;
  const early = type === 'record.set' ? undefined : mustNotBeEarly(execute, payableOf(stored.found, view).due, act);
  if (early !== undefined) return early;
  const { approvedBy, ...before } = unstamped<PaymentRecord>(stored.found);
  const due = expiryOf(execute, act);
  const kept = type === 'record.set' && approvedBy !== undefined ? { approvedBy } : { state: 'ordered' as const };
  return standing(type, [changed('payment', id, { ...before, ...kept, execute, due }, due)], view);
}

export const correctPayment: StandingHandler = (target, act, view) => changePayment('record.corrected', target, act, view);
export const setPayment: StandingHandler = (target, act, view) => changePayment('record.set', target, act, view);

/** A court gives more time to an order that expired: it is ordered again and must be approved and released. */
export const reopenPayment: StandingHandler = (target, act, view) => {
  const { id } = target;
  const stored = find<PaymentRecord>('payment', id, view);
  if ('refused' in stored) return stored;
  const change = paymentChange(target);
  if ('refused' in change) return change;
  const { approvedBy: _, ...before } = unstamped<PaymentRecord>(stored.found);
  const { execute = before.execute } = change.found;
  const wrong = mustBeIn(['expired'], before.state, { payment: id }) ?? mustExist({ execute });
  if (wrong !== undefined) return wrong;
  const { line, money } = before;
  const payable = payableOf(before, view);
  const ended = mustBeIn(['open'], payable.state, { payable: before.payable });
  if (ended !== undefined) return ended;
  const owed = owedOf(payable);
  if (BigInt(money.amount) > owed) {
    const facts = { payable: before.payable, asked: money.amount, available: owed.toString(), currency: money.currency };
    return no('payable-exceeded', 'treasury.payable.limit', facts);
  }
  const due = expiryOf(execute, act);
  const records = [
    changed('payment', id, { ...before, state: 'ordered', execute, due }, due),
    changed('payable', before.payable, { ...payable, ordered: sum(payable.ordered, money.amount), payments: [...payable.payments, id] }),
  ];
  return standing('record.reopened', records, view, [step(line, 'P', 'K', money.amount, 'pending')], money.currency);
};
