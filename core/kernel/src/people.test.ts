/** Officers come, change and go: nobody alone, nobody into another's agency, and never so that a role could not be filled. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@tabularium/protocol';
import { DAY, HOUR, KEYS, newKey, Rig, START, UNTIL } from './ledger-rig.test.ts';
import type { KeyRecord, MandateRecord, OfficerRecord, RecoveryRecord } from './records.ts';

const officer = (rig: Rig, id: string) => rig.record<OfficerRecord>(`kernel/officer/${id}`)!;

function appointment(change: JsonObject = {}) {
  const keys = [newKey(), newKey()] as const;
  const body = {
    officer: 'nora',
    agency: 'town',
    keys: keys.map(({ enrolled }) => enrolled),
    roles: [{ role: 'clerk', office: 'hall', until: UNTIL }],
    ...change,
  };
  return { keys, body, proposal: { action: 'kernel.officer.appoint', body } };
}

test('an officer is appointed by two, with two keys of their own and roles that end', () => {
  const rig = new Rig();
  const { keys, body } = appointment();
  rig.no('signers-missing', 'clara', 'kernel.officer.appoint', body);
  rig.together(['clara', 'mira'], 'kernel.officer.appoint', body);
  const { agency, status, kind } = officer(rig, 'nora');
  assert.deepEqual([agency, status, kind], ['town', 'active', 'officer']);
  for (const [n, key] of keys.entries()) rig.ok('nora', 'permit.permit.write', { permit: `n${n}`, days: 1 }, { key });

  rig.no('officer-known', 'clara', 'kernel.propose', appointment().proposal);
  const no = (code: string, change: JsonObject) =>
    rig.no(code, 'clara', 'kernel.propose', appointment({ officer: 'olga', ...change }).proposal);
  no('agency-unknown', { agency: 'nowhere' });
  no('body-invalid', { keys: [newKey().enrolled] });
  no('body-invalid', { officer: 'Olga Smith' });
  const enrolled = newKey().enrolled;
  no('key-known', { keys: [enrolled, enrolled] });
  no('key-known', { keys: [enrolled, keys[0].enrolled] });
  const term = (more: object) => ({ roles: [{ role: 'clerk', office: 'hall', until: UNTIL, ...more }] });
  no('role-unknown', term({ role: 'king' }));
  no('office-unknown', term({ office: 'castle' }));
  no('term-over', term({ until: START }));
  no('term-over', term({ from: UNTIL + 1 }));
});

test('nobody staffs a court or another agency without somebody of it', () => {
  const rig = new Rig();
  const judge = { agency: 'court', roles: [{ role: 'judge', office: 'court-hall', until: UNTIL }] };
  const { proposal: inCourt } = appointment(judge);
  const first = rig.ok('clara', 'kernel.propose', inCourt);
  const { refusal } = rig.no('agency-not-signing', 'mira', 'kernel.approve', { proposal: first });
  assert.deepEqual(refusal.facts, { agency: 'court' });
  rig.ok('judith', 'kernel.approve', { proposal: first });
  assert.equal(officer(rig, 'nora').agency, 'court');

  // A role in its office is as good as a seat in it.
  const grant = { officer: 'otto', role: 'judge', office: 'court-hall', until: UNTIL };
  const granted = rig.ok('clara', 'kernel.propose', { action: 'kernel.role.grant', body: grant });
  rig.no('agency-not-signing', 'mira', 'kernel.approve', { proposal: granted });
  const ended = rig.ok('clara', 'kernel.propose', {
    action: 'kernel.role.end',
    body: { officer: 'nora', role: 'judge', office: 'court-hall' },
  });
  rig.no('agency-not-signing', 'mira', 'kernel.approve', { proposal: ended });
  const dismissed = rig.ok('clara', 'kernel.propose', { action: 'kernel.officer.dismiss', body: { officer: 'nora' } });
  rig.no('agency-not-signing', 'mira', 'kernel.approve', { proposal: dismissed });
  const auditor = appointment({ officer: 'olga', agency: 'audit', roles: [{ role: 'clerk', office: 'hall', until: UNTIL }] });
  const clerk = rig.ok('anna', 'kernel.propose', auditor.proposal);
  rig.no('agency-not-signing', 'abel', 'kernel.approve', { proposal: clerk });
  rig.ok('clara', 'kernel.approve', { proposal: clerk });
});

test('an agency new to the charter takes its first officers from others, unless it is to be independent of them', () => {
  const rig = new Rig();
  const { agencies, offices } = rig.charter;
  const add = {
    agencies: { ...agencies, school: {}, tribunal: {} },
    offices: { ...offices, class: { agency: 'school' }, bench: { agency: 'tribunal' } },
  };
  rig.together(['clara', 'mira'], 'kernel.charter.amend', add);
  const teacher = { agency: 'school', roles: [{ role: 'porter', office: 'class', until: UNTIL }] };
  rig.together(['clara', 'mira'], 'kernel.officer.appoint', appointment(teacher).body);
  const second = rig.ok('clara', 'kernel.propose', appointment({ ...teacher, officer: 'olga' }).proposal);
  rig.no('agency-not-signing', 'mira', 'kernel.approve', { proposal: second });

  rig.together(['clara', 'mira'], 'kernel.charter.amend', { review: { agencies: ['court', 'tribunal'] } });
  const member = { officer: 'thea', agency: 'tribunal', roles: [{ role: 'judge', office: 'bench', until: UNTIL }] };
  const puppet = rig.ok('clara', 'kernel.propose', appointment(member).proposal);
  rig.no('agency-not-signing', 'mira', 'kernel.approve', { proposal: puppet });
});

test('a role is given and ended by two; a later term takes over on its first day', () => {
  const rig = new Rig();
  const june = START + 100 * DAY;
  const grant = (more: object) => ({ officer: 'otto', role: 'clerk', office: 'hall', ...more });
  rig.together(['clara', 'mira'], 'kernel.role.grant', grant({ until: june + 10 * DAY }));
  rig.together(['clara', 'mira'], 'kernel.role.grant', grant({ from: june, until: june + 50 * DAY }));
  const terms = officer(rig, 'otto').roles.filter(({ role }) => role === 'clerk');
  assert.deepEqual(terms, [
    { role: 'clerk', office: 'hall', until: june },
    { role: 'clerk', office: 'hall', from: june, until: june + 50 * DAY },
  ]);
  rig.ok('otto', 'permit.permit.count', {});
  rig.time = june + 20 * DAY;
  rig.ok('otto', 'permit.permit.count', {});
  rig.together(['clara', 'mira'], 'kernel.role.end', { officer: 'otto', role: 'clerk', office: 'hall' });
  rig.no('action-not-permitted', 'otto', 'permit.permit.count', {});
  const propose = (action: string, body: JsonObject) => [action, 'clara', 'kernel.propose', { action: `kernel.${action}`, body }] as const;
  const [, ...end] = propose('role.end', { officer: 'otto', role: 'clerk', office: 'hall' });
  // Of the authority kind: only the decision itself can refuse it.
  const proposal = rig.ok(...end);
  rig.no('role-not-held', 'mira', 'kernel.approve', { proposal });
  rig.no('officer-unknown', 'clara', 'kernel.propose', propose('role.end', { officer: 'nobody', role: 'clerk', office: 'hall' })[3]);
  rig.no('officer-unknown', 'clara', 'kernel.propose', propose('role.grant', grant({ officer: 'nobody', until: UNTIL }))[3]);
});

test('an officer holds a bounded number of terms; those that are over do not count', () => {
  const rig = new Rig();
  const terms = Array.from({ length: 31 }, (_, n) => ({
    role: 'porter',
    office: 'hall',
    from: START + (2 * n + 10) * DAY,
    until: START + (2 * n + 11) * DAY,
  }));
  rig.together(
    ['clara', 'mira'],
    'kernel.officer.appoint',
    appointment({ roles: [...terms, { role: 'clerk', office: 'hall', until: UNTIL }] }).body,
  );
  const grant = { action: 'kernel.role.grant', body: { officer: 'nora', role: 'mayor', office: 'hall', until: UNTIL } };
  rig.no('limit-reached', 'clara', 'kernel.propose', grant);
  rig.time = START + 12 * DAY;
  rig.together(['clara', 'mira'], 'kernel.role.grant', grant.body);
  assert.equal(officer(rig, 'nora').roles.length, 32);
});

test('leaving revokes keys, ends roles and mandates and hands on the inbox; it is one’s own act', () => {
  const rig = new Rig();
  const mandate = (by: string, to: string) => {
    rig.ok(by, 'kernel.mandate.give', { to, kind: 'deputy', role: 'clerk', office: 'hall', actions: [], until: UNTIL });
    return officer(rig, to).mandates!.at(-1)!;
  };
  const given = mandate('clara', 'otto');
  const held = mandate('conrad', 'clara');
  const other = mandate('conrad', 'otto');
  rig.no('not-own', 'mira', 'kernel.officer.leave', { officer: 'clara' });
  rig.no('officer-unknown', 'clara', 'kernel.officer.leave', { officer: 'nobody' });
  rig.no('officer-unknown', 'clara', 'kernel.officer.leave', { officer: 'clara', successor: 'clara' });
  rig.no('officer-unknown', 'clara', 'kernel.officer.leave', { officer: 'clara', successor: 'nobody' });
  rig.ok('clara', 'kernel.officer.leave', { officer: 'clara', successor: 'conrad' });
  const { status, roles, successor } = officer(rig, 'clara');
  assert.deepEqual([status, roles, successor], ['left', [], 'conrad']);
  for (const { kid } of KEYS.clara!) assert.equal(rig.record<KeyRecord>(`kernel/key/${kid}`)!.status, 'revoked');
  for (const id of [given, held]) assert.equal(rig.record<MandateRecord>(`kernel/mandate/${id}`)!.status, 'ended');
  assert.equal(rig.record<MandateRecord>(`kernel/mandate/${other}`)!.status, 'active');
  assert.deepEqual([officer(rig, 'otto').mandates, officer(rig, 'conrad').mandates], [[other], [other]]);
  rig.no('mandate-ended', 'otto', 'permit.permit.count', {}, { for: given });
  rig.no('key-revoked', 'clara', 'permit.permit.count', {});
  rig.no('officer-unknown', 'conrad', 'kernel.propose', { action: 'kernel.officer.dismiss', body: { officer: 'clara' } });
  rig.no('officer-known', 'conrad', 'kernel.propose', appointment({ officer: 'clara' }).proposal);
});

test('nobody leaves a role that nobody else holds', () => {
  const rig = new Rig();
  const { refusal } = rig.no('role-unfillable', 'mira', 'kernel.officer.leave', { officer: 'mira' });
  assert.deepEqual(refusal.facts, { role: 'mayor' });
  rig.no('role-unfillable', 'clara', 'kernel.propose', {
    action: 'kernel.role.end',
    body: { officer: 'mira', role: 'mayor', office: 'hall' },
  });
  rig.no('role-unfillable', 'clara', 'kernel.propose', { action: 'kernel.officer.dismiss', body: { officer: 'mira' } });
  const shorter = { officer: 'mira', role: 'mayor', office: 'hall', until: START + DAY };
  rig.no('role-unfillable', 'clara', 'kernel.propose', { action: 'kernel.role.grant', body: shorter });
  rig.together(['clara', 'mira'], 'kernel.role.grant', { officer: 'conrad', role: 'mayor', office: 'hall', until: START + 10 * DAY });
  rig.ok('mira', 'kernel.officer.leave', { officer: 'mira', successor: 'conrad' });
});

test('nobody leaves whom it takes to appoint the next', () => {
  const { roles } = new Rig().charter;
  const appointing = 'kernel.officer.appoint';
  const few = Object.fromEntries(
    Object.entries(roles).map(([role, actions]) => [role, role === 'clerk' ? actions : actions.filter((action) => action !== appointing)]),
  );
  const rig = new Rig({ charter: { roles: few } });
  const { refusal } = rig.no('role-unfillable', 'clara', 'kernel.officer.leave', { officer: 'clara' });
  assert.deepEqual(refusal.facts, { role: 'clerk' }, 'conrad would be left, and it takes two');
  rig.together(['clara', 'conrad'], appointing, appointment().body);
  rig.ok('clara', 'kernel.officer.leave', { officer: 'clara' });
});

test('two end the service of one who cannot or will not', () => {
  const rig = new Rig();
  const body = { officer: 'otto', successor: 'mira' };
  rig.no('signers-missing', 'clara', 'kernel.officer.dismiss', body);
  rig.no('role-unfillable', 'clara', 'kernel.propose', { action: 'kernel.officer.dismiss', body });
  rig.together(['clara', 'mira'], 'kernel.role.grant', { officer: 'conrad', role: 'porter', office: 'hall', until: UNTIL });
  rig.together(['clara', 'mira'], 'kernel.officer.dismiss', body);
  assert.equal(officer(rig, 'otto').status, 'left');
  rig.no('key-revoked', 'otto', 'permit.permit.count', {});
});

/** Both keys of an officer are lost: new ones, and the bodies that replace them. */
function lost(id = 'clara') {
  const keys = [newKey(), newKey()] as const;
  const body = { officer: id, keys: keys.map(({ enrolled }) => enrolled) };
  return { keys, body, proposal: { action: 'kernel.recovery.open', body } };
}

for (const signers of [
  ['mira', 'anna'],
  ['anna', 'mira'],
  ['anna', 'abel'],
] as const) {
  test(`lost keys are replaced after 72 hours by ${signers.join(' and ')}`, () => {
    const rig = new Rig();
    const { keys, body } = lost();
    rig.no('signers-missing', signers[0], 'kernel.recovery.open', body);
    rig.together(signers, 'kernel.recovery.open', body);
    const recovery = rig.record<RecoveryRecord>('kernel/recovery/clara')!;
    assert.deepEqual([recovery.status, recovery.due, recovery.kids], ['open', rig.time + 72 * HOUR, keys.map(({ kid }) => kid)]);
    rig.no('key-pending', 'clara', 'permit.permit.count', {}, { key: keys[0] });
    rig.no('recovery-open', 'mira', 'kernel.propose', lost().proposal);
    assert.equal(rig.block([], 72 * HOUR - 3_001).deadlines, 0);
    rig.time = recovery.due - 1_000;
    assert.equal(rig.block().deadlines, 1);
    assert.equal(rig.record<RecoveryRecord>('kernel/recovery/clara')!.status, 'done');
    for (const key of keys) rig.ok('clara', 'permit.permit.count', {}, { key });
    for (const key of KEYS.clara!) rig.no('key-revoked', 'clara', 'permit.permit.count', {}, { key });
    rig.together(signers, 'kernel.recovery.open', lost().body);
  });
}

test('without the outside authority no key is replaced, and nobody recovers their own', () => {
  const rig = new Rig();
  const inside = rig.ok('mira', 'kernel.propose', lost().proposal);
  rig.no('not-recovery-authority', 'conrad', 'kernel.approve', { proposal: inside });
  rig.no('action-not-permitted', 'judith', 'kernel.approve', { proposal: inside });
  const own = rig.ok('clara', 'kernel.propose', lost().proposal);
  rig.no('not-recovery-authority', 'anna', 'kernel.approve', { proposal: own });
  rig.no('officer-unknown', 'mira', 'kernel.propose', lost('nobody').proposal);
  const old = { officer: 'clara', keys: [KEYS.clara![0].enrolled, newKey().enrolled] };
  rig.no('key-known', 'mira', 'kernel.propose', { action: 'kernel.recovery.open', body: old });
});

test('an old key objects, and the new ones are never used', () => {
  const rig = new Rig();
  const { keys, body } = lost();
  rig.no('recovery-unknown', 'clara', 'kernel.recovery.veto', { officer: 'clara' });
  rig.together(['mira', 'anna'], 'kernel.recovery.open', body);
  rig.no('not-own', 'mira', 'kernel.recovery.veto', { officer: 'clara' });
  rig.ok('clara', 'kernel.recovery.veto', { officer: 'clara' }, { key: KEYS.clara![1] });
  assert.equal(rig.record<RecoveryRecord>('kernel/recovery/clara')!.status, 'vetoed');
  assert.equal(rig.machine.nextDeadline(rig.state), undefined);
  rig.no('recovery-unknown', 'clara', 'kernel.recovery.veto', { officer: 'clara' });
  rig.time += 80 * HOUR;
  rig.ok('clara', 'permit.permit.count', {});
  rig.no('key-revoked', 'clara', 'permit.permit.count', {}, { key: keys[0] });
});

test('nobody can spoil a recovery by enrolling the new keys first', () => {
  const rig = new Rig();
  const { keys, body } = lost();
  rig.together(['mira', 'anna'], 'kernel.recovery.open', body);
  rig.no('key-known', 'conrad', 'kernel.key.add', { key: keys[0].enrolled });
  rig.block([], 72 * HOUR);
  rig.ok('clara', 'permit.permit.count', {}, { key: keys[0] });
});

test('whoever leaves takes an open recovery along', () => {
  const rig = new Rig();
  const { keys, body } = lost();
  rig.together(['mira', 'anna'], 'kernel.recovery.open', body);
  rig.together(['mira', 'conrad'], 'kernel.officer.dismiss', { officer: 'clara' });
  assert.equal(rig.record<RecoveryRecord>('kernel/recovery/clara')!.status, 'ended');
  assert.equal(rig.record<KeyRecord>(`kernel/key/${keys[0].kid}`)!.status, 'revoked');
  assert.equal(rig.machine.nextDeadline(rig.state), undefined);
});

test('an officer who has left is out, even where a key were still in force', () => {
  const rig = new Rig();
  const key = `kernel/key/${KEYS.otto![0].kid}`;
  rig.together(['clara', 'mira'], 'kernel.role.grant', { officer: 'conrad', role: 'porter', office: 'hall', until: UNTIL });
  rig.ok('otto', 'kernel.officer.leave', { officer: 'otto' });
  rig.state.records.set(key, rig.state.records.get(key)!.replace('"revoked"', '"active"'));
  rig.no('officer-left', 'otto', 'permit.permit.count', {});
});
