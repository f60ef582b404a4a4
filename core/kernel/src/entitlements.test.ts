/** What a desk may offer: what the charter gives one's roles, and others' under a mandate; and what a signature would change, told beforehand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@tabularium/protocol';
import { type Entitled, entitlementsOf } from './entitlements.ts';
import { kernelModule } from './kernel-module.ts';
import { DAY, newKey, PERMIT_BINDINGS, permitWithMarks, Rig, UNTIL } from './ledger-rig.test.ts';
import { purseModule } from './test-modules.test.ts';

const catalogue = [kernelModule, permitWithMarks(), purseModule];

function entitled(rig: Rig, officer: string): Entitled | undefined {
  const record = (key: string) => rig.record<JsonObject>(key) as JsonObject | undefined;
  return entitlementsOf(officer, { record, catalogue, height: rig.height + 1, time: rig.time + 1_000 });
}

const may = (rig: Rig, officer: string, action: string) => entitled(rig, officer)!.actions.find((one) => one.action === action);

test('what one’s roles may sign, how many sign it, and who else may; what is one’s own needs no role', () => {
  const rig = new Rig({ catalogue, bindings: PERMIT_BINDINGS, charter: { signers: { 'kernel.role.end': 3 } } });
  assert.deepEqual(may(rig, 'clara', 'kernel.role.grant'), {
    action: 'kernel.role.grant',
    signers: 2,
    roles: ['clerk', 'mayor', 'auditor', 'judge'].sort(),
    as: 'clerk@hall',
  });
  assert.equal(may(rig, 'clara', 'kernel.role.end')!.signers, 3, 'the charter raises the number');
  assert.equal(may(rig, 'clara', 'kernel.charter.amend')!.signers, rig.charter.amendQuorum);
  assert.deepEqual(may(rig, 'otto', 'kernel.officer.leave'), { action: 'kernel.officer.leave', signers: 1, roles: [] });
  for (const action of ['kernel.role.grant', 'kernel.propose', 'kernel.charter.accept', 'permit.inner'])
    assert.equal(may(rig, 'otto', action), undefined, action);
  assert.equal(entitled(rig, 'nobody'), undefined);
});

test('under a mandate one signs in the other’s role, and no further than it goes', () => {
  const rig = new Rig({ catalogue, bindings: PERMIT_BINDINGS });
  const until = rig.time + DAY;
  const mandate = { to: 'otto', kind: 'deputy', role: 'clerk', office: 'hall', actions: ['kernel.role.grant'], until };
  rig.ok('clara', 'kernel.mandate.give', mandate);
  const [held] = entitled(rig, 'otto')!.mandates;
  assert.deepEqual([held!.by, held!.to, held!.until], ['clara', 'otto', until]);
  const right = may(rig, 'otto', 'kernel.role.grant')!;
  assert.deepEqual([right.as, right.for], ['clerk@hall', held!.id]);
  assert.equal(may(rig, 'otto', 'kernel.role.end'), undefined, 'the mandate is for one action');
  assert.equal(may(rig, 'clara', 'kernel.role.grant')!.for, undefined, 'who gave it signs in their own name');
  // What is offered is taken.
  const body = { action: 'kernel.role.grant', body: { officer: 'otto', role: 'reader', office: 'hall', until: UNTIL } };
  rig.ok('otto', 'kernel.propose', body, { as: right.as!, for: right.for! });
  rig.time = until;
  assert.deepEqual([entitled(rig, 'otto')!.mandates, may(rig, 'otto', 'kernel.role.grant')], [[], undefined]);
});

test('of a proposal and its approval, what the proposed action changes is told beforehand; nothing of it happens', () => {
  const rig = new Rig({ catalogue, bindings: PERMIT_BINDINGS });
  const body = { officer: 'otto', role: 'reader', office: 'hall', until: UNTIL };
  const changes = (officer: string, action: string, content: JsonObject) => {
    const transaction = rig.sign(officer, action, content);
    return rig.machine.changes(transaction, rig.state, { time: rig.time + 1_000, height: rig.height + 1 });
  };
  const before = new Map(rig.state.records);
  const proposed = changes('clara', 'kernel.propose', { action: 'kernel.role.grant', body });
  const roles = (record: JsonObject | null) => ((record?.roles ?? []) as unknown as { role: string }[]).map(({ role }) => role);
  assert.deepEqual(
    proposed.map(({ key }) => key),
    ['kernel/officer/otto'],
  );
  assert.deepEqual([roles(proposed[0]!.before), roles(proposed[0]!.after)], [['porter'], ['porter', 'reader']]);
  const proposal = rig.ok('clara', 'kernel.propose', { action: 'kernel.role.grant', body });
  const approved = changes('mira', 'kernel.approve', { proposal });
  assert.deepEqual(roles(approved[0]!.after), ['porter', 'reader']);
  // What is refused changes nothing, and a stranger learns nothing.
  assert.deepEqual(changes('clara', 'kernel.mandate.end', { mandate: '0'.repeat(32) }), []);
  const stranger = rig.sign('clara', 'kernel.approve', { proposal });
  assert.deepEqual(rig.machine.changes({ ...stranger, kid: newKey().kid }, rig.state, { time: rig.time, height: rig.height + 1 }), []);
  rig.ok('mira', 'kernel.approve', { proposal });
  assert.notDeepEqual(rig.state.records, before);
});
