/** Who may sign what: keys, roles that end by date, mandates and deputies, services; and names that only look like declarations. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, KEYS, newKey, Rig, START, UNTIL } from './ledger-rig.test.ts';
import type { MandateRecord, OfficerRecord } from './records.ts';

const PERMIT = { permit: 'a', days: 10 };

test('a key that nobody enrolled signs nothing', () => {
  const rig = new Rig();
  rig.no('key-unknown', 'clara', 'permit.permit.write', PERMIT, { key: newKey() });
});

test('each of an officer’s keys signs; a revoked one does not, and the last one stays', () => {
  const rig = new Rig();
  const [first, second] = KEYS.clara!;
  rig.ok('clara', 'permit.permit.write', PERMIT, { key: second });
  rig.no('not-own', 'conrad', 'kernel.key.revoke', { kid: first.kid, reason: 'lost' });
  rig.ok('clara', 'kernel.key.revoke', { kid: first.kid, reason: 'lost' }, { key: second });
  rig.no('key-revoked', 'clara', 'permit.permit.write', { permit: 'b', days: 1 });
  rig.no('key-last', 'clara', 'kernel.key.revoke', { kid: second.kid, reason: 'lost' }, { key: second });
  rig.no('not-own', 'clara', 'kernel.key.revoke', { kid: first.kid, reason: 'lost' }, { key: second });
});

test('a further key is checked when it is enrolled: on the curve, new, and no more than eight', () => {
  const rig = new Rig();
  const fresh = newKey();
  rig.ok('clara', 'kernel.key.add', { key: fresh.enrolled });
  rig.ok('clara', 'permit.permit.write', PERMIT, { key: fresh });
  rig.no('key-known', 'mira', 'kernel.key.add', { key: fresh.enrolled });
  rig.no('key-known', 'mira', 'kernel.key.add', { key: KEYS.clara![0].enrolled });
  const { jwk } = newKey().enrolled;
  const bent = { ...jwk, y: newKey().enrolled.jwk.y };
  rig.no('key-not-on-curve', 'clara', 'kernel.key.add', { key: { kind: 'es256', jwk: bent } });
  rig.no('body-invalid', 'clara', 'kernel.key.add', { key: { kind: 'es256', jwk: { ...jwk, x: `${jwk.x}A` } } });
  for (let n = 3; n < 8; n++) rig.ok('clara', 'kernel.key.add', { key: newKey().enrolled });
  rig.no('limit-reached', 'clara', 'kernel.key.add', { key: newKey().enrolled });
});

test('a passkey signs as a passkey, another key does not', () => {
  const rig = new Rig();
  const transaction = rig.sign('clara', 'permit.permit.write', PERMIT);
  const [verdict] = rig.block([{ ...transaction, kind: 'passkey' }]).verdicts;
  assert.equal(verdict!.kind === 'refused' && verdict!.refusal.code, 'kernel.key-kind');
});

test('a role is held, given by the charter and ends by date', () => {
  const rig = new Rig();
  rig.no('action-not-permitted', 'otto', 'permit.permit.write', PERMIT);
  rig.no('action-not-permitted', 'mira', 'permit.permit.write', PERMIT, { as: 'mayor@hall' });
  rig.no('role-not-held', 'mira', 'permit.permit.write', PERMIT, { as: 'clerk@hall' });
  rig.no('role-not-held', 'clara', 'permit.permit.write', PERMIT, { as: 'clerk@audit-hall' });
  rig.ok('clara', 'permit.permit.write', PERMIT, { as: 'clerk@hall' });
  rig.time = UNTIL - 1_001;
  rig.ok('clara', 'permit.permit.write', { permit: 'b', days: 1 });
  rig.no('role-not-held', 'clara', 'permit.permit.write', { permit: 'c', days: 1 });
  rig.no('role-not-held', 'clara', 'permit.permit.write', { permit: 'c', days: 1 }, { as: 'clerk@hall' });
});

test('who names no role acts in the first of theirs that may', () => {
  const rig = new Rig();
  rig.together(['clara', 'mira'], 'kernel.role.grant', { officer: 'otto', role: 'clerk', office: 'hall', until: START + 30 * DAY });
  rig.ok('otto', 'permit.permit.write', PERMIT);
  assert.deepEqual(rig.events.at(-1)!.signers, [
    { kid: KEYS.otto![0].kid, officer: 'otto', agency: 'town', role: 'clerk', office: 'hall' },
  ]);
});

test('given a mandate, its holder acts in the other’s role, within its actions and until its end', () => {
  const rig = new Rig();
  const role = { role: 'clerk', office: 'hall' };
  const until = START + 10 * DAY;
  rig.no('role-not-held', 'otto', 'kernel.mandate.give', { to: 'mira', kind: 'mandate', ...role, actions: [], until });
  rig.no('officer-unknown', 'clara', 'kernel.mandate.give', { to: 'nobody', kind: 'mandate', ...role, actions: [], until });
  rig.no('officer-unknown', 'clara', 'kernel.mandate.give', { to: 'clara', kind: 'mandate', ...role, actions: [], until });
  rig.no('term-over', 'clara', 'kernel.mandate.give', { to: 'otto', kind: 'mandate', ...role, actions: [], until: START });
  const body = { to: 'otto', kind: 'mandate', ...role, actions: ['permit.permit.write', 'permit.permit.grant'], until };
  rig.ok('clara', 'kernel.mandate.give', body);
  const [id = ''] = rig.record<OfficerRecord>('kernel/officer/otto')!.mandates!;
  assert.deepEqual(rig.record<OfficerRecord>('kernel/officer/clara')!.mandates, [id]);

  rig.no('mandate-unknown', 'mira', 'permit.permit.write', PERMIT, { for: id });
  rig.no('mandate-unknown', 'otto', 'permit.permit.write', PERMIT, { for: '0'.repeat(32) });
  rig.no('mandate-scope', 'otto', 'permit.permit.write', PERMIT, { for: id, as: 'porter@hall' });
  rig.no('mandate-scope', 'otto', 'permit.permit.count', {}, { for: id });
  rig.ok('otto', 'permit.permit.write', PERMIT, { for: id, as: 'clerk@hall' });
  const [signer] = rig.events.at(-1)!.signers;
  assert.deepEqual(signer, { kid: KEYS.otto![0].kid, officer: 'otto', agency: 'town', ...role, mandate: id, for: 'clara' });
  // Within a proposal the mandate is measured by what is proposed, not by the act of proposing.
  rig.ok('otto', 'kernel.propose', { action: 'permit.permit.grant', body: { permit: 'a' } }, { for: id });
  rig.no('mandate-scope', 'otto', 'kernel.propose', { action: 'kernel.text.withdraw', body: {} }, { for: id });

  rig.no('not-own', 'mira', 'kernel.mandate.end', { mandate: id });
  rig.no('mandate-unknown', 'mira', 'kernel.mandate.end', { mandate: '0'.repeat(32) });
  rig.ok('otto', 'kernel.mandate.end', { mandate: id });
  rig.no('mandate-ended', 'clara', 'kernel.mandate.end', { mandate: id });
  rig.no('mandate-ended', 'otto', 'permit.permit.write', { permit: 'b', days: 1 }, { for: id });
  assert.equal(rig.record<OfficerRecord>('kernel/officer/otto')!.mandates, undefined);
});

test('a mandate covers no more than the role, and no longer than its giver holds it', () => {
  const rig = new Rig();
  const give = (to: string, days: number) => {
    rig.ok('clara', 'kernel.mandate.give', { to, kind: 'deputy', role: 'clerk', office: 'hall', actions: [], until: START + days * DAY });
    return rig.record<OfficerRecord>(`kernel/officer/${to}`)!.mandates!.at(-1)!;
  };
  const id = give('otto', 500);
  rig.no(
    'mandate-scope',
    'otto',
    'kernel.order.execute',
    { key: 'permit/permit/a', verb: 'suspend', case: 'A1', document: '0'.repeat(64) },
    { for: id },
  );
  // It cannot be handed on.
  rig.no(
    'role-not-held',
    'otto',
    'kernel.mandate.give',
    { to: 'mira', kind: 'mandate', role: 'clerk', office: 'hall', actions: [], until: UNTIL },
    { for: id },
  );
  rig.ok('otto', 'permit.permit.write', PERMIT, { for: id });
  rig.time = UNTIL;
  rig.no('role-not-held', 'otto', 'permit.permit.write', { permit: 'b', days: 1 }, { for: id });
});

test('a mandate lapses by itself on its day', () => {
  const rig = new Rig();
  rig.ok('clara', 'kernel.mandate.give', { to: 'otto', kind: 'mandate', role: 'clerk', office: 'hall', actions: [], until: START + DAY });
  const [id = ''] = rig.record<OfficerRecord>('kernel/officer/otto')!.mandates!;
  assert.equal(rig.machine.nextDeadline(rig.state), START + DAY);
  assert.equal(rig.block([], DAY).deadlines, 1);
  assert.equal(rig.record<MandateRecord>(`kernel/mandate/${id}`)!.status, 'ended');
  assert.equal(rig.record<OfficerRecord>('kernel/officer/clara')!.mandates, undefined);
  assert.equal(rig.machine.nextDeadline(rig.state), undefined);
  rig.no('mandate-ended', 'otto', 'permit.permit.write', PERMIT, { for: id });
});

test('an officer gives and holds a bounded number of mandates', () => {
  const rig = new Rig();
  const body = { to: 'otto', kind: 'mandate', role: 'clerk', office: 'hall', actions: [], until: UNTIL };
  rig.block(Array.from({ length: 64 }, () => rig.sign('clara', 'kernel.mandate.give', body)));
  assert.equal(rig.record<OfficerRecord>('kernel/officer/otto')!.mandates!.length, 64);
  rig.no('limit-reached', 'clara', 'kernel.mandate.give', { ...body, to: 'mira' });
  rig.no('limit-reached', 'conrad', 'kernel.mandate.give', body);
});

test('a service signs what services may, while its role and its officer last', () => {
  const rig = new Rig();
  const key = newKey();
  const until = START + 100 * DAY;
  const appoint = (change: object) => ({
    service: 'meter',
    answers: 'otto',
    keys: [key.enrolled],
    roles: [{ role: 'reader', office: 'hall', until }],
    ...change,
  });
  rig.no('signers-missing', 'clara', 'kernel.service.appoint', appoint({}));
  const propose = (change: object) => ({ action: 'kernel.service.appoint', body: appoint(change) });
  rig.no('officer-unknown', 'clara', 'kernel.propose', propose({ answers: 'nobody' }));
  rig.no('officer-known', 'clara', 'kernel.propose', propose({ service: 'mira' }));
  rig.together(['clara', 'mira'], 'kernel.service.appoint', appoint({}));
  rig.no('officer-known', 'clara', 'kernel.propose', propose({ keys: [newKey().enrolled] }));
  rig.no('officer-unknown', 'clara', 'kernel.propose', propose({ service: 'other', answers: 'meter', keys: [newKey().enrolled] }));

  rig.ok('meter', 'permit.permit.count', {}, { key });
  rig.no('service-not-allowed', 'meter', 'permit.permit.write', PERMIT, { key });
  rig.no('service-not-allowed', 'meter', 'kernel.key.add', { key: newKey().enrolled }, { key });
  rig.no('service-not-allowed', 'meter', 'kernel.propose', { action: 'permit.permit.grant', body: { permit: 'a' } }, { key });

  // Who answered for it leaves; whoever took over answers now, and nobody after them.
  rig.together(['clara', 'mira'], 'kernel.role.grant', { officer: 'conrad', role: 'porter', office: 'hall', until });
  rig.ok('otto', 'kernel.officer.leave', { officer: 'otto', successor: 'conrad' });
  rig.ok('meter', 'permit.permit.count', {}, { key });
  rig.together(['clara', 'mira'], 'kernel.role.grant', { officer: 'mira', role: 'porter', office: 'hall', until });
  rig.ok('conrad', 'kernel.officer.leave', { officer: 'conrad' });
  rig.no('officer-left', 'meter', 'permit.permit.count', {}, { key });
});

test('who answers for a service ends it alone; nobody else does', () => {
  const rig = new Rig();
  const key = newKey();
  rig.together(['clara', 'mira'], 'kernel.service.appoint', {
    service: 'meter',
    answers: 'otto',
    keys: [key.enrolled],
    roles: [{ role: 'reader', office: 'hall', until: UNTIL }],
  });
  rig.no('not-own', 'mira', 'kernel.officer.leave', { officer: 'meter' });
  rig.ok('otto', 'kernel.officer.leave', { officer: 'meter' });
  rig.no('key-revoked', 'meter', 'permit.permit.count', {}, { key });
});

test('names that every JavaScript object knows are no modules, actions, roles or offices', () => {
  const rig = new Rig();
  for (const action of ['constructor.call', 'constructor.name.call', 'to-string.call', 'permit.constructor', 'kernel.constructor'])
    rig.no('action-unknown', 'clara', action, {});
  rig.no('role-not-held', 'clara', 'permit.permit.write', PERMIT, { as: 'constructor@hall' });
  rig.no('action-not-permitted', 'clara', 'kernel.propose', { action: 'constructor.call', body: {} }, { as: 'clerk@hall' });
  const until = UNTIL;
  const grant = (role: string, office: string) => ({ action: 'kernel.role.grant', body: { officer: 'otto', role, office, until } });
  rig.no('role-unknown', 'clara', 'kernel.propose', grant('constructor', 'hall'));
  rig.no('office-unknown', 'clara', 'kernel.propose', grant('clerk', 'constructor'));
  const appoint = {
    officer: 'eve',
    agency: 'constructor',
    keys: [newKey().enrolled, newKey().enrolled],
    roles: [{ role: 'clerk', office: 'hall', until }],
  };
  rig.no('agency-unknown', 'clara', 'kernel.propose', { action: 'kernel.officer.appoint', body: appoint });
  rig.no('record-unknown', 'clara', 'kernel.withdraw', { key: 'constructor/constructor/constructor' });
  rig.no('record-unknown', 'clara', 'kernel.withdraw', { key: 'permit/constructor/a' });
  // A member of that name is as good as any other.
  const spoilt = JSON.parse('{"permit":"a","days":1,"__proto__":{"days":2}}') as { permit: string };
  rig.no('body-invalid', 'clara', 'permit.permit.write', spoilt);
  assert.equal(({} as { days?: number }).days, undefined);
});
