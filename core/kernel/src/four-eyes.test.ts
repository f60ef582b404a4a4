/** Several signatures: proposals and approvals, decided on the state of the moment with everyone who signed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HOUR, KEYS, newKey, Rig, START, UNTIL } from './ledger-rig.test.ts';
import type { OfficerRecord, ProposalRecord } from './records.ts';
import type { Permit } from './test-modules.test.ts';

const GRANT = { action: 'permit.permit.grant', body: { permit: 'a' } };

function withPermit(): Rig {
  const rig = new Rig();
  rig.ok('clara', 'permit.permit.write', { permit: 'a', days: 10 });
  return rig;
}

test('given a proposal, the last signature needed decides it with all who signed', () => {
  const rig = withPermit();
  rig.no('signers-missing', 'clara', GRANT.action, GRANT.body);
  const proposal = rig.ok('clara', 'kernel.propose', GRANT);
  assert.equal(rig.record<Permit>('permit/permit/a')!.state, 'written-1', 'a dry run leaves nothing behind');
  const record = rig.record<ProposalRecord>(`kernel/proposal/${proposal}`)!;
  assert.deepEqual([record.status, record.needed, record.until, record.signers.length], ['open', 2, rig.time + 14 * DAY, 1]);
  const since = rig.events.length;
  const approval = rig.ok('mira', 'kernel.approve', { proposal });
  assert.deepEqual(rig.told(since), ['kernel.proposal.approved', 'permit.granted']);
  assert.deepEqual(
    rig.events.at(-1)!.signers.map(({ officer }) => officer),
    ['clara', 'mira'],
  );
  const permit = rig.record<Permit>('permit/permit/a')!;
  assert.deepEqual([permit.state, permit.rule, permit.tx, permit.rev], ['granted', GRANT.action, approval, 2]);
  assert.equal(rig.record<ProposalRecord>(`kernel/proposal/${proposal}`)!.status, 'executed');
  rig.no('proposal-closed', 'conrad', 'kernel.approve', { proposal });
  assert.equal(rig.machine.nextDeadline(rig.state), undefined, 'it no longer expires');
});

test('what would be refused for its content is refused when it is proposed', () => {
  const rig = new Rig();
  rig.no('permit.there', 'clara', 'kernel.propose', GRANT);
  rig.no('body-invalid', 'clara', 'kernel.propose', { ...GRANT, body: { permit: 7 } });
  rig.no('body-invalid', 'clara', 'kernel.propose', { ...GRANT, extra: 1 });
  rig.no('proposal-needless', 'clara', 'kernel.propose', { action: 'permit.permit.write', body: { permit: 'a', days: 1 } });
  rig.no('proposal-needless', 'clara', 'kernel.propose', { action: 'kernel.propose', body: GRANT });
  rig.no('action-not-permitted', 'otto', 'kernel.propose', GRANT);
});

test('the charter may name an action that is not there, or one that follows from others only', () => {
  const rig = new Rig({ charter: { roles: { ...new Rig().charter.roles, porter: ['ghost.act', 'permit.permit.inner'] } } });
  rig.no('action-unknown', 'otto', 'kernel.propose', { action: 'ghost.act', body: {} });
  rig.no('action-internal', 'otto', 'kernel.propose', { action: 'permit.permit.inner', body: { permit: 'a' } });
  rig.no('action-internal', 'otto', 'permit.permit.inner', { permit: 'a' });
});

test('it is decided on the state of the moment', () => {
  const rig = withPermit();
  const proposal = rig.ok('clara', 'kernel.propose', GRANT);
  rig.ok('clara', 'permit.permit.remove', { permit: 'a' });
  rig.no('permit.there', 'mira', 'kernel.approve', { proposal });
  assert.equal(rig.record<ProposalRecord>(`kernel/proposal/${proposal}`)!.signers.length, 1, 'the refused approval counts for nothing');
  rig.ok('clara', 'permit.permit.write', { permit: 'a', days: 20 });
  rig.ok('mira', 'kernel.approve', { proposal });
  assert.equal(rig.record<Permit>('permit/permit/a')!.days, 20);
});

test('one officer counts once, whichever key signs', () => {
  const rig = withPermit();
  const proposal = rig.ok('clara', 'kernel.propose', GRANT);
  rig.no('signer-repeated', 'clara', 'kernel.approve', { proposal });
  rig.no('signer-repeated', 'clara', 'kernel.approve', { proposal }, { key: KEYS.clara![1] });
  rig.no('action-not-permitted', 'otto', 'kernel.approve', { proposal });
  rig.no('action-not-permitted', 'judith', 'kernel.approve', { proposal });
});

test('who acts for another counts as the other: no one is two by giving a mandate', () => {
  const rig = withPermit();
  const mandate = (by: string, to: string) => {
    rig.ok(by, 'kernel.mandate.give', { to, kind: 'deputy', role: 'clerk', office: 'hall', actions: [], until: UNTIL });
    return rig.record<OfficerRecord>(`kernel/officer/${to}`)!.mandates!.at(-1)!;
  };
  const ottoForClara = mandate('clara', 'otto');
  const judithForClara = mandate('clara', 'judith');
  const claraForConrad = mandate('conrad', 'clara');

  const own = rig.ok('clara', 'kernel.propose', GRANT);
  rig.no('signer-repeated', 'otto', 'kernel.approve', { proposal: own }, { for: ottoForClara });
  rig.no('signer-repeated', 'clara', 'kernel.approve', { proposal: own }, { for: claraForConrad });
  const forClara = rig.ok('otto', 'kernel.propose', GRANT, { for: ottoForClara });
  rig.no('signer-repeated', 'clara', 'kernel.approve', { proposal: forClara });
  rig.no('signer-repeated', 'judith', 'kernel.approve', { proposal: forClara }, { for: judithForClara });
  rig.ok('conrad', 'kernel.approve', { proposal: forClara });
  assert.deepEqual(
    rig.events.at(-1)!.signers.map(({ officer, for: giver }) => [officer, giver]),
    [
      ['otto', 'clara'],
      ['conrad', undefined],
    ],
  );
});

test('all who signed must still be entitled: role, key, mandate and office', () => {
  const rig = withPermit();
  const extra = newKey();
  rig.ok('clara', 'kernel.key.add', { key: extra.enrolled });
  const byKey = rig.ok('clara', 'kernel.propose', GRANT, { key: extra });
  rig.ok('clara', 'kernel.key.revoke', { kid: extra.kid, reason: 'stolen' });
  rig.no('key-revoked', 'mira', 'kernel.approve', { proposal: byKey });

  const ended = rig.ok('clara', 'kernel.propose', GRANT);
  rig.together(['mira', 'conrad'], 'kernel.role.end', { officer: 'clara', role: 'clerk', office: 'hall' });
  rig.no('role-not-held', 'mira', 'kernel.approve', { proposal: ended });
  rig.together(['mira', 'conrad'], 'kernel.role.grant', { officer: 'clara', role: 'clerk', office: 'hall', until: UNTIL });

  rig.ok('clara', 'kernel.mandate.give', { to: 'otto', kind: 'mandate', role: 'clerk', office: 'hall', actions: [], until: UNTIL });
  const [mandate = ''] = rig.record<OfficerRecord>('kernel/officer/otto')!.mandates!;
  const forClara = rig.ok('otto', 'kernel.propose', GRANT, { for: mandate });
  rig.ok('clara', 'kernel.mandate.end', { mandate });
  rig.no('mandate-ended', 'mira', 'kernel.approve', { proposal: forClara });

  const left = rig.ok('clara', 'kernel.propose', GRANT);
  const permitted = rig.ok('conrad', 'kernel.propose', GRANT);
  rig.ok('clara', 'kernel.officer.leave', { officer: 'clara' });
  // Whoever leaves takes their keys along, so the signature is one of a revoked key.
  rig.no('key-revoked', 'mira', 'kernel.approve', { proposal: left });

  const { mayor = [], ...roles } = rig.charter.roles;
  rig.together(['conrad', 'mira'], 'kernel.charter.amend', { roles: { ...roles, mayor, clerk: ['kernel.officer.appoint'] } });
  rig.no('action-not-permitted', 'mira', 'kernel.approve', { proposal: permitted });
});

test('a proposal expires unless it is signed in time, and may be taken back by its proposer', () => {
  const rig = withPermit();
  const proposal = rig.ok('clara', 'kernel.propose', GRANT);
  const taken = rig.ok('clara', 'kernel.propose', GRANT);
  rig.no('not-own', 'mira', 'kernel.withdraw', { key: `kernel/proposal/${taken}` });
  rig.ok('clara', 'kernel.withdraw', { key: `kernel/proposal/${taken}` });
  const record = rig.record<ProposalRecord>(`kernel/proposal/${taken}`)!;
  assert.deepEqual([record.status, record.standing], ['withdrawn', 'withdrawn']);
  rig.no('proposal-closed', 'mira', 'kernel.approve', { proposal: taken });
  rig.no('record-annulled', 'clara', 'kernel.withdraw', { key: `kernel/proposal/${taken}` });
  rig.no('record-unknown', 'clara', 'kernel.withdraw', { key: `kernel/proposal/${'A'.repeat(43)}` });
  rig.no('proposal-unknown', 'mira', 'kernel.approve', { proposal: 'A'.repeat(43) });

  assert.equal(rig.block([], 14 * DAY).deadlines, 1);
  assert.equal(rig.record<ProposalRecord>(`kernel/proposal/${proposal}`)!.status, 'expired');
  assert.equal(rig.events.at(-1)!.type, 'kernel.proposal.expired');
  rig.no('proposal-closed', 'mira', 'kernel.approve', { proposal });
  rig.no('proposal-closed', 'clara', 'kernel.withdraw', { key: `kernel/proposal/${proposal}` });
});

test('the charter may raise the number, also for what has been proposed, and never lowers it', () => {
  const lowered = new Rig({ charter: { signers: { 'permit.permit.grant': 1, 'permit.permit.write': 2 } } });
  lowered.no('signers-missing', 'clara', GRANT.action, GRANT.body);
  const { refusal } = lowered.no('signers-missing', 'clara', 'permit.permit.write', { permit: 'a', days: 1 });
  assert.deepEqual(refusal.facts, { needed: 2 });

  const rig = withPermit();
  const proposal = rig.ok('clara', 'kernel.propose', GRANT);
  rig.together(['clara', 'mira'], 'kernel.charter.amend', { signers: { [GRANT.action]: 3 } });
  rig.ok('mira', 'kernel.approve', { proposal });
  assert.equal(rig.record<Permit>('permit/permit/a')!.state, 'written-1');
  rig.ok('conrad', 'kernel.approve', { proposal });
  assert.equal(rig.record<Permit>('permit/permit/a')!.state, 'granted');
  assert.equal(rig.events.at(-1)!.signers.length, 3);
});

test('an approval relies on records as any transaction does', () => {
  const rig = withPermit();
  const proposal = rig.ok('clara', 'kernel.propose', GRANT);
  rig.no('stale-revision', 'mira', 'kernel.approve', { proposal }, { on: { 'permit/permit/a': 2 } });
  rig.ok('mira', 'kernel.approve', { proposal }, { on: { 'permit/permit/a': 1, [`kernel/proposal/${proposal}`]: 1 } });
});

test('a proposal whose end has come is closed even while its deadline waits behind a thousand others', () => {
  const rig = withPermit();
  const proposal = rig.ok('clara', 'kernel.propose', GRANT);
  const { until } = rig.record<ProposalRecord>(`kernel/proposal/${proposal}`)!;
  const write = (n: number) => rig.sign('clara', 'permit.permit.write', { permit: `b-${n}`, days: 1, lapse: until - HOUR });
  for (let n = 0; n < 1_000; n += 500) rig.block(Array.from({ length: 500 }, (_, i) => write(n + i)));
  rig.time = until;
  const { deadlines, verdicts } = rig.block([rig.sign('mira', 'kernel.approve', { proposal })]);
  assert.equal(deadlines, 1_000);
  assert.equal(verdicts[0]!.kind === 'refused' && verdicts[0]!.refusal.code, 'kernel.proposal-closed');
  assert.equal(rig.block().deadlines, 1);
  assert.ok(START < until);
});
