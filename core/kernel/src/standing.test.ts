/** Standing actions that every module's records inherit: withdraw, correct, annul, a court's order, and the withdrawal of a text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@tabularium/protocol';
import { KEYS, Rig, START } from './ledger-rig.test.ts';
import type { OrderRecord, TextRecord } from './records.ts';
import type { Permit } from './test-modules.test.ts';

const A = 'permit/permit/a';
const DOCUMENT = 'd'.repeat(64);

function withPermit(): Rig {
  const rig = new Rig();
  rig.ok('clara', 'permit.permit.write', { permit: 'a', days: 10 });
  return rig;
}

const order = (verb: string, change?: JsonObject, key = A) => ({
  key,
  verb,
  case: 'AZ-12/2026',
  document: DOCUMENT,
  ...(change === undefined ? {} : { change }),
});
const execute = (rig: Rig, body: JsonObject) => rig.together(['judith', 'jonas'], 'kernel.order.execute', body);

test('an own act is withdrawn by whoever made it; the record shows it and is a new revision', () => {
  const rig = withPermit();
  rig.no('permit.not-own', 'mira', 'kernel.withdraw', { key: A });
  const since = rig.events.length;
  const tx = rig.ok('clara', 'kernel.withdraw', { key: A });
  const record = rig.record<Permit>(A)!;
  assert.deepEqual([record.state, record.standing, record.rule, record.tx, record.rev], ['gone', 'withdrawn', 'kernel.withdraw', tx, 2]);
  assert.deepEqual(rig.told(since), ['kernel.record.withdrawn', 'permit.moved']);
  assert.deepEqual(
    rig.events.slice(since).map(({ keys }) => keys),
    [[A], [A]],
    'both events tell of the record',
  );
  rig.no('record-annulled', 'clara', 'kernel.withdraw', { key: A });
});

test('a correction takes two, stays within the rules and changes no stamp', () => {
  const rig = withPermit();
  const body = { key: A, reason: 'typing-error', change: { days: 12 } };
  rig.no('signers-missing', 'clara', 'kernel.correct', body);
  rig.together(['clara', 'conrad'], 'kernel.correct', body);
  const record = rig.record<Permit>(A)!;
  assert.deepEqual([record.days, record.rule, record.rev, record.standing], [12, 'kernel.correct', 2, undefined]);
  assert.deepEqual(
    rig.events.slice(-2).map(({ type, action }) => [type, action]),
    [
      ['kernel.record.corrected', 'kernel.correct'],
      ['permit.changed', 'kernel.correct'],
    ],
  );
  const propose = (change: JsonObject, key = A) => ({ action: 'kernel.correct', body: { key, reason: 'typing-error', change } });
  rig.no('permit.too-long', 'clara', 'kernel.propose', propose({ days: 101 }));
  rig.no('permit.change-unknown', 'clara', 'kernel.propose', propose({ name: 'x' }));
  for (const stamp of ['v', 'rev', 'tx', 'rule', 'time', 'standing', 'order', 'deadlines', 'imported', 'a b', ''])
    rig.no('body-invalid', 'clara', 'kernel.propose', propose({ [stamp]: 1 }));
  rig.no('record-unknown', 'clara', 'kernel.propose', propose({ days: 1 }, 'permit/permit/none'));
});

test('corrections are given for one module each, and the kernel’s own records know none', () => {
  const rig = withPermit();
  const propose = (key: string) => ({ action: 'kernel.correct', body: { key, reason: 'typing-error', change: { status: 'active' } } });
  rig.no('action-not-permitted', 'clara', 'kernel.propose', propose('purse/account/main'));
  rig.no('action-not-permitted', 'clara', 'kernel.propose', propose('kernel/officer/clara'));
  const generous = new Rig({ charter: { roles: { ...rig.charter.roles, porter: ['kernel.correct/kernel', 'kernel.annul/kernel'] } } });
  generous.no('standing-not-possible', 'otto', 'kernel.propose', propose('kernel/officer/clara'));
  generous.no('standing-not-possible', 'otto', 'kernel.propose', propose('kernel/charter/current'));
  const annul = { action: 'kernel.annul', body: { key: `kernel/key/${KEYS.clara![0].kid}`, reason: 'not-valid', dependents: [] } };
  generous.no('standing-not-possible', 'otto', 'kernel.propose', annul);
  generous.no('standing-not-possible', 'clara', 'kernel.withdraw', { key: 'kernel/charter/current' });
  generous.no('standing-not-possible', 'judith', 'kernel.propose', {
    action: 'kernel.order.execute',
    body: order('set', { status: 'active' }, 'kernel/officer/clara'),
  });
});

test('what rests on a record is named before it is annulled', () => {
  const rig = withPermit();
  rig.ok('clara', 'permit.permit.rest', { permit: 'x', on: 'a' });
  rig.ok('clara', 'permit.permit.rest', { permit: 'y', on: 'a' });
  const propose = (dependents: string[]) => ({ action: 'kernel.annul', body: { key: A, reason: 'not-valid', dependents } });
  const { refusal } = rig.no('dependents-not-shown', 'clara', 'kernel.propose', propose(['permit/rest/x']));
  assert.deepEqual(refusal.facts, { resting: 2, unnamed: 1 });
  rig.no('dependents-not-shown', 'clara', 'kernel.propose', propose(['permit/rest/x', 'permit/rest/y', 'permit/rest/z']));
  const proposal = rig.ok('clara', 'kernel.propose', propose(['permit/rest/x', 'permit/rest/y']));
  rig.ok('clara', 'permit.permit.rest', { permit: 'z', on: 'a' });
  rig.no('dependents-not-shown', 'mira', 'kernel.approve', { proposal });
  rig.together(['clara', 'mira'], 'kernel.annul', propose(['permit/rest/x', 'permit/rest/y', 'permit/rest/z']).body);
  const record = rig.record<Permit>(A)!;
  assert.deepEqual([record.state, record.standing, record.rule], ['void', 'annulled', 'kernel.annul']);
  rig.no('record-annulled', 'clara', 'kernel.propose', {
    action: 'kernel.correct',
    body: { key: A, reason: 'wrong-date', change: { days: 1 } },
  });
  rig.no('record-annulled', 'clara', 'kernel.propose', propose(['permit/rest/x', 'permit/rest/y', 'permit/rest/z']));
});

test('a court’s order takes two of its officers, and is on the record for everyone to see', () => {
  const rig = withPermit();
  rig.no('signers-missing', 'judith', 'kernel.order.execute', order('suspend'));
  rig.no('action-not-permitted', 'clara', 'kernel.propose', { action: 'kernel.order.execute', body: order('suspend') });
  rig.no('record-unknown', 'judith', 'kernel.propose', {
    action: 'kernel.order.execute',
    body: order('suspend', undefined, 'permit/permit/none'),
  });
  const proposal = execute(rig, order('suspend'));
  const record = rig.record<Permit>(A)!;
  assert.deepEqual(
    [record.standing, record.order, record.rule, record.rev, record.state],
    ['suspended', 'AZ-12/2026', 'order:AZ-12/2026', 2, 'written-1'],
    'the module wrote nothing itself, and still it is a revision of its own',
  );
  const carriedOut = rig.record<OrderRecord>(`kernel/order/${record.tx}`)!;
  assert.deepEqual([carriedOut.verb, carriedOut.key, carriedOut.case, carriedOut.document], ['suspend', A, 'AZ-12/2026', DOCUMENT]);
  assert.deepEqual(
    carriedOut.signers.map(({ officer }) => officer),
    ['judith', 'jonas'],
  );
  assert.deepEqual(rig.events.at(-1)!.keys, [A, `kernel/order/${record.tx}`].sort());
  assert.equal(rig.events.at(-1)!.action, 'kernel.order.execute', 'not the approval that let it happen');
  assert.notEqual(proposal, record.tx);
  rig.no('stale-revision', 'clara', 'permit.permit.count', {}, { on: { [A]: 1 } });
});

test('what is suspended waits for the court: the office neither withdraws, corrects nor annuls it', () => {
  const rig = withPermit();
  execute(rig, order('suspend'));
  rig.no('record-suspended', 'clara', 'kernel.withdraw', { key: A });
  rig.no('record-suspended', 'clara', 'kernel.propose', {
    action: 'kernel.correct',
    body: { key: A, reason: 'wrong-date', change: { days: 1 } },
  });
  rig.no('record-suspended', 'clara', 'kernel.propose', { action: 'kernel.annul', body: { key: A, reason: 'not-valid', dependents: [] } });
  execute(rig, { ...order('reinstate'), case: 'AZ-13/2026' });
  const record = rig.record<Permit>(A)!;
  assert.deepEqual([record.standing, record.order, record.state], [undefined, 'AZ-13/2026', 'back']);
  rig.ok('clara', 'kernel.withdraw', { key: A });
  execute(rig, order('reinstate'));
  assert.equal(rig.record<Permit>(A)!.standing, undefined);
});

test('an order passes over rules, never over invariants', () => {
  const rig = withPermit();
  execute(rig, order('set', { days: 5_000 }));
  assert.deepEqual([rig.record<Permit>(A)!.days, rig.record<Permit>(A)!.rule], [5_000, 'order:AZ-12/2026']);
  rig.no('permit.no-length', 'judith', 'kernel.propose', { action: 'kernel.order.execute', body: order('set', { days: 0 }) });
  // An ordinary act afterwards has its own rule again; the order stays in sight.
  rig.together(['clara', 'conrad'], 'kernel.correct', { key: A, reason: 'wrong-amount', change: { days: 3 } });
  assert.deepEqual([rig.record<Permit>(A)!.rule, rig.record<Permit>(A)!.order], ['kernel.correct', 'AZ-12/2026']);
});

test('an order annuls, and reopens a deadline', () => {
  const rig = withPermit();
  execute(rig, order('reopen'));
  assert.equal(rig.record<Permit>(A)!.days, 7);
  assert.equal(rig.machine.nextDeadline(rig.state), rig.time + 1_000);
  assert.equal(rig.block().deadlines, 1);
  const lapsed = rig.record<Permit>(A)!;
  assert.deepEqual([lapsed.state, lapsed.rule, lapsed.order], ['lapsed', 'permit.deadline.lapse', 'AZ-12/2026']);
  execute(rig, order('annul'));
  assert.equal(rig.record<Permit>(A)!.standing, 'annulled');
  rig.no('record-annulled', 'judith', 'kernel.propose', { action: 'kernel.order.execute', body: order('suspend') });
});

test('only officers of a body that the charter names for review give orders', () => {
  const { roles } = new Rig().charter;
  const rig = new Rig({ charter: { roles: { ...roles, mayor: [...(roles.mayor ?? []), 'kernel.order.execute'] } } });
  rig.ok('clara', 'permit.permit.write', { permit: 'a', days: 10 });
  // A first signature is not held to what only more signatures could settle; here they cannot.
  const proposal = rig.ok('mira', 'kernel.propose', { action: 'kernel.order.execute', body: order('suspend') });
  rig.no('not-review-body', 'judith', 'kernel.approve', { proposal });
  const second = rig.ok('judith', 'kernel.propose', { action: 'kernel.order.execute', body: order('suspend') });
  rig.no('not-review-body', 'mira', 'kernel.approve', { proposal: second });
});

test('a published text is withdrawn by two, once, on a ground', () => {
  const rig = new Rig();
  const body = { digest: 'A'.repeat(43), ground: 'personal-data', case: 'T-1' };
  rig.no('signers-missing', 'clara', 'kernel.text.withdraw', body);
  rig.together(['clara', 'mira'], 'kernel.text.withdraw', body);
  const record = rig.record<TextRecord>(`kernel/text/${body.digest}`)!;
  assert.deepEqual([record.ground, record.case, record.signers.map(({ officer }) => officer)], ['personal-data', 'T-1', ['clara', 'mira']]);
  rig.no('text-withdrawn', 'clara', 'kernel.propose', { action: 'kernel.text.withdraw', body });
  assert.ok(record.time > START);
});

test('where the charter asks for one of the review body, an officer of the office countersigns, and never the office alone', () => {
  const { roles } = new Rig().charter;
  const both = ['mayor', 'clerk'].map((role) => [role, [...roles[role]!, 'kernel.order.execute']]);
  const rig = new Rig({ charter: { review: { agencies: ['court'], quorum: 1 }, roles: { ...roles, ...Object.fromEntries(both) } } });
  rig.ok('clara', 'permit.permit.write', { permit: 'a', days: 10 });
  // The office may begin it; without the court it comes to nothing.
  const own = rig.ok('clara', 'kernel.propose', { action: 'kernel.order.execute', body: order('suspend') });
  const { refusal } = rig.no('not-review-body', 'mira', 'kernel.approve', { proposal: own });
  assert.deepEqual(refusal.facts, { needed: 1 });
  rig.ok('judith', 'kernel.approve', { proposal: own });
  const suspended = rig.record<Permit>(A)!;
  assert.deepEqual([suspended.standing, suspended.order], ['suspended', 'AZ-12/2026']);
  const carriedOut = rig.record<OrderRecord>(`kernel/order/${suspended.tx}`)!;
  assert.deepEqual([carriedOut.agency, carriedOut.signers.map(({ agency }) => agency)], ['court', ['town', 'court']]);
  rig.together(['judith', 'jonas'], 'kernel.order.execute', order('reinstate'));
  // One of the court alone is not two officers, nor is whoever acts for the one who signed.
  rig.no('signers-missing', 'judith', 'kernel.order.execute', order('suspend'));
  const until = rig.time + 1_000_000;
  rig.ok('judith', 'kernel.mandate.give', { to: 'otto', kind: 'mandate', role: 'judge', office: 'court-hall', actions: [], until });
  const mandate = rig.events.at(-1)!.data.mandate as string;
  const begun = rig.ok('judith', 'kernel.propose', { action: 'kernel.order.execute', body: order('suspend') });
  rig.no('signer-repeated', 'otto', 'kernel.approve', { proposal: begun }, { for: mandate });
  // Acting in the judge's role does not make an officer of the town one of the court.
  const lent = rig.ok('mira', 'kernel.propose', { action: 'kernel.order.execute', body: order('suspend') });
  rig.no('not-review-body', 'otto', 'kernel.approve', { proposal: lent }, { for: mandate });
});
