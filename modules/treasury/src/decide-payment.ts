/** Payments: ordered, approved and released by three people; pending until released, voided or expired; returned by the bank. */
import { type Act, accept, type Decision, type View } from '@tabularium/kernel';
import type { Static } from 'typebox';
import { step } from './accounts.ts';
import type { OrderItem, PaymentOrderBody, PaymentReturnBody, PaymentStepBody, PaymentVoidBody } from './actions.ts';
import { decideBundle } from './bundle.ts';
import {
  type Found,
  mustBeCurrency,
  mustBeIn,
  mustBeLive,
  mustBePositive,
  mustExist,
  mustFit,
  officers,
  otherPersons,
  parameter,
  type Refused,
  today,
} from './checks.ts';
import { addDays } from './civil-date.ts';
import { event } from './events.ts';
import { no } from './refusals.ts';
import { type CommitmentRecord, type LineRecord, owedOf, type PayableRecord, type PaymentRecord, type Reader } from './state.ts';

/** Live payments a payable can have: its record lists them. */
const MAX_PAYMENTS = 100;
/** Days before its due date on which a payment may be carried out, unless the charter says otherwise. */
const LEAD_DAYS = 5;
/** Days after which an order to pay that was not released expires, unless the charter says otherwise. */
const VALIDITY_DAYS = 60;

/** A payable that can be paid: it, its commitment and its line are live. A closed year is no obstacle: a debt is paid. */
function livePayable(id: string, view: Reader): Found<PayableRecord> {
  const payable = view.get<PayableRecord>('payable', id);
  if (payable === undefined) return no('unknown-payable', 'treasury.ledger.reference', { payable: id });
  const commitment = view.get<CommitmentRecord>('commitment', payable.commitment);
  const line = view.get<LineRecord>('line', payable.line);
  if (commitment === undefined || line === undefined) throw new Error(`Payable ${id} rests on records that are not there.`);
  const dead =
    mustBeLive(payable, { payable: id }) ??
    mustBeLive(commitment, { commitment: payable.commitment }) ??
    mustBeLive(line, { line: payable.line });
  return dead ?? { found: payable };
}

/** Charter parameter `payment-lead-days`, by default 5. */
export function mustNotBeEarly(execute: string, due: string, act: Act): Refused | undefined {
  const earliest = addDays(due, -parameter(act, 'payment-lead-days', LEAD_DAYS, 3_660));
  return execute < earliest ? no('payment-early', 'treasury.payment.lead-time', { due, earliest, execute }) : undefined;
}

export function orderPayments(body: Static<typeof PaymentOrderBody>, act: Act, view: View): Decision {
  return decideBundle(body.items, view, (item, reader) => orderOne(item, act, reader));
}

function orderOne(item: OrderItem, act: Act, view: Reader): Decision {
  const { payable: id, money, execute = today(act) } = item;
  const live = livePayable(id, view);
  if ('refused' in live) return live;
  const payable = live.found;
  const owed = owedOf(payable);
  const transfers = [step(payable.line, 'P', 'K', money.amount, 'pending')];
  const wrong =
    mustExist({ execute }) ??
    (execute < today(act) ? no('backdated', 'treasury.booking.no-backdating', { execute }) : undefined) ??
    mustNotBeEarly(execute, payable.due, act) ??
    mustBeCurrency(money.currency, payable.money.currency) ??
    mustBePositive(money.amount) ??
    (BigInt(money.amount) > owed
      ? no('payable-exceeded', 'treasury.payable.limit', {
          payable: id,
          asked: money.amount,
          available: owed.toString(),
          currency: money.currency,
        })
      : undefined) ??
    (payable.payments.length >= MAX_PAYMENTS ? no('too-many-payments', 'treasury.payment.instalments', { payable: id }) : undefined) ??
    mustFit(transfers, money.currency, view);
  if (wrong !== undefined) return wrong;
  return accept([
    event('payment.ordered', {
      ...{ payment: act.newId(), payable: id, line: payable.line, money, payee: payable.payee, execute },
      ...{ due: expiryOf(execute, act), by: officers(act), transfers },
    }),
  ]);
}

/** The instant an order expires: charter parameter `payment-validity-days`, by default 60 days after the day it is for. */
export function expiryOf(execute: string, act: Act): number {
  return act.charter.startOf(addDays(execute, 1 + parameter(act, 'payment-validity-days', VALIDITY_DAYS, 3_660)));
}

/** A live payment in one of the states, with its live payable. */
function livePayment(id: string, states: readonly string[], view: Reader): Found<{ payment: PaymentRecord; payable: PayableRecord }> {
  const payment = view.get<PaymentRecord>('payment', id);
  if (payment === undefined) return no('unknown-payment', 'treasury.ledger.reference', { payment: id });
  const payable = livePayable(payment.payable, view);
  return (
    mustBeLive(payment, { payment: id }) ??
    ('refused' in payable ? payable : undefined) ??
    mustBeIn(states, payment.state, { payment: id }, 'treasury.payment.expiry') ?? {
      found: { payment, payable: (payable as { found: PayableRecord }).found },
    }
  );
}

/** What every event of a payment says. */
function factsOf(id: string, { payable, line, money }: PaymentRecord) {
  return { payment: id, payable, line, money };
}

export function approvePayments(body: Static<typeof PaymentStepBody>, act: Act, view: View): Decision {
  return decideBundle(body.items, view, ({ payment: id }, reader) => {
    const live = livePayment(id, ['ordered'], reader);
    if ('refused' in live) return live;
    const { payment } = live.found;
    return (
      otherPersons(act, payment.orderedBy, 'treasury.payment.three-persons') ??
      accept([event('payment.approved', { ...factsOf(id, payment), by: officers(act), transfers: [] })])
    );
  });
}

export function releasePayments(body: Static<typeof PaymentStepBody>, act: Act, view: View): Decision {
  return decideBundle(body.items, view, ({ payment: id }, reader) => {
    const live = livePayment(id, ['approved'], reader);
    if ('refused' in live) return live;
    const { payment, payable } = live.found;
    return (
      otherPersons(act, [...payment.orderedBy, ...(payment.approvedBy ?? [])], 'treasury.payment.three-persons') ??
      mustNotBeEarly(payment.execute, payable.due, act) ??
      accept([
        event('payment.released', {
          ...{ ...factsOf(id, payment), by: officers(act) },
          transfers: [step(payment.line, 'P', 'K', payment.money.amount, 'post')],
        }),
      ])
    );
  });
}

export function voidPayments(body: Static<typeof PaymentVoidBody>, act: Act, view: View): Decision {
  return decideBundle(body.items, view, ({ payment: id }, reader) => {
    const live = livePayment(id, ['ordered', 'approved'], reader);
    if ('refused' in live) return live;
    const { payment } = live.found;
    const transfers = [step(payment.line, 'P', 'K', payment.money.amount, 'void')];
    return accept([event('payment.voided', { ...factsOf(id, payment), by: officers(act), reason: body.reason, transfers })]);
  });
}

export function returnPayments(body: Static<typeof PaymentReturnBody>, act: Act, view: View): Decision {
  return decideBundle(body.items, view, ({ payment: id }, reader) => {
    const live = livePayment(id, ['paid'], reader);
    if ('refused' in live) return live;
    const { payment } = live.found;
    const transfers = [step(payment.line, 'K', 'P', payment.money.amount, 'posted')];
    return (
      mustFit(transfers, payment.money.currency, reader) ??
      accept([event('payment.returned', { ...factsOf(id, payment), by: officers(act), reason: body.reason, transfers })])
    );
  });
}

/** The deadline of an order to pay; one that was released, voided or suspended meanwhile stays as it is. */
export function expirePayment(target: { readonly id: string }, _act: Act, view: View): Decision {
  const payment = view.get<PaymentRecord>('payment', target.id);
  if (payment === undefined || payment.standing === 'suspended' || !['ordered', 'approved'].includes(payment.state)) return accept([]);
  const transfers = [step(payment.line, 'P', 'K', payment.money.amount, 'void')];
  return accept([event('payment.expired', { ...factsOf(target.id, payment), transfers })]);
}
