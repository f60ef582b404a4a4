/** Deadlines: fired before a block's transactions in the order (due, key), at most a thousand, and never thrown when refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { type JsonObject, toHex } from '@tabularium/protocol';
import { kernelModule } from './kernel-module.ts';
import { HOUR, PERMIT_BINDINGS, permitWithMarks, Rig } from './ledger-rig.test.ts';
import { MAX_DEADLINES, Machine } from './machine.ts';
import { DEADLINE_COUNT_KEY, DEADLINES, type DeadlineRecord } from './records.ts';
import { deadlineName } from './run.ts';
import { type Permit, purseModule } from './test-modules.test.ts';

const write = (permit: string, lapse: number, handler = 'lapse') => ({ permit, days: 1, lapse, handler });

/** Permits by the order in which their deadlines left them in this state. */
const moved = (rig: Rig, since: number) =>
  rig.events.slice(since).flatMap(({ type, data }) => (type === 'permit.moved' ? [(data as { permit: string }).permit] : []));

test('a deadline is a record in state and a stamp on the record it is for', () => {
  const rig = new Rig();
  const due = rig.time + HOUR;
  rig.ok('clara', 'permit.permit.write', write('a', due));
  const [key = ''] = [...rig.state.records.keys()].filter((one) => one.startsWith(DEADLINES));
  assert.match(key, /^kernel\/deadline\/[0-9]{16}\.0{16}$/);
  assert.deepEqual(rig.record<Permit>('permit/permit/a')!.deadlines, { lapse: key.slice(DEADLINES.length) });
  const { record, handler } = rig.record<DeadlineRecord>(key)!;
  assert.deepEqual([record, handler], ['permit/permit/a', 'lapse']);
  assert.equal(rig.machine.nextDeadline(rig.state), due);
  rig.time = due - 1_001;
  assert.equal(rig.block().deadlines, 0);
  assert.equal(rig.block([], 1).deadlines, 1);
  const permit = rig.record<Permit>('permit/permit/a')!;
  const name = deadlineName(key, due, nodeCrypto);
  assert.deepEqual([permit.state, permit.tx, permit.rule, permit.deadlines], ['lapsed', name, 'permit.deadline.lapse', undefined]);
  assert.equal(rig.state.records.has(key), false);
  const event = rig.events.at(-1)!;
  assert.deepEqual([event.type, event.tx, event.entry, event.signers], ['permit.moved', name, -1, []]);
});

test('a record that is removed takes its deadlines along', () => {
  const rig = new Rig();
  rig.ok('clara', 'permit.permit.write', write('a', rig.time + HOUR));
  rig.ok('clara', 'permit.permit.remove', { permit: 'a' });
  assert.equal(rig.machine.nextDeadline(rig.state), undefined);
  // Made and removed within one block, it never was; it has been counted.
  const transactions = [
    rig.sign('clara', 'permit.permit.write', write('b', rig.time + HOUR)),
    rig.sign('clara', 'permit.permit.remove', { permit: 'b' }),
  ];
  const { writes } = rig.block(transactions);
  assert.deepEqual([...writes.keys()], [DEADLINE_COUNT_KEY]);
});

test('they fire by due time, then in the order in which they were set, before the transactions of the block', () => {
  const rig = new Rig();
  const due = rig.time + HOUR;
  for (const [permit, lapse] of [
    ['c', due + 2],
    ['a', due + 1],
    ['b', due],
  ] as const)
    rig.ok('clara', 'permit.permit.write', write(permit, lapse));
  const same = ['s', 'p', 'r', 'q'];
  for (const permit of same) rig.ok('clara', 'permit.permit.write', write(permit, due + 1));
  const since = rig.events.length;
  rig.time = due + HOUR;
  const { deadlines, events } = rig.block([rig.sign('clara', 'permit.permit.count', {})]);
  assert.equal(deadlines, 7);
  assert.equal(events.at(-1)!.type, 'permit.counted');
  assert.deepEqual(moved(rig, since), ['b', 'a', ...same, 'c']);
});

test('at most a thousand fire in a block, the rest in the next', () => {
  const rig = new Rig();
  const due = rig.time + HOUR;
  for (let n = 0; n < 1_050; n += 350)
    rig.block(Array.from({ length: 350 }, (_, i) => rig.sign('clara', 'permit.permit.write', write(`p-${n + i}`, due + n + i))));
  rig.time = due + HOUR;
  assert.equal(rig.block().deadlines, MAX_DEADLINES);
  assert.equal(rig.machine.nextDeadline(rig.state), due + 1_000);
  assert.equal(rig.block().deadlines, 50);
  assert.equal(rig.machine.nextDeadline(rig.state), undefined);
});

test('a refused handler is told as an event; the deadline is spent and everything else goes on', () => {
  const rig = new Rig();
  const due = rig.time + HOUR;
  rig.ok('clara', 'permit.permit.write', write('a', due, 'refuse'));
  rig.ok('clara', 'permit.permit.write', write('b', due));
  rig.time = due;
  const { deadlines, events } = rig.block();
  assert.equal(deadlines, 2);
  const failed = events.find(({ type }) => type === 'kernel.deadline.failed')!;
  assert.deepEqual(failed.data, {
    handler: 'refuse',
    record: 'permit/permit/a',
    due,
    code: 'permit.late',
    rule: 'permit.length',
  } satisfies JsonObject);
  assert.deepEqual([failed.keys, failed.entry, failed.action], [['permit/permit/a'], -1, 'permit.deadline.refuse']);
  assert.equal(rig.record<Permit>('permit/permit/a')!.state, 'written-1');
  assert.equal(rig.record<Permit>('permit/permit/a')!.deadlines, undefined);
  assert.equal(rig.record<Permit>('permit/permit/b')!.state, 'lapsed');
  assert.equal(rig.machine.nextDeadline(rig.state), undefined);
});

test('a handler that breaks an invariant stops the machine', () => {
  const rig = new Rig();
  rig.ok('clara', 'permit.permit.write', write('a', rig.time + HOUR, 'break'));
  rig.time += HOUR;
  assert.throws(() => rig.block(), /an invariant broke/);
});

test('a handler that a later version no longer knows is refused like any other', () => {
  const second = { ...permitWithMarks(2), deadlines: {} };
  const catalogue = [kernelModule, permitWithMarks(1), second, purseModule];
  const modules = {
    kernel: [{ version: 1, from: 0 }],
    permit: [
      { version: 1, from: 0 },
      { version: 2, from: 6 },
    ],
    purse: [{ version: 1, from: 0 }],
  };
  const rig = new Rig({ catalogue, charter: { modules } });
  rig.ok('clara', 'permit.permit.write', write('a', rig.time + HOUR));
  rig.ok('clara', 'permit.permit.count', {});
  rig.time += HOUR;
  assert.equal(rig.block().deadlines, 1);
  assert.equal((rig.events.at(-1)!.data as { code: string }).code, 'kernel.action-unknown');
});

test('one deadline may take another back that is due in the same block', () => {
  const rig = new Rig();
  const due = rig.time + HOUR;
  rig.ok('clara', 'permit.permit.write', write('first', due, 'race'));
  rig.ok('clara', 'permit.permit.write', write('second', due, 'race'));
  rig.time = due;
  assert.equal(rig.block().deadlines, 1);
  const left = ['first', 'second'].filter((id) => rig.record(`permit/permit/${id}`) !== undefined);
  assert.equal(left.length, 1);
  assert.equal(rig.machine.nextDeadline(rig.state), undefined);
});

test('new ids in a handler come from the deadline’s own name', () => {
  const rig = new Rig();
  const due = rig.time + HOUR;
  rig.ok('clara', 'permit.permit.write', write('a', due, 'number'));
  const [key = ''] = [...rig.state.records.keys()].filter((one) => one.startsWith(DEADLINES));
  rig.time = due;
  rig.block();
  const name = deadlineName(key, due, nodeCrypto);
  const id = toHex(nodeCrypto.sha256(nodeCrypto.utf8.encode(`${name}0`))).slice(0, 32);
  assert.ok(rig.record(`permit/number/${id}`) !== undefined);
});

test('a dry run fires what is due first, as the block would', () => {
  const rig = new Rig();
  const proposal = rig.ok('clara', 'permit.permit.write', write('a', rig.time + HOUR));
  assert.ok(proposal);
  rig.time += 2 * HOUR;
  const claim = rig.sign('clara', 'permit.permit.count', {});
  const before = [...rig.state.records];
  assert.equal(rig.machine.check(claim, rig.state, { time: rig.time, height: rig.height + 1 }).kind, 'accepted');
  assert.deepEqual([...rig.state.records], before);
});

test('a block without anything due reads one short range of deadlines, however many are open', () => {
  const rig = new Rig();
  const due = rig.time + HOUR;
  rig.block(Array.from({ length: 200 }, (_, n) => rig.sign('clara', 'permit.permit.write', write(`p-${n}`, due + n))));
  const scanned: (readonly [number, number])[] = [];
  const machine = new Machine({ catalogue: [kernelModule, permitWithMarks(), purseModule], crypto: nodeCrypto, bindings: PERMIT_BINDINGS });
  const state = {
    get: (key: string) => rig.state.get(key),
    scan: (start: string, end: string, limit: number) => {
      const found = rig.state.scan(start, end, limit);
      scanned.push([limit, found.length]);
      return found;
    },
  };
  machine.execute({ height: rig.height + 1, time: rig.time + 1, transactions: [], accepted: () => undefined }, state);
  assert.deepEqual(scanned, [[MAX_DEADLINES, 0]]);
});
