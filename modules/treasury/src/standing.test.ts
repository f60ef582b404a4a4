/** Standing actions: withdraw, correct, annul, and what a court orders. Both versions stay; arithmetic holds against everyone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestLedger } from '@tabularium/kernel/specification';
import { collections } from './collections.ts';
import {
  ANA,
  account,
  allotBody,
  BRUNO,
  CARLA,
  CLERK_AND_MAYOR,
  CLOSERS,
  certified,
  certifyBody,
  codeOf,
  commitBody,
  commitments,
  committed,
  DAVID,
  ELSA,
  enactBody,
  enactItem,
  eur,
  FINN,
  funded,
  LINE_ID,
  openYear,
  orderBody,
  ordered,
  paid,
  payments,
  voidBody,
} from './stories.ts';

const of = (town: TestLedger, collection: string, id: string, member: string) => town.record(collection, id)[member];

test('a pending act is withdrawn by who made it, and by nobody else', () => {
  const town = funded();
  const commitment = town.do('commit', commitBody(50_000), ELSA).id();
  assert.equal(codeOf(town.standing('withdraw', 'commitment', commitment, {}, FINN)), 'treasury.not-own-act');
  assert.equal(codeOf(town.standing('withdraw', 'commitment', commitment, {}, ELSA)), 'accepted');
  assert.equal(account(town, 'L'), '0 0 80000 0');
  assert.equal(codeOf(town.standing('withdraw', 'commitment', commitment, {}, ELSA)), 'treasury.not-pending');
  const payable = certified(town, committed(town));
  const payment = ordered(town, payable);
  assert.equal(codeOf(town.standing('withdraw', 'payment', payment, {}, CARLA)), 'treasury.not-own-act');
  assert.equal(codeOf(town.standing('withdraw', 'payment', payment, {}, ANA)), 'accepted');
  assert.equal(of(town, 'payable', payable, 'ordered'), '0');
  const approved = ordered(town, payable);
  town.do('payment.approve', payments(approved), CARLA);
  assert.equal(codeOf(town.standing('withdraw', 'payment', approved, {}, ANA)), 'treasury.not-pending', 'it is no longer hers alone');
});

test('a record that is not there takes no standing action', () => {
  const town = funded();
  const verbs = ['withdraw', 'correct', 'annul', 'suspend', 'reinstate', 'set', 'reopen'] as const;
  for (const [collection, handlers] of Object.entries(collections)) {
    for (const verb of verbs.filter((name) => name in handlers)) {
      const expected =
        collection === 'commitment' && (verb === 'withdraw' || verb === 'correct')
          ? 'treasury.unknown-commitment'
          : 'treasury.unknown-record';
      assert.equal(
        codeOf(town.standing(verb, collection, 'nowhere', { until: '2026-04-01', execute: '2026-04-01' })),
        expected,
        `${verb} ${collection}`,
      );
    }
  }
});

test('balances are nobody’s to change: accounts know no standing action', () => {
  const declared = new Set(Object.keys(collections.account));
  for (const verb of ['withdraw', 'correct', 'annul', 'suspend', 'reinstate', 'set', 'reopen'])
    assert.equal(declared.has(verb), false, verb);
});

test('a correction writes a new revision and leaves the event of the old one', () => {
  const town = funded();
  const commitment = committed(town);
  const revision = of(town, 'commitment', commitment, 'rev');
  town.standing('correct', 'commitment', commitment, { reference: 'CONTRACT-18' }, 'elsa:spending-unit');
  assert.equal(of(town, 'commitment', commitment, 'reference'), 'CONTRACT-18');
  assert.equal(of(town, 'commitment', commitment, 'rev'), Number(revision) + 1);
  assert.equal(town.events.find(({ type }) => type === 'commitment.made')?.data.reference, 'CONTRACT-17');
});

test('a pending commitment is corrected either way within the allotment; a posted one only down', () => {
  const town = funded();
  const pending = town.do('commit', commitBody(10_000), ELSA).id();
  assert.equal(codeOf(town.standing('correct', 'commitment', pending, { money: eur(80_000) })), 'accepted');
  assert.equal(account(town, 'L'), '0 80000 80000 0');
  assert.equal(codeOf(town.standing('correct', 'commitment', pending, { money: eur(80_001) })), 'treasury.limit-exceeded');
  assert.equal(codeOf(town.standing('correct', 'commitment', pending, { money: eur(50_000), until: '2026-04-01' })), 'accepted');
  town.do('commit.post', commitments(pending), BRUNO);
  assert.equal(codeOf(town.standing('correct', 'commitment', pending, { money: eur(50_001) })), 'treasury.correction-raises');
  assert.equal(codeOf(town.standing('correct', 'commitment', pending, { until: '2026-05-01' })), 'treasury.not-pending');
  certified(town, pending, 30_000);
  assert.equal(codeOf(town.standing('correct', 'commitment', pending, { money: eur(29_999) })), 'treasury.commitment-exceeded');
  assert.equal(codeOf(town.standing('correct', 'commitment', pending, { money: eur(30_000) })), 'accepted');
  assert.equal(account(town, 'C'), '50000 0 50000 0');
  assert.equal(account(town, 'L'), '50000 0 100000 0');
});

test('a correction keeps to the rules a new act keeps to', () => {
  const town = funded();
  const commitment = town.do('commit', commitBody(10_000), ELSA).id();
  const correct = (change: Parameters<TestLedger['standing']>[3]) => codeOf(town.standing('correct', 'commitment', commitment, change));
  assert.equal(correct({}), 'treasury.change-invalid');
  assert.equal(correct({ line: 'X' }), 'treasury.change-invalid');
  assert.equal(correct({ reference: 'Jana Novak' }), 'treasury.change-invalid');
  assert.equal(correct({ until: '2026-03-01' }), 'treasury.backdated');
  assert.equal(correct({ until: '2027-03-01' }), 'treasury.day-outside-year');
  assert.equal(correct({ until: '2026-04-31' }), 'treasury.day-impossible');
  assert.equal(correct({ money: eur(5, 'USD') }), 'treasury.currency-mismatch');
  assert.equal(correct({ money: eur(0) }), 'treasury.amount-not-positive');
  town.standing('suspend', 'commitment', commitment);
  assert.equal(correct({ reference: 'CONTRACT-18' }), 'treasury.record-suspended');
});

test('a court sets a commitment over the rules, never over its arithmetic', () => {
  const town = funded();
  const commitment = committed(town);
  assert.equal(codeOf(town.standing('set', 'commitment', commitment, { money: eur(80_000), until: '2027-06-30' })), 'accepted');
  assert.equal(account(town, 'C'), '0 0 80000 0');
  assert.equal(codeOf(town.standing('set', 'commitment', commitment, { money: eur(80_001) })), 'treasury.limit-exceeded');
  town.on('2027-06-30');
  assert.equal(of(town, 'commitment', commitment, 'state'), 'posted', 'the court gave it time');
  town.on('2027-07-01');
  assert.equal(of(town, 'commitment', commitment, 'state'), 'lapsed');
});

test('a suspended record takes no further step until it is reinstated', () => {
  const town = funded();
  const commitment = committed(town);
  const payable = certified(town, commitment);
  const payment = ordered(town, payable);
  const steps = [
    ['line', LINE_ID, () => town.submit('allot', allotBody(1), BRUNO)],
    ['line', LINE_ID, () => town.submit('commit', commitBody(1), ELSA)],
    ['commitment', commitment, () => town.submit('payable.certify', certifyBody(commitment, 1), FINN)],
    ['commitment', commitment, () => town.submit('commit.release', { items: [{ commitment, money: eur(1) }] }, ELSA)],
    ['commitment', commitment, () => town.submit('payment.approve', payments(payment), CARLA)],
    ['payable', payable, () => town.submit('payment.order', orderBody(payable, 1), ANA)],
    ['payment', payment, () => town.submit('payment.approve', payments(payment), CARLA)],
    ['payment', payment, () => town.submit('payment.void', voidBody('payment', payment), ANA)],
    ['year', '2026', () => town.submit('commit', commitBody(1), ELSA)],
  ] as const;
  for (const [collection, id, step] of steps) {
    assert.equal(codeOf(town.standing('suspend', collection, id)), 'accepted');
    const before = account(town, 'L');
    assert.equal(codeOf(step()), 'treasury.record-suspended', `${collection} ${step}`);
    assert.equal(codeOf(town.standing('suspend', collection, id)), 'treasury.record-suspended');
    assert.equal(codeOf(town.standing('reinstate', collection, id)), 'accepted');
    assert.equal(codeOf(town.standing('reinstate', collection, id)), 'treasury.not-pending');
    assert.equal(account(town, 'L'), before);
  }
  assert.equal(codeOf(town.submit('payment.approve', payments(payment), CARLA)), 'accepted');
});

test('a suspended commitment does not expire; reinstated after its day, it does', () => {
  const town = funded();
  const commitment = town.do('commit', commitBody(50_000, { until: '2026-03-05' }), ELSA).id();
  town.standing('suspend', 'commitment', commitment);
  town.on('2026-03-20');
  assert.equal(of(town, 'commitment', commitment, 'state'), 'pending');
  town.standing('reinstate', 'commitment', commitment);
  town.on('2026-03-21');
  assert.equal(of(town, 'commitment', commitment, 'state'), 'expired');
});

test('annulling runs from the end of the chain to its beginning, by reverse transfers', () => {
  const town = funded();
  const commitment = committed(town);
  const payable = certified(town, commitment);
  const payment = paid(town, payable);
  assert.deepEqual(collections.commitment.dependents(commitment, town.view), [`treasury/payable/${payable}`]);
  assert.deepEqual(collections.payable.dependents(payable, town.view), [`treasury/payment/${payment}`]);
  assert.deepEqual(collections.line.dependents(LINE_ID, town.view), [`treasury/account/${LINE_ID}.L`]);
  assert.deepEqual(collections.year.dependents('2026', town.view), [`treasury/line/${LINE_ID}`]);
  for (const [collection, id] of [
    ['year', '2026'],
    ['line', LINE_ID],
    ['commitment', commitment],
    ['payable', payable],
  ] as const) {
    assert.equal(codeOf(town.standing('annul', collection, id)), 'treasury.has-dependents', collection);
  }
  assert.equal(codeOf(town.standing('annul', 'payment', payment)), 'accepted');
  assert.equal(account(town, 'K'), '30000 0 30000 0');
  assert.equal(codeOf(town.standing('annul', 'payable', payable)), 'accepted');
  assert.equal(codeOf(town.standing('annul', 'commitment', commitment)), 'accepted');
  assert.equal(account(town, 'C'), '80000 0 80000 0');
  assert.equal(account(town, 'L'), '50000 0 130000 0');
  assert.deepEqual(collections.commitment.dependents(commitment, town.view), []);
  for (const [collection, id] of [
    ['payment', payment],
    ['payable', payable],
    ['commitment', commitment],
  ] as const) {
    assert.equal(codeOf(town.standing('annul', collection, id)), 'treasury.not-pending', `${collection} twice`);
  }
  assert.equal(codeOf(town.submit('payment.order', orderBody(payable, 1), ANA)), 'treasury.record-annulled');
  assert.equal(codeOf(town.submit('payable.certify', certifyBody(commitment, 1), FINN)), 'treasury.record-annulled');
});

test('a payable annulled after its commitment lapsed goes back to the allotment', () => {
  const town = funded();
  const commitment = committed(town);
  const payable = certified(town, commitment);
  town.on('2027-02-01');
  assert.equal(codeOf(town.standing('annul', 'payable', payable)), 'accepted');
  assert.equal(account(town, 'L'), '50000 0 130000 0');
  assert.equal(of(town, 'commitment', commitment, 'returned'), '50000');
});

test('a payable annulled in time can be certified anew under its commitment, and the deadline is there again', () => {
  const town = funded();
  const commitment = committed(town, 30_000);
  const payable = certified(town, commitment, 30_000);
  town.standing('annul', 'payable', payable);
  assert.equal(certified(town, commitment, 20_000), `${commitment}.2`);
  town.on('2027-02-01');
  assert.equal(of(town, 'commitment', commitment, 'state'), 'lapsed');
  assert.equal(account(town, 'C'), '60000 0 60000 0');
});

test('a payable is corrected down to what is ordered and paid; a court may raise it within the commitment', () => {
  const town = funded();
  const commitment = committed(town);
  const payable = certified(town, commitment);
  paid(town, payable, 10_000);
  const correct = (change: Parameters<TestLedger['standing']>[3]) => codeOf(town.standing('correct', 'payable', payable, change));
  const set = (change: Parameters<TestLedger['standing']>[3]) => codeOf(town.standing('set', 'payable', payable, change));
  assert.equal(correct({ money: eur(9_999) }), 'treasury.payable-exceeded');
  assert.equal(correct({ money: eur(30_001) }), 'treasury.correction-raises');
  assert.equal(correct({ due: '2026-03-01' }), 'treasury.backdated');
  assert.equal(correct({ due: '2026-02-30' }), 'treasury.backdated');
  assert.equal(correct({ due: '2026-06-31' }), 'treasury.day-impossible');
  assert.equal(correct({ payee: 'd'.repeat(32) }), 'treasury.change-invalid');
  assert.equal(correct({ money: eur(1, 'USD') }), 'treasury.currency-mismatch');
  assert.equal(correct({ money: eur(-1) }), 'treasury.amount-not-positive');
  assert.equal(correct({ money: eur(20_000), due: '2026-03-20' }), 'accepted');
  assert.equal(of(town, 'commitment', commitment, 'certified'), '20000');
  assert.equal(set({ money: eur(50_001) }), 'treasury.commitment-exceeded');
  assert.equal(set({ money: eur(50_000), due: '2026-03-01' }), 'accepted');
  assert.equal(account(town, 'P'), '20000 0 60000 0', 'ten were paid, ten corrected away, thirty added by order');
});

test('a payment’s day is corrected before release, and it is approved anew', () => {
  const town = funded();
  const payment = ordered(town, certified(town, committed(town)));
  town.do('payment.approve', payments(payment), CARLA);
  const correct = (execute: string) => codeOf(town.standing('correct', 'payment', payment, { execute }));
  assert.equal(correct('2026-03-01'), 'treasury.backdated');
  assert.equal(correct('2026-03-04'), 'treasury.payment-early');
  assert.equal(correct('2026-03-32'), 'treasury.change-invalid');
  assert.equal(correct('2026-06-31'), 'treasury.day-impossible');
  assert.equal(correct('2026-03-12'), 'accepted');
  assert.equal(of(town, 'payment', payment, 'state'), 'ordered');
  assert.equal(of(town, 'payment', payment, 'approvedBy'), undefined);
  assert.equal(
    codeOf(town.standing('set', 'payment', payment, { execute: '2026-03-02' })),
    'accepted',
    'a court may order it paid at once',
  );
  town.do('payment.approve', payments(payment), CARLA);
  assert.equal(
    codeOf(town.submit('payment.release', payments(payment), DAVID)),
    'treasury.payment-early',
    'the release still keeps the rule',
  );
  town.standing('correct', 'payment', payment, { execute: '2026-03-10' });
  town.do('payment.approve', payments(payment), CARLA);
  town.do('payment.release', payments(payment), DAVID);
  assert.equal(correct('2026-03-12'), 'treasury.not-pending');
});

test('a court reopens what expired or lapsed, if the money is still there', () => {
  const town = funded();
  const expired = town.do('commit', commitBody(30_000, { until: '2026-03-05' }), ELSA).id();
  const posted = committed(town, 40_000);
  const payable = certified(town, posted, 30_000);
  const payment = ordered(town, payable);
  assert.equal(codeOf(town.standing('reopen', 'commitment', posted, { until: '2026-04-01' })), 'treasury.not-pending');
  assert.equal(codeOf(town.standing('reopen', 'payment', payment, { execute: '2026-04-01' })), 'treasury.not-pending');
  town.on('2026-03-06');
  assert.equal(codeOf(town.standing('reopen', 'commitment', expired, { until: '2026-02-30' })), 'treasury.day-impossible');
  assert.equal(codeOf(town.standing('reopen', 'commitment', expired, {})), 'treasury.change-invalid');
  assert.equal(codeOf(town.standing('reopen', 'commitment', expired, { until: '2026-03-20' })), 'accepted');
  town.do('commit.post', commitments(expired), BRUNO);
  town.on('2026-06-01');
  assert.equal(of(town, 'payment', payment, 'state'), 'expired');
  const other = town.do('payment.order', orderBody(payable, 1), ANA).id();
  assert.equal(codeOf(town.standing('reopen', 'payment', payment, { execute: '2026-06-01' })), 'treasury.payable-exceeded');
  town.do('payment.void', voidBody('payment', other), ANA);
  assert.equal(codeOf(town.standing('reopen', 'payment', payment, { execute: '2026-06-01' })), 'accepted');
  town.do('payment.approve', payments(payment), CARLA);
  town.on('2027-02-01');
  assert.equal(of(town, 'commitment', posted, 'state'), 'lapsed');
  assert.equal(codeOf(town.standing('reopen', 'commitment', posted, { until: '2027-03-01' })), 'accepted');
  assert.equal(account(town, 'C'), '70000 0 80000 0', 'thirty were certified, thirty lapsed, ten lapsed and came back');
  assert.equal(of(town, 'commitment', posted, 'returned'), '0');
});

test('a payment of an annulled payable is not reopened on the debts of others', () => {
  const town = funded();
  const commitment = committed(town);
  const [first] = [certified(town, commitment, 10_000), certified(town, commitment, 10_000)];
  const payment = ordered(town, first, 10_000);
  town.on('2026-06-01');
  town.standing('annul', 'payable', first);
  assert.equal(codeOf(town.standing('reopen', 'payment', payment, { execute: '2026-06-02' })), 'treasury.not-pending');
});

test('a line’s codes are corrected; its amount is the law’s, and a court sets it within what was allotted', () => {
  const town = funded();
  const standing = (verb: 'correct' | 'set', change: Parameters<TestLedger['standing']>[3]) =>
    codeOf(town.standing(verb, 'line', LINE_ID, change));
  assert.equal(standing('correct', { economic: '22', law: 'BUDGET-ACT-2026-A' }), 'accepted');
  assert.equal(of(town, 'line', LINE_ID, 'economic'), '22');
  assert.equal(standing('correct', { money: eur(1) }), 'treasury.change-invalid');
  assert.equal(standing('set', { money: eur(79_999) }), 'treasury.limit-exceeded');
  assert.equal(standing('set', { money: eur(80_000) }), 'accepted');
  assert.equal(codeOf(town.submit('allot', allotBody(1), BRUNO)), 'treasury.limit-exceeded');
  assert.equal(standing('set', { money: eur(90_000) }), 'accepted');
  assert.equal(standing('set', { money: eur(90_000, 'USD') }), 'treasury.currency-mismatch');
  assert.equal(standing('set', { money: eur(0) }), 'treasury.amount-not-positive');
  assert.equal(account(town, 'A'), '100000 0 110000 0');
});

test('a line of which nothing was allotted is annulled, a revenue line too', () => {
  const town = openYear();
  town.do('budget.enact', enactBody(enactItem(), enactItem({ line: '8-100-01', side: 'revenue' })), CLERK_AND_MAYOR);
  assert.equal(codeOf(town.standing('annul', 'line', LINE_ID)), 'accepted');
  assert.equal(codeOf(town.standing('set', 'line', '2026.GENERAL.8-100-01', { money: eur(120_000) })), 'accepted');
  assert.equal(codeOf(town.standing('annul', 'line', '2026.GENERAL.8-100-01')), 'accepted');
  assert.equal(account(town, 'B', '2026.GENERAL.EUR'), '220000 0 220000 0');
  assert.equal(account(town, 'R', '2026.GENERAL.8-100-01'), '120000 0 120000 0');
  assert.equal(codeOf(town.submit('allot', allotBody(1), BRUNO)), 'treasury.record-annulled');
  assert.equal(codeOf(town.standing('set', 'line', LINE_ID, { economic: '1' })), 'treasury.not-pending');
});

test('a year’s days are corrected while nothing rests on it; a closed year is reopened by order', () => {
  const town = openYear();
  const correct = (change: Parameters<TestLedger['standing']>[3]) => codeOf(town.standing('correct', 'year', '2026', change));
  assert.equal(correct({ from: '2025-10-01', to: '2026-09-30' }), 'accepted');
  assert.equal(correct({ to: '2025-09-30' }), 'treasury.period-wrong');
  assert.equal(correct({ to: '2026-02-30' }), 'treasury.day-impossible');
  assert.equal(correct({ year: '2027' }), 'treasury.change-invalid');
  town.do('budget.enact', enactBody(), CLERK_AND_MAYOR);
  assert.equal(correct({ to: '2026-12-31' }), 'treasury.has-dependents');
  town.on('2026-11-15');
  assert.equal(codeOf(town.standing('reopen', 'year', '2026')), 'treasury.not-pending');
  town.do('year.close', { year: '2026' }, CLOSERS);
  assert.equal(correct({ to: '2026-12-31' }), 'treasury.not-pending');
  assert.equal(codeOf(town.standing('reopen', 'year', '2026')), 'accepted');
  assert.equal(of(town, 'year', '2026', 'totals'), undefined);
  town.do('year.close', { year: '2026' }, CLOSERS);
});

test('an empty year is annulled and takes nothing any more', () => {
  const town = openYear();
  assert.equal(codeOf(town.standing('annul', 'year', '2026')), 'accepted');
  assert.equal(codeOf(town.submit('budget.enact', enactBody(), CLERK_AND_MAYOR)), 'treasury.record-annulled');
});
