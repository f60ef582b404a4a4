/** Bundles: all or nothing, each item on what the ones before it left, and a refusal that names every refused item. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ANA,
  account,
  CARLA,
  certified,
  certifyBody,
  certifyItem,
  commitBody,
  commitItem,
  committed,
  DAVID,
  ELSA,
  FINN,
  funded,
  ordered,
  payments,
} from './stories.ts';

test('four hundred payments are approved with one signature', () => {
  const town = funded();
  const commitment = committed(town, 40_000);
  for (let n = 0; n < 4; n++) town.do('payable.certify', { items: Array.from({ length: 100 }, () => certifyItem(commitment, 100)) }, FINN);
  const items = Array.from({ length: 400 }, (_, n) => ({
    payable: `${commitment}.${n + 1}`,
    money: { amount: '100', currency: 'EUR' },
    execute: '2026-03-09',
  }));
  const order = town.do('payment.order', { items }, ANA);
  const ids = items.map((_, n) => order.id(n));
  assert.equal(new Set(ids).size, 400);
  assert.equal(town.do('payment.approve', payments(...ids), CARLA).events.length, 400);
  assert.equal(town.do('payment.release', payments(...ids), DAVID).events.length, 400);
  assert.equal(account(town, 'K'), '0 0 40000 0');
});

test('one refused item refuses all, and every refused item is named', () => {
  const town = funded();
  const commitment = committed(town);
  const good = ordered(town, certified(town, commitment, 10_000), 10_000);
  const done = ordered(town, certified(town, commitment, 10_000), 10_000);
  town.do('payment.approve', payments(done), CARLA);
  const before = town.state;
  const { refused } = town.submit('payment.approve', payments(good, 'f'.repeat(32), done), CARLA);
  assert.deepEqual(refused, {
    code: 'treasury.unknown-payment',
    rule: 'treasury.ledger.reference',
    facts: { payment: 'f'.repeat(32) },
    items: [
      { item: 1, code: 'treasury.unknown-payment', rule: 'treasury.ledger.reference', facts: { payment: 'f'.repeat(32) } },
      { item: 2, code: 'treasury.not-pending', rule: 'treasury.ledger.once', facts: { payment: done, state: 'approved' } },
    ],
  });
  assert.deepEqual(town.state, before);
});

test('an item sees what the items before it took', () => {
  const town = funded();
  const items = [commitItem(50_000), commitItem(40_000), commitItem(30_000), commitItem(1)];
  const { refused } = town.submit('commit', { items }, ELSA);
  assert.deepEqual(
    refused?.items?.map(({ item, facts }) => [item, facts?.available]),
    [
      [1, '30000'],
      [3, '0'],
    ],
  );
  const { events } = town.do('commit', { items: items.slice(0, 1).concat(items.slice(2, 3)) }, ELSA);
  assert.equal(events.length, 2);
  assert.equal(account(town, 'L'), '0 80000 80000 0');
});

test('a bundle leaves the state its items leave one by one', () => {
  const [together, single] = [funded(), funded()];
  const [a, b] = [committed(together, 20_000), committed(together, 10_000)];
  assert.deepEqual([committed(single, 20_000), committed(single, 10_000)], [a, b]);
  together.do('payable.certify', { items: [certifyItem(a, 5_000), certifyItem(b, 6_000), certifyItem(a, 7_000)] }, FINN);
  for (const [id, amount] of [
    [a, 5_000],
    [b, 6_000],
    [a, 7_000],
  ] as const)
    single.do('payable.certify', certifyBody(id, amount), FINN);
  for (const level of ['A', 'L', 'C', 'P', 'K']) assert.equal(account(together, level), account(single, level));
  for (const id of [`${a}.1`, `${a}.2`, `${b}.1`])
    assert.equal(
      (together.record('payable', id).money as { amount: string }).amount,
      (single.record('payable', id).money as { amount: string }).amount,
    );
});

test('a bundle of one names its one refused item', () => {
  const town = funded();
  assert.deepEqual(
    town.submit('commit', commitBody(80_001), ELSA).refused?.items?.map(({ item, code }) => [item, code]),
    [[0, 'treasury.limit-exceeded']],
  );
});

test('a payable has at most a hundred live payments', () => {
  const town = funded();
  const payable = certified(town, committed(town));
  const items = (count: number) =>
    Array.from({ length: count }, () => ({ payable, money: { amount: '1', currency: 'EUR' }, execute: '2026-03-09' }));
  town.do('payment.order', { items: items(100) }, ANA);
  assert.equal(town.submit('payment.order', { items: items(1) }, ANA).refused?.code, 'treasury.too-many-payments');
});
