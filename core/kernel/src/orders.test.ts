/** Between modules: questions, orders depth-first under the same signers, name and time, and the bounds on them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { type JsonObject, toHex } from '@tabularium/protocol';
import { kernelModule } from './kernel-module.ts';
import { PERMIT_BINDINGS, permitWithMarks, Rig } from './ledger-rig.test.ts';
import { accept, type ModuleDefinition } from './module.ts';
import { type Permit, permitModule, purseModule, relays } from './test-modules.test.ts';

function withPermit(): Rig {
  const rig = new Rig();
  rig.ok('clara', 'permit.permit.write', { permit: 'a', days: 10 });
  return rig;
}

test('an order is decided by its provider with the same signers, name and time', () => {
  const rig = withPermit();
  const since = rig.events.length;
  const tx = rig.ok('clara', 'permit.permit.pay', { permit: 'a', amount: '400' });
  assert.deepEqual(rig.told(since), ['permit.moved', 'purse.taken']);
  const account = rig.record('purse/account/main')!;
  assert.deepEqual([account.taken, account.by, account.tx, account.rule, account.time], ['400', 'clara', tx, 'purse.take', rig.time]);
  const { action, signers, tx: told } = rig.events.at(-1)!;
  assert.deepEqual([action, signers.map(({ officer }) => officer), told], ['purse.take', ['clara'], tx]);
  assert.equal(rig.record<Permit>('permit/permit/a')!.rule, 'permit.permit.pay');
});

test('a question is answered by what the provider has now, within the same transaction too', () => {
  const rig = withPermit();
  rig.ok('clara', 'permit.permit.pay', { permit: 'a', amount: '300', times: 3 });
  const { refusal } = rig.no('permit.cannot-pay', 'clara', 'permit.permit.pay', { permit: 'a', amount: '101' });
  assert.deepEqual(refusal.facts, { left: '100' });
});

test('the provider’s refusal refuses the whole, and nothing of it stays', () => {
  const rig = withPermit();
  rig.no('purse.too-much', 'clara', 'permit.permit.pay', { permit: 'a', amount: '501' });
  assert.equal(rig.record<Permit>('permit/permit/a')!.state, 'written-1');
  assert.equal(rig.record('purse/account/main'), undefined);
});

test('an order’s action cannot be submitted', () => {
  const rig = withPermit();
  rig.no('action-internal', 'clara', 'purse.take', { amount: '1', permit: 'a' });
});

test('what follows from a court’s order is by that order too', () => {
  const paying: ModuleDefinition = {
    ...permitWithMarks(),
    collections: {
      ...permitModule().collections,
      permit: {
        ...permitModule().collections.permit!,
        annul: () => accept([], [{ port: 'funds', order: 'take', body: { amount: '5', permit: 'a' } }]),
      },
    },
  };
  const rig = new Rig({ catalogue: [kernelModule, paying, purseModule] });
  rig.ok('clara', 'permit.permit.write', { permit: 'a', days: 10 });
  rig.together(['judith', 'jonas'], 'kernel.order.execute', {
    key: 'permit/permit/a',
    verb: 'annul',
    case: 'K1',
    document: '0'.repeat(64),
  });
  assert.deepEqual([rig.record('purse/account/main')!.rule, rig.record('purse/account/main')!.by], ['order:K1', 'judith+jonas']);
  assert.equal(rig.record<Permit>('permit/permit/a')!.rule, 'order:K1');
});

function relayRig(n: number, circle = false): Rig {
  const { modules, bindings } = relays(n, circle);
  return new Rig({ catalogue: [kernelModule, ...modules], bindings });
}

test('orders go eight modules deep and no deeper', () => {
  const eight = relayRig(8);
  eight.ok('clara', 'relay-1.pass', { fan: 1 });
  assert.equal(eight.events.filter(({ type }) => type.endsWith('.passed')).length, 8);
  relayRig(9).no('order-limit', 'clara', 'relay-1.pass', { fan: 1 });
});

test('there are at most 64 steps in all', () => {
  const rig = relayRig(2);
  rig.ok('clara', 'relay-1.pass', { fan: 63 });
  rig.no('order-limit', 'clara', 'relay-1.pass', { fan: 64 });
});

test('no order leads back into a module on the way', () => {
  relayRig(3, true).no('order-limit', 'clara', 'relay-1.pass', { fan: 1 });
});

test('new ids are SHA-256 of the transaction’s name and a number, counted through the whole transaction', () => {
  const rig = new Rig();
  const tx = rig.ok('clara', 'permit.permit.numbers', { n: 3 });
  for (const n of [0, 1, 2]) {
    const id = toHex(nodeCrypto.sha256(nodeCrypto.utf8.encode(`${tx}${n}`))).slice(0, 32);
    assert.equal(rig.record(`permit/number/${id}`)!.tx, tx);
  }
});

test('a bundle is all or nothing, and its refusal names every refused item', () => {
  const rig = withPermit();
  const items = [
    { permit: 'b', days: 5 },
    { permit: 'c', days: 101 },
    { permit: 'a', days: 5 },
  ];
  const { refusal } = rig.no('permit.too-long', 'clara', 'permit.permit.bundle', { items });
  assert.deepEqual(
    refusal.items?.map(({ item, code }) => [item, code]),
    [
      [1, 'permit.too-long'],
      [2, 'permit.there'],
    ],
  );
  assert.equal(rig.record('permit/permit/b'), undefined);
  rig.ok('clara', 'permit.permit.bundle', {
    items: [
      { permit: 'b', days: 5 },
      { permit: 'c', days: 100 },
    ],
  });
  assert.equal(rig.record<Permit>('permit/permit/c')!.days, 100);
});

test('a module that asks beside its ports, or orders what has not the form, is a broken invariant', () => {
  const catalogue = (decide: ModuleDefinition['decide'][string]) => [
    kernelModule,
    { ...permitWithMarks(), decide: { ...permitModule().decide, 'permit.silent': decide } },
    purseModule,
  ];
  const thrown = (decide: ModuleDefinition['decide'][string], expected: RegExp) => {
    const rig = new Rig({ catalogue: catalogue(decide), bindings: PERMIT_BINDINGS });
    assert.throws(() => rig.submit('clara', 'permit.permit.silent', {}), expected);
  };
  const order = (port: string, name: string, body: JsonObject) => () => accept([], [{ port, order: name, body }]);
  thrown(order('funds', 'take', { amount: 1, permit: 'a' }), /does not have the form/);
  thrown(order('funds', 'give', {}), /declares no need/);
  thrown(order('elsewhere', 'take', {}), /declares no need/);
  thrown((_body, _act, view) => accept([{ type: String(view.ask('funds', 'right', {})), data: {} }]), /declares no need/);
  thrown(() => accept([{ type: 'unheard-of', data: {} }]), /has no fold/);
  thrown((_body, _act, view) => accept(view.scan('permit', { limit: 1_001 }).map(() => ({ type: 'x', data: {} }))), /a scan takes/);
});

test('questions that ask each other for ever are stopped', () => {
  const circle: ModuleDefinition = {
    ...permitWithMarks(),
    offers: { marks: { orders: { mark: 'permit.inner' }, questions: { again: (_args, view) => view.ask('self', 'again', {}) } } },
    needs: { ...permitModule().needs, self: { questions: ['again'] } },
    decide: {
      ...permitModule().decide,
      'permit.silent': (_body, _act, view) => accept([{ type: String(view.ask('self', 'again', {})), data: {} }]),
    },
  };
  const rig = new Rig({ catalogue: [kernelModule, circle, purseModule], bindings: { ...PERMIT_BINDINGS, 'permit.self': 'permit.marks' } });
  assert.throws(() => rig.submit('clara', 'permit.permit.silent', {}), /lead too deep/);
});

test('a module whose neighbour the charter leaves out takes no action: in a block it would ask in vain', () => {
  const modules = { kernel: [{ version: 1, from: 0 }], permit: [{ version: 1, from: 0 }] };
  const later = { ...modules, purse: [{ version: 1, from: 1_000 }] };
  for (const charter of [{ modules }, { modules: later }]) new Rig({ charter }).no('action-unknown', 'clara', 'permit.permit.count', {});
});
