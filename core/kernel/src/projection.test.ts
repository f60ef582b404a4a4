/** Lists of who is in office: they begin with the founders, follow every later act, and go on in a successor without anyone twice or missing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@tabularium/protocol';
import { kernelModule } from './kernel-module.ts';
import { HOUR, newKey, Rig, START, UNTIL } from './ledger-rig.test.ts';
import type { StoredEvent } from './machine-types.ts';
import type { Cell } from './module.ts';

type Row = Readonly<Record<string, Cell>>;

/** Rows of one table after these events, by their key; block times stand still. */
function rows(table: string, events: readonly StoredEvent[]): Map<string, Row> {
  const found = new Map<string, Row>();
  for (const [seq, { type, data, tx, action, signers }] of events.entries()) {
    const fold = kernelModule.projection.folds[type.slice('kernel.'.length)];
    for (const { table: into, key, set } of fold?.(data, { type, tx, height: 1, time: START, index: -1, seq, action, signers }) ?? []) {
      if (into !== table) continue;
      const id = Object.values(key).join();
      found.set(id, { ...found.get(id), ...key, ...set });
    }
  }
  return found;
}

const all = (rig: Rig): StoredEvent[] => [...rig.founding, ...rig.events];
const told = (found: Map<string, Row>, ...columns: string[]) =>
  [...found.values()].map((row) => columns.map((column) => row[column]).join(' ')).sort();

test('given a charter, its officers, agencies, offices and roles are listed from block 1 on', () => {
  const rig = new Rig({ founded: false });
  const officers = rows('officer', rig.founding);
  assert.deepEqual([...officers.keys()].sort(), Object.keys(rig.charter.officers).sort());
  assert.deepEqual(officers.get('anna'), {
    officer: 'anna',
    kind: 'officer',
    agency: 'audit',
    role: 'auditor',
    office: 'audit-hall',
    status: 'active',
    until: UNTIL,
    since: START,
  });
  assert.deepEqual(told(rows('agency', rig.founding), 'agency', 'status'), ['audit active', 'court active', 'town active']);
  assert.deepEqual(told(rows('office', rig.founding), 'office', 'agency'), ['audit-hall audit', 'court-hall court', 'hall town']);
  assert.deepEqual([...rows('role', rig.founding).keys()].sort(), Object.keys(rig.charter.roles).sort());
  assert.equal(rows('role', rig.founding).get('clerk')!.actions, rig.charter.roles.clerk!.length);
  assert.ok(rows('term', rig.founding).has('judith:judge@court-hall'));
});

test('a role given, ended, and all of them when an officer leaves', () => {
  const rig = new Rig();
  const until = UNTIL - HOUR;
  rig.together(['clara', 'mira'], 'kernel.role.grant', { officer: 'otto', role: 'reader', office: 'hall', from: rig.time + HOUR, until });
  assert.deepEqual(rows('term', all(rig)).get('otto:reader@hall')!.until, until);
  rig.together(['clara', 'mira'], 'kernel.role.end', { officer: 'otto', role: 'reader', office: 'hall' });
  assert.equal(rows('term', all(rig)).get('otto:reader@hall')!.status, 'ended');
  assert.equal(rows('term', all(rig)).get('otto:porter@hall')!.status, 'active');
  rig.ok('conrad', 'kernel.officer.leave', { officer: 'conrad' });
  assert.equal(rows('term', all(rig)).get('conrad:clerk@hall')!.status, 'ended');
  assert.equal(rows('officer', all(rig)).get('conrad')!.status, 'left');
  const keys = [newKey(), newKey()].map(({ enrolled }) => enrolled);
  const roles = ['porter', 'reader'].map((role) => ({ role, office: 'hall', until: UNTIL }));
  rig.together(['clara', 'mira'], 'kernel.officer.appoint', { officer: 'nora', agency: 'town', keys, roles } as unknown as JsonObject);
  const terms = told(rows('term', all(rig)), 'officer', 'role');
  assert.deepEqual(
    terms.filter((term) => term.startsWith('nora')),
    ['nora porter', 'nora reader'],
  );
});

test('an amendment lists what it adds and says what it drops', () => {
  const rig = new Rig();
  const { agencies, offices, roles } = rig.charter;
  const { porter: _, ...kept } = roles;
  rig.together(['clara', 'mira'], 'kernel.charter.amend', {
    agencies: { ...agencies, school: {} },
    offices: { ...offices, 'school-hall': { agency: 'school' } },
    roles: { ...kept, teacher: [] },
  });
  const events = all(rig);
  assert.equal(rows('office', events).get('school-hall')!.agency, 'school');
  assert.equal(rows('agency', events).get('school')!.status, 'active');
  assert.deepEqual([rows('role', events).get('porter')!.status, rows('role', events).get('teacher')!.status], ['dropped', 'active']);
  const { 'school-hall': __, ...fewer } = { ...offices, 'school-hall': { agency: 'school' } };
  rig.together(['clara', 'mira'], 'kernel.charter.amend', { agencies, offices: fewer } as JsonObject);
  assert.deepEqual(
    [rows('agency', all(rig)).get('school')!.status, rows('office', all(rig)).get('school-hall')!.status],
    ['dropped', 'dropped'],
  );
});

test('a successor’s block 1 tells of its charter only: everybody else is in the events before it', () => {
  const old = new Rig();
  old.ok('conrad', 'kernel.officer.leave', { officer: 'conrad' });
  const { origin } = old.charter;
  const predecessor = {
    origin,
    policy: old.machine.policy(old.state),
    checkpoint: '',
    state: '0'.repeat(64),
    height: old.height,
    size: 9,
    reason: 'lost-disk' as const,
  };
  // Its charter has an agency less than the one it continues.
  const { court: _, ...agencies } = old.charter.agencies;
  const { 'court-hall': __, ...offices } = old.charter.offices;
  const { judith: ___, jonas: ____, ...officers } = old.charter.officers;
  const charter = { agencies, offices, officers, review: { agencies: [] }, predecessor };
  const rig = new Rig({ charter, carried: old.state.records, founded: false });
  assert.deepEqual(
    rig.founding.map(({ type }) => type),
    ['kernel.charter.founded'],
  );
  const [before, after] = [all(old), [...all(old), ...rig.founding]];
  assert.deepEqual(rows('officer', after), rows('officer', before));
  assert.deepEqual(rows('term', after), rows('term', before));
  assert.deepEqual(told(rows('agency', after), 'agency', 'status'), ['audit active', 'court dropped', 'town active']);
  assert.equal(rows('office', after).get('court-hall')!.status, 'dropped');
});
