/** The machine as a whole: validity, idempotency, revisions, and that the same transactions always give the same ledger. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import type { Transaction } from '@tabularium/protocol';
import fc from 'fast-check';
import { kernelModule } from './kernel-module.ts';
import { HOUR, KEYS, MapState, PERMIT_BINDINGS, permitWithMarks, Rig, START } from './ledger-rig.test.ts';
import { Machine } from './machine.ts';
import type { Verdict } from './machine-types.ts';
import type { ModuleDefinition } from './module.ts';
import { type Story, stories } from './random-stories.test.ts';
import type { OfficerRecord } from './records.ts';
import { type Permit, purseModule } from './test-modules.test.ts';

const code = (verdict: Verdict | undefined) => (verdict?.kind === 'refused' ? verdict.refusal.code : verdict?.kind);
const WRITE = 'permit.permit.write';
const catalogue: readonly ModuleDefinition[] = [kernelModule, permitWithMarks(), purseModule];

test('a transaction is for this ledger and within its time', () => {
  const rig = new Rig();
  const at = rig.time / 1_000 + 1;
  const write = (permit: string) => ({ permit, days: 1 });
  rig.no('wrong-ledger', 'clara', WRITE, write('a'), { ledger: 'town.example/0000000000000000' });
  rig.no('expired', 'clara', WRITE, write('a'), { exp: at });
  const now = () => rig.time / 1_000 + 1;
  rig.ok('clara', WRITE, write('a'), { exp: now() + 1 });
  rig.no('expiry-too-far', 'clara', WRITE, write('b'), { exp: now() + 86_401 });
  rig.ok('clara', WRITE, write('b'), { exp: now() + 86_400 });
});

test('the same signer, id and payload gets the first answer; another payload is refused', () => {
  const rig = new Rig();
  const transaction = rig.sign('clara', WRITE, { permit: 'a', days: 1 });
  const [first] = rig.block([transaction]).verdicts;
  assert.deepEqual(first, { kind: 'accepted', name: transaction.name });
  assert.deepEqual(rig.block([transaction]).verdicts, [{ kind: 'repeated', name: transaction.name }]);
  const { id } = transaction.payload;
  const other = rig.sign('clara', WRITE, { permit: 'b', days: 1 }, { id });
  const { verdicts } = rig.block([other]);
  assert.equal(code(verdicts[0]), 'kernel.id-reused');
  // Another key of the same officer is another signer.
  rig.ok('clara', WRITE, { permit: 'b', days: 1 }, { id, key: KEYS.clara![1] });
  // Nothing is kept of it beyond its time.
  rig.time += 2 * HOUR;
  assert.equal(code(rig.block([transaction]).verdicts[0]), 'kernel.expired');
});

test('within one block as well; a refused transaction keeps no id', () => {
  const rig = new Rig();
  const transaction = rig.sign('clara', WRITE, { permit: 'a', days: 1 });
  const { id } = transaction.payload;
  const refused = rig.sign('clara', WRITE, { permit: 'b', days: 0 }, { id });
  const other = rig.sign('clara', WRITE, { permit: 'c', days: 1 }, { id });
  const { verdicts, writes } = rig.block([refused, transaction, transaction, other, refused]);
  assert.deepEqual(verdicts.map(code), ['permit.no-length', 'accepted', 'repeated', 'kernel.id-reused', 'kernel.id-reused']);
  assert.deepEqual([...writes.keys()], ['permit/permit/a']);
  assert.equal(code(rig.block([rig.sign('clara', WRITE, { permit: 'd', days: 0 })]).verdicts[0]), 'permit.no-length');
});

test('what a signer relied on must still hold; 0 means absent', () => {
  const rig = new Rig();
  const on = { 'permit/permit/a': 0, 'kernel/charter/current': 1 };
  rig.ok('clara', WRITE, { permit: 'a', days: 1 }, { on });
  const { refusal } = rig.no('stale-revision', 'clara', 'permit.permit.count', {}, { on });
  assert.deepEqual(refusal.facts, { key: 'permit/permit/a', current: 1, stated: 0 });
  rig.no('stale-revision', 'clara', 'permit.permit.count', {}, { on: { 'permit/permit/none': 1 } });
  // Within a block each sees what the ones before it wrote.
  const [, stale] = rig.block([
    rig.sign('clara', 'permit.permit.remove', { permit: 'a' }),
    rig.sign('clara', 'permit.permit.count', {}, { on: { 'permit/permit/a': 1 } }),
  ]).verdicts;
  assert.equal(code(stale), 'kernel.stale-revision');
});

test('an action nobody declares, and a body that has not its form', () => {
  const rig = new Rig();
  rig.no('action-unknown', 'clara', 'permit.permit.burn', {});
  rig.no('action-unknown', 'clara', 'nothing.at.all', {});
  rig.no('body-invalid', 'clara', WRITE, { permit: 'a' });
  rig.no('body-invalid', 'clara', WRITE, { permit: 'a', days: 1, note: 'x' });
});

test('an action may be accepted and change nothing', () => {
  const rig = new Rig();
  const { verdicts, writes, events } = rig.block([rig.sign('clara', 'permit.permit.silent', {})]);
  assert.deepEqual([code(verdicts[0]), writes.size, events.length], ['accepted', 0, 0]);
});

test('a refusal in the middle of a block leaves no trace', () => {
  const rig = new Rig();
  const good = (permit: string) => rig.sign('clara', WRITE, { permit, days: 1 });
  const bad = rig.sign('clara', 'permit.permit.pay', { permit: 'a', amount: '501' });
  const other = new Rig();
  const [with_, without] = [rig.block([good('a'), bad, good('b')]), other.block([], 0)];
  assert.deepEqual(with_.verdicts.map(code), ['accepted', 'purse.too-much', 'accepted']);
  assert.deepEqual(
    with_.events.map(({ entry }) => entry),
    [0, 1],
    'entries count accepted transactions',
  );
  assert.equal(without.writes.size, 0);
  assert.equal(rig.record<Permit>('permit/permit/a')!.state, 'written-1');
});

test('a dry run is open to anyone and changes nothing', () => {
  const rig = new Rig();
  const { payload, kid } = rig.sign('clara', WRITE, { permit: 'a', days: 1 });
  const before = [...rig.state.records];
  const at = { time: rig.time + 1, height: rig.height + 1 };
  assert.equal(rig.machine.check({ kid, kind: 'es256', payload }, rig.state, at).kind, 'accepted');
  assert.equal(code(rig.machine.check({ kid, kind: 'passkey', payload }, rig.state, at)), 'kernel.key-kind');
  assert.equal(code(rig.machine.check({ kid: 'A'.repeat(43), kind: 'es256', payload }, rig.state, at)), 'kernel.key-unknown');
  assert.deepEqual([...rig.state.records], before);
});

test('a block is bounded, and its height and time are whole numbers', () => {
  const rig = new Rig();
  const transaction = rig.sign('clara', WRITE, { permit: 'a', days: 1 });
  const input = { height: 9, time: START, transactions: [] as Transaction[], accepted: () => undefined };
  assert.throws(() => rig.machine.execute({ ...input, transactions: Array<Transaction>(1_001).fill(transaction) }, rig.state), RangeError);
  assert.throws(() => rig.machine.execute({ ...input, time: 0.5 }, rig.state), RangeError);
  assert.throws(() => rig.machine.execute({ ...input, height: Number.NaN }, rig.state), RangeError);
  assert.throws(() => rig.machine.execute(input, new MapState(new Map())), /no charter/);
});

test('the machine answers for keys, charter and policy of a state', () => {
  const rig = new Rig();
  const { kid } = KEYS.clara![0];
  assert.deepEqual([rig.machine.key(kid, rig.state)!.holder, rig.machine.key('A'.repeat(43), rig.state)], ['clara', undefined]);
  assert.equal(rig.machine.charter(rig.state).origin, rig.charter.origin);
  assert.match(rig.machine.policy(rig.state), /^log .*\nwitness node-one .*\ngroup nodes 1 node-one\nquorum nodes\n$/);
  assert.throws(() => rig.machine.charter(new MapState(new Map())), /no charter/);
});

const founded = new Rig();

/** Signs a story on a rig of its own, so that it can be told again to others. */
function signed(story: Story): { readonly rig: Rig; readonly blocks: readonly (readonly [time: number, transactions: Transaction[]])[] } {
  const rig = founded.twin();
  const proposals: string[] = [];
  const blocks = story.map(([hours, asks]) => {
    rig.time += hours * HOUR;
    const transactions = asks.map(({ officer, action, body, mandated }) => {
      const mandate = rig.record<OfficerRecord>(`kernel/officer/${officer}`)?.mandates?.[0];
      const transaction = rig.sign(officer, action, body(rig.time, proposals), mandated && mandate !== undefined ? { for: mandate } : {});
      if (rig.block([transaction], 0).verdicts[0]!.kind === 'accepted' && action === 'kernel.propose') proposals.push(transaction.name);
      return transaction;
    });
    return [rig.time, transactions] as const;
  });
  return { rig, blocks };
}

test('the same transactions at the same times, split over blocks in any way, give the same ledger byte for byte', () => {
  let accepted = 0;
  fc.assert(
    fc.property(stories, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (story, sizes) => {
      const { rig, blocks } = signed(story);
      const other = founded.twin();
      for (const [time, transactions] of blocks) {
        for (let from = 0; from < transactions.length; ) {
          const size = sizes.next().value as number;
          other.time = time;
          const { verdicts } = other.block(transactions.slice(from, from + size), 0);
          accepted += verdicts.filter(({ kind }) => kind === 'accepted').length;
          from += size;
        }
      }
      assert.deepEqual([...other.state.records].sort(), [...rig.state.records].sort());
      const told = ({ events }: Rig) => events.map(({ type, tx, keys, data }) => [type, tx, keys, data]);
      assert.deepEqual(told(other), told(rig));
    }),
    { numRuns: 60 },
  );
  assert.ok(accepted > 300, `${accepted} accepted: the stories are about nothing`);
});

test('executing a block twice, on this machine or a fresh one, gives equal bytes', () => {
  fc.assert(
    fc.property(stories, (story) => {
      const rig = founded.twin();
      const fresh = new Machine({ catalogue, crypto: nodeCrypto, bindings: PERMIT_BINDINGS });
      for (const [time, transactions] of signed(story).blocks) {
        const input = {
          height: rig.height + 1,
          time,
          transactions,
          accepted: (kid: string, id: string) => rig.accepted.get(`${kid}/${id}`),
        };
        const first = rig.machine.execute(input, rig.state);
        for (const again of [rig.machine.execute(input, rig.state), fresh.execute(input, rig.state)]) {
          assert.deepEqual([...again.writes], [...first.writes]);
          assert.deepEqual(again, first);
        }
        rig.time = time;
        rig.block(transactions, 0);
      }
    }),
    { numRuns: 20 },
  );
});
