/** What time does: expiry, lapse, carry-over, early and late payments, closing a year, money that comes back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestLedger } from '@tabularium/kernel/specification';
import {
  ANA,
  account,
  BRUNO,
  CLERK_AND_MAYOR,
  CLOSERS,
  certified,
  certifyBody,
  codeOf,
  commitBody,
  commitments,
  committed,
  ELSA,
  enactBody,
  enactItem,
  eur,
  FINN,
  funded,
  LINE,
  OPENERS,
  orderBody,
  ordered,
  paid,
  TELLERS,
  voidBody,
} from './stories.ts';

const stateOf = (town: TestLedger, collection: string, id: string) => town.record(collection, id).state;

test('a pending commitment expires when its last day is over, and its money is free again', () => {
  const town = funded();
  const commitment = town.do('commit', commitBody(50_000, { until: '2026-03-05' }), ELSA).id();
  town.on('2026-03-05');
  assert.equal(stateOf(town, 'commitment', commitment), 'pending');
  town.on('2026-03-06');
  assert.equal(stateOf(town, 'commitment', commitment), 'expired');
  assert.equal(account(town, 'L'), '0 0 80000 0');
});

test('without another day a pending commitment expires with the year', () => {
  const town = funded();
  const commitment = town.do('commit', commitBody(50_000), ELSA).id();
  town.on('2026-12-31');
  assert.equal(stateOf(town, 'commitment', commitment), 'pending');
  town.on('2027-01-01');
  assert.equal(stateOf(town, 'commitment', commitment), 'expired');
});

test('the open part of a posted commitment lapses a month after the year; what was certified stays owed', () => {
  const town = funded();
  const commitment = committed(town);
  certified(town, commitment);
  town.on('2027-01-31');
  assert.equal(stateOf(town, 'commitment', commitment), 'posted');
  town.on('2027-02-01');
  assert.equal(stateOf(town, 'commitment', commitment), 'lapsed');
  assert.equal(town.record('commitment', commitment).lapsed, '20000');
  assert.equal(account(town, 'C'), '50000 0 50000 0');
  assert.equal(account(town, 'P'), '0 0 30000 0');
});

test('the charter sets the day of lapse', () => {
  const town = funded({ 'lapse-days': 0 });
  const commitment = committed(town);
  town.on('2027-01-01');
  assert.equal(stateOf(town, 'commitment', commitment), 'lapsed');
});

test('a commitment that was used up or released does not lapse', () => {
  const town = funded();
  const [used, released] = [committed(town, 30_000), committed(town, 20_000)];
  certified(town, used, 30_000);
  town.do('commit.release', { items: [{ commitment: released, money: eur(20_000) }] }, ELSA);
  town.on('2027-03-01');
  assert.equal(stateOf(town, 'commitment', used), 'posted');
  assert.equal(stateOf(town, 'commitment', released), 'posted');
  assert.equal(account(town, 'L'), '50000 0 100000 0');
});

test('a delivery of the old year is certified until the lapse, one of the new year is not', () => {
  const town = funded();
  const commitment = committed(town);
  town.on('2027-01-20');
  assert.equal(
    codeOf(town.submit('payable.certify', certifyBody(commitment, 1, { delivered: '2027-01-02', due: '2027-02-01' }), FINN)),
    'treasury.day-outside-year',
  );
  assert.equal(
    codeOf(town.submit('payable.certify', certifyBody(commitment, 1, { delivered: '2026-12-30', due: '2027-02-01' }), FINN)),
    'accepted',
  );
});

test('a law carries the open part of a commitment into the next year’s line', () => {
  const town = funded();
  const commitment = committed(town);
  certified(town, commitment);
  town.on('2027-01-10');
  town.do('year.open', { year: '2027', from: '2027-01-01', to: '2027-12-31' }, OPENERS);
  town.do('budget.enact', enactBody(enactItem({ year: '2027', money: eur(1_000) })), CLERK_AND_MAYOR);
  const next = town.do('commit.carry', { law: 'CARRY-ACT-2027', into: '2027', items: [{ commitment }] }, CLERK_AND_MAYOR).id();
  assert.equal(account(town, 'A'), '100000 0 120000 0', 'what was carried has left the old year');
  assert.equal(account(town, 'C', `2027.GENERAL.${LINE}`), '0 0 20000 0');
  assert.equal(account(town, 'A', `2027.GENERAL.${LINE}`), '20000 0 21000 0');
  const record = town.record('commitment', next);
  assert.deepEqual([record.carriedFrom, record.law, record.state], [commitment, 'CARRY-ACT-2027', 'posted']);
  assert.deepEqual([stateOf(town, 'commitment', commitment), town.record('commitment', commitment).carriedTo], ['carried', next]);
  assert.equal(
    codeOf(town.submit('payable.certify', certifyBody(next, 1, { delivered: '2027-01-10', due: '2027-01-20' }), ELSA)),
    'treasury.same-person',
  );
  assert.equal(
    codeOf(town.submit('payable.certify', certifyBody(next, 20_000, { delivered: '2027-01-10', due: '2027-01-20' }), FINN)),
    'accepted',
  );
  town.on('2027-02-01');
  assert.equal(stateOf(town, 'commitment', commitment), 'carried');
});

test('nothing is carried from a commitment with nothing open', () => {
  const town = funded();
  const commitment = committed(town, 30_000);
  certified(town, commitment, 30_000);
  town.do('year.open', { year: '2027', from: '2027-01-01', to: '2027-12-31' }, OPENERS);
  town.do('budget.enact', enactBody(enactItem({ year: '2027' })), CLERK_AND_MAYOR);
  const { refused } = town.submit('commit.carry', { law: 'CARRY-ACT-2027', into: '2027', items: [{ commitment }] }, CLERK_AND_MAYOR);
  assert.equal(refused?.code, 'treasury.commitment-exceeded');
});

test('an order to pay expires and what it was for is owed again', () => {
  const town = funded();
  const payable = certified(town, committed(town));
  const payment = ordered(town, payable);
  town.on('2026-05-08');
  assert.equal(stateOf(town, 'payment', payment), 'ordered');
  town.on('2026-05-09');
  assert.equal(stateOf(town, 'payment', payment), 'expired');
  assert.equal(account(town, 'P'), '0 0 30000 0');
  assert.deepEqual(town.record('payable', payable).payments, []);
  assert.equal(codeOf(town.submit('payment.order', orderBody(payable, 30_000), ANA)), 'accepted');
});

test('the charter sets how long an order is valid and how early one may pay', () => {
  const town = funded({ 'payment-validity-days': 1, 'payment-lead-days': 0 });
  const payable = certified(town, committed(town));
  assert.equal(codeOf(town.submit('payment.order', orderBody(payable, 1, { execute: '2026-03-09' }), ANA)), 'treasury.payment-early');
  const payment = ordered(town, payable, 1, { execute: '2026-03-10' });
  town.on('2026-03-12');
  assert.equal(stateOf(town, 'payment', payment), 'expired');
});

test('a parameter that is no whole number counts as not set', () => {
  const town = funded({ 'payment-lead-days': 'soon', 'lapse-days': -4 });
  const payable = certified(town, committed(town));
  assert.equal(codeOf(town.submit('payment.order', orderBody(payable, 1, { execute: '2026-03-05' }), ANA)), 'accepted');
});

test('a voided payment gives back what it held', () => {
  const town = funded();
  const payable = certified(town, committed(town));
  const payment = ordered(town, payable);
  town.do('payment.void', voidBody('payment', payment), ANA);
  assert.equal(stateOf(town, 'payment', payment), 'void');
  assert.equal(town.record('payable', payable).ordered, '0');
  town.on('2026-12-01');
  assert.equal(stateOf(town, 'payment', payment), 'void', 'its deadline is gone');
});

test('a voided commitment frees its allotment', () => {
  const town = funded();
  const commitment = town.do('commit', commitBody(80_000), ELSA).id();
  town.do('commit.void', voidBody('commitment', commitment), BRUNO);
  assert.equal(stateOf(town, 'commitment', commitment), 'void');
  assert.equal(codeOf(town.submit('commit', commitBody(80_000), ELSA)), 'accepted');
});

test('money that comes back from the bank makes the payable owed again, and it is paid anew under another id', () => {
  const town = funded();
  const payable = certified(town, committed(town));
  const first = paid(town, payable);
  town.do('payment.return', { reason: 'AC04', items: [{ payment: first }] }, TELLERS);
  assert.equal(stateOf(town, 'payment', first), 'returned');
  assert.equal(account(town, 'K'), '30000 0 30000 0');
  assert.equal(account(town, 'P'), '30000 0 60000 0');
  const second = paid(town, payable);
  assert.notEqual(first, second);
  assert.equal(town.record('payable', payable).paid, '30000');
});

test('payment ids are unique and fit an EndToEndId of 35 characters', () => {
  const town = funded();
  const payable = certified(town, committed(town));
  const ids = Array.from({ length: 20 }, () => ordered(town, payable, 10));
  assert.equal(new Set(ids).size, 20);
  assert.ok(ids.every((id) => id.length <= 35));
});

test('a year is closed with its totals; what was certified is still paid afterwards', () => {
  const town = funded();
  const commitment = committed(town);
  const payable = certified(town, commitment);
  paid(town, payable, 10_000);
  town.on('2027-02-15');
  town.do('year.close', { year: '2026' }, CLOSERS);
  const year = town.record('year', '2026');
  assert.equal(year.state, 'closed');
  assert.deepEqual(year.totals, [
    { currency: 'EUR', appropriated: '100000', allotted: '80000', committed: '30000', certified: '30000', paid: '10000', lapsed: '70000' },
  ]);
  for (const [action, body, by] of [
    ['allot', { items: [{ year: '2026', fund: 'GENERAL', line: LINE, money: eur(1) }] }, BRUNO],
    ['commit.carry', { law: 'CARRY-ACT-1', into: '2027', items: [{ commitment }] }, CLERK_AND_MAYOR],
    ['payable.certify', certifyBody(commitment, 1), FINN],
  ] as const) {
    assert.equal(codeOf(town.submit(action, body, by)), 'treasury.year-closed', action);
  }
  const payment = town.do('payment.order', orderBody(payable, 20_000), ANA).id();
  assert.equal(stateOf(town, 'payment', payment), 'ordered');
});

test('revenue is estimated beside the expense and lifts no limit', () => {
  const town = funded();
  town.do('budget.enact', enactBody(enactItem({ line: '8-100-01', side: 'revenue', money: eur(500_000) })), CLERK_AND_MAYOR);
  assert.equal(account(town, 'R', '2026.GENERAL.8-100-01'), '500000 0 0 0');
  assert.equal(account(town, 'B', '2026.GENERAL.EUR'), '100000 0 500000 0');
  assert.equal(codeOf(town.submit('commit', commitBody(80_001), ELSA)), 'treasury.limit-exceeded');
});

test('the last day of a pending commitment is a whole day, wherever in it the controller posts', () => {
  const town = funded();
  const commitment = town.do('commit', commitBody(1, { until: '2026-03-02' }), ELSA).id();
  assert.equal(codeOf(town.submit('commit.post', commitments(commitment), BRUNO)), 'accepted');
});
