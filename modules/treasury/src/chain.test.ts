/** The chain from appropriation to payment, told once whole, and who may take part in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  account,
  BRUNO,
  CARLA,
  certified,
  certifyBody,
  codeOf,
  commitBody,
  commitments,
  committed,
  DAVID,
  ELSA,
  funded,
  orderBody,
  ordered,
  paid,
  payments,
} from './stories.ts';

test('an appropriation becomes a payment, and each account shows how far its money has gone', () => {
  const town = funded();
  const commitment = committed(town);
  const payable = certified(town, commitment);
  const payment = paid(town, payable);
  assert.equal(account(town, 'B', '2026.GENERAL.EUR'), '100000 0 0 0');
  assert.equal(account(town, 'A'), '80000 0 100000 0');
  assert.equal(account(town, 'L'), '50000 0 80000 0');
  assert.equal(account(town, 'C'), '30000 0 50000 0');
  assert.equal(account(town, 'P'), '30000 0 30000 0');
  assert.equal(account(town, 'K'), '0 0 30000 0');
  assert.equal(town.record('payment', payment).state, 'paid');
  assert.equal(town.record('payable', payable).paid, '30000');
  assert.deepEqual(
    town.events.map(({ type }) => type),
    [
      'year.opened',
      'line.enacted',
      'line.allotted',
      'commitment.made',
      'commitment.posted',
      'payable.certified',
      'payment.ordered',
      'payment.approved',
      'payment.released',
    ],
  );
});

test('replaying the events gives the same state, stamps included', () => {
  const town = funded();
  paid(town, certified(town, committed(town)));
  assert.deepEqual(town.replayed(), town.state);
});

test('what is pending counts against the limit at once', () => {
  const town = funded();
  town.do('commit', commitBody(80_000), ELSA);
  assert.equal(account(town, 'L'), '0 80000 80000 0');
  assert.equal(codeOf(town.submit('commit', commitBody(1), ELSA)), 'treasury.limit-exceeded');
});

test('three officers can carry the whole chain of a small office', () => {
  const town = funded();
  const commitment = town.do('commit', commitBody(50_000), 'xenia:spending-unit').id();
  town.do('commit.post', commitments(commitment), 'yann:budget-controller');
  const payable = `${commitment}.1`;
  town.do('payable.certify', certifyBody(commitment, 30_000), 'zoe:accountant');
  const payment = town.do('payment.order', orderBody(payable, 30_000, { execute: '2026-03-09' }), 'xenia:accountant').id();
  town.do('payment.approve', payments(payment), 'yann:authorising-officer');
  town.do('payment.release', payments(payment), 'zoe:cashier');
  assert.equal(town.record('payment', payment).state, 'paid');
});

test('nobody controls, certifies, approves or releases what they began', () => {
  const town = funded();
  const commitment = town.do('commit', commitBody(50_000), ELSA).id();
  const refusedAs = (result: ReturnType<typeof town.submit>) => [codeOf(result), result.refused?.rule];
  assert.deepEqual(refusedAs(town.submit('commit.post', commitments(commitment), 'elsa:budget-controller')), [
    'treasury.same-person',
    'treasury.commitment.controller',
  ]);
  town.do('commit.post', commitments(commitment), BRUNO);
  assert.deepEqual(refusedAs(town.submit('payable.certify', certifyBody(commitment, 5), ELSA)), [
    'treasury.same-person',
    'treasury.payable.certifier',
  ]);
  const payment = ordered(town, certified(town, commitment));
  const three = ['treasury.same-person', 'treasury.payment.three-persons'];
  assert.deepEqual(refusedAs(town.submit('payment.approve', payments(payment), 'ana:authorising-officer')), three);
  town.do('payment.approve', payments(payment), CARLA);
  assert.deepEqual(refusedAs(town.submit('payment.release', payments(payment), 'ana:cashier')), three);
  assert.deepEqual(refusedAs(town.submit('payment.release', payments(payment), 'carla:cashier')), three);
  assert.deepEqual(refusedAs(town.submit('payment.release', payments(payment), `${DAVID} ana:cashier`)), three);
  assert.equal(codeOf(town.submit('payment.release', payments(payment), DAVID)), 'accepted');
});

test('who acts under a mandate and who gave it are one person where two are asked for', () => {
  const town = funded();
  const commitment = town.do('commit', commitBody(50_000), 'ivo:spending-unit:elsa').id();
  for (const signer of ['ivo:budget-controller', 'elsa:budget-controller', 'ada:budget-controller:elsa']) {
    assert.equal(codeOf(town.submit('commit.post', commitments(commitment), signer)), 'treasury.same-person', signer);
  }
  town.do('commit.post', commitments(commitment), BRUNO);
});
