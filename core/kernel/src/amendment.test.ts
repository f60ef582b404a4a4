/** The charter changes by its own quorum; module versions come into force from a height, and a node that lacks one stops before it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateEd25519, nodeCrypto } from '@tabularium/crypto';
import { formatVkey, parsePolicy, verifierKey } from '@tabularium/log';
import type { JsonObject } from '@tabularium/protocol';
import { kernelModule } from './kernel-module.ts';
import { PERMIT_BINDINGS, permitWithMarks, Rig, UNTIL } from './ledger-rig.test.ts';
import { Machine } from './machine.ts';
import type { CharterRecord, ProposalRecord } from './records.ts';
import { VersionMissing } from './run.ts';
import { type Permit, purseModule } from './test-modules.test.ts';

const AMEND = 'kernel.charter.amend';
const propose = (body: JsonObject) => ({ action: AMEND, body });
const charter = (rig: Rig) => rig.record<CharterRecord>('kernel/charter/current')!;

test('an amendment takes the charter’s own quorum and replaces whole sections', () => {
  const rig = new Rig({ charter: { amendQuorum: 3 } });
  const limits = { ...rig.charter.limits, proposalDays: 3 };
  rig.no('signers-missing', 'clara', AMEND, { limits });
  const proposal = rig.ok('clara', 'kernel.propose', propose({ limits }));
  assert.equal(rig.record<ProposalRecord>(`kernel/proposal/${proposal}`)!.needed, 3);
  rig.ok('mira', 'kernel.approve', { proposal });
  assert.equal(charter(rig).limits.proposalDays, 14);
  rig.ok('anna', 'kernel.approve', { proposal });
  assert.equal(charter(rig).limits.proposalDays, 3);
  assert.equal(charter(rig).origin, rig.charter.origin, 'the ledger stays itself');
  assert.equal(charter(rig).rev, 2);
});

test('it may be given to one officer, who then signs it directly', () => {
  const rig = new Rig({ charter: { amendQuorum: 1 } });
  rig.no('proposal-needless', 'clara', 'kernel.propose', propose({ review: { agencies: [] } }));
  rig.ok('clara', AMEND, { review: { agencies: [] } });
});

test('an amendment that changes nothing, or makes the charter contradict itself, is refused', () => {
  const rig = new Rig();
  rig.no('amendment-empty', 'clara', 'kernel.propose', propose({}));
  rig.no('amendment-empty', 'clara', 'kernel.propose', propose({ limits: rig.charter.limits, review: rig.charter.review }));
  const one = rig.charter.nodes.one as unknown as JsonObject;
  const notBase64 = `${'A'.repeat(42)}B=`;
  const inconsistent: readonly JsonObject[] = [
    { agencies: { town: {} } },
    { review: { agencies: ['nowhere'] } },
    { recovery: { agencies: ['constructor'], hours: 72 } },
    { offices: { hall: { agency: 'nowhere' } } },
    { nodeQuorum: 2 },
    { witnessQuorum: 1 },
    { nodes: { one: { ...one, log: notBase64 } } },
    { nodes: { one: { ...one, notice: { ...(one.notice as JsonObject), x: 'A'.repeat(43) } } } },
    { nodes: { one, two: one } },
    { witnesses: { out: { vkey: `out.example+00000000+${'A'.repeat(44)}` } } },
    { amendQuorum: 9 },
    { roles: { ...rig.charter.roles, clerk: [], mayor: [], auditor: [] } },
    { signers: { 'kernel.approve': 2 } },
    { signers: { [AMEND]: 2 } },
    { signers: { 'kernel.recovery.veto': 2 } },
    {
      calendar: {
        ...rig.charter.calendar,
        offsets: [
          { from: 5, minutes: 0 },
          { from: 5, minutes: 60 },
        ],
      },
    },
    { calendar: { ...rig.charter.calendar, holidays: ['2026-02-30'] } },
    { modules: { permit: [{ version: 1, from: 0 }], purse: [{ version: 1, from: 0 }] } },
    {
      modules: {
        ...rig.charter.modules,
        permit: [
          { version: 1, from: 0 },
          { version: 1, from: 0 },
        ],
      },
    },
  ];
  for (const body of inconsistent) rig.no('amendment-inconsistent', 'clara', 'kernel.propose', propose(body));
  const malformed: readonly JsonObject[] = [
    { name: 'other' },
    { officers: {} },
    { agencies: { 'Somebody’s Name': {} } },
    { roles: { clerk: 7 } },
    { roles: { 'a b': [] } },
    { parameters: { permit: { 'A b': 1 } } },
    { nodes: { 'n!': null } },
    { witnesses: { out: { vkey: 'Jane Doe' } } },
    { nodes: { one: { ...one, url: 'https://town.example/Jane Doe' } } },
    { calendar: { ...rig.charter.calendar, zone: 'Jane_Doe' } },
    { recovery: { agencies: ['audit'], hours: 0 } },
  ];
  for (const body of malformed) rig.no('body-invalid', 'clara', 'kernel.propose', propose(body));
});

test('the policy that state generates follows the charter', () => {
  const rig = new Rig();
  const first = rig.machine.policy(rig.state);
  const { publicKey } = generateEd25519();
  const vkey = formatVkey(verifierKey('witness.example', 0x04, publicKey, nodeCrypto));
  const proposal = rig.ok('clara', 'kernel.propose', propose({ witnesses: { out: { vkey } }, witnessQuorum: 1 }));
  const { policy } = rig.block([rig.sign('mira', 'kernel.approve', { proposal })]);
  assert.equal(policy, rig.machine.policy(rig.state));
  assert.notEqual(policy, first);
  const parsed = parsePolicy(policy, nodeCrypto);
  assert.ok(parsed.ok);
  assert.deepEqual([parsed.policy.quorum, parsed.policy.witnesses.length], ['both', 2]);
  assert.ok(policy.includes(vkey) && policy.includes(rig.charter.origin));
});

const BOTH = [kernelModule, permitWithMarks(1), permitWithMarks(2), purseModule];
const from = (rig: Rig, height: number, version = 2) => ({
  modules: { ...charter(rig).modules, permit: [...charter(rig).modules.permit!, { version, from: height }] },
});

test('a module’s version comes into force at its height, not before, and reads what the earlier one wrote', () => {
  const rig = new Rig({
    catalogue: BOTH,
    charter: { modules: { kernel: [{ version: 1, from: 0 }], permit: [{ version: 1, from: 0 }], purse: [{ version: 1, from: 0 }] } },
  });
  rig.ok('clara', 'permit.permit.write', { permit: 'a', days: 10 });
  const old = rig.ok('clara', 'kernel.propose', { action: 'permit.permit.old', body: { permit: 'a' } });
  const height = rig.height + 4;
  rig.together(['clara', 'mira'], AMEND, from(rig, height));
  assert.equal(rig.height + 2, height);
  rig.no('action-unknown', 'clara', 'permit.permit.new', { permit: 'a' });
  rig.ok('clara', 'permit.permit.write', { permit: 'b', days: 10 });
  rig.ok('clara', 'permit.permit.write', { permit: 'c', days: 10 });
  assert.equal(rig.height, height);
  assert.deepEqual(
    ['b', 'c'].map((id) => [rig.record<Permit>(`permit/permit/${id}`)!.state, rig.record(`permit/permit/${id}`)!.v]),
    [
      ['written-1', 1],
      ['written-2', 2],
    ],
  );
  rig.ok('clara', 'permit.permit.new', { permit: 'a' });
  const upcast = rig.record<Permit>('permit/permit/a')!;
  assert.deepEqual([upcast.v, upcast.upcastFrom, upcast.state], [2, 1, 'new']);
  // What was proposed under the old version and is no longer known cannot be decided, and must not stop anybody.
  rig.no('action-unknown', 'conrad', 'kernel.approve', { proposal: old });
});

test('what is in force, or was, is never rewritten', () => {
  const rig = new Rig({
    catalogue: BOTH,
    charter: { modules: { kernel: [{ version: 1, from: 0 }], permit: [{ version: 1, from: 0 }], purse: [{ version: 1, from: 0 }] } },
  });
  const no = (modules: JsonObject) => rig.no('version-past', 'clara', 'kernel.propose', propose({ modules }));
  const { kernel, purse } = charter(rig).modules as unknown as JsonObject as { kernel: JsonObject; purse: JsonObject };
  no({ kernel, purse });
  no({ kernel, purse, permit: [{ version: 2, from: 0 }] });
  no({
    kernel,
    purse,
    permit: [
      { version: 1, from: 0 },
      { version: 2, from: rig.height + 1 },
    ],
  });
  no({ kernel, purse, permit: [{ version: 1, from: 9_000 }] });
  const height = rig.height + 100;
  rig.together(['clara', 'mira'], AMEND, from(rig, height));
  // What lies ahead may still be put off.
  rig.together(['clara', 'mira'], AMEND, {
    modules: {
      ...charter(rig).modules,
      permit: [
        { version: 1, from: 0 },
        { version: 2, from: height + 50 },
      ],
    },
  });
  const added = { ...charter(rig).modules, ghost: [{ version: 1, from: height }] };
  rig.together(['clara', 'mira'], AMEND, { modules: added });
  rig.no('action-unknown', 'clara', 'ghost.act', {});
});

test('a node that lacks a version stops before the block, whatever is in it', () => {
  const rig = new Rig({
    catalogue: BOTH,
    charter: { modules: { kernel: [{ version: 1, from: 0 }], permit: [{ version: 1, from: 0 }], purse: [{ version: 1, from: 0 }] } },
  });
  const height = rig.height + 3;
  rig.together(['clara', 'mira'], AMEND, from(rig, height));
  const poor = new Machine({ catalogue: [kernelModule, permitWithMarks(1), purseModule], crypto: nodeCrypto, bindings: PERMIT_BINDINGS });
  const input = (at: number) => ({ height: at, time: rig.time, transactions: [], accepted: () => undefined });
  assert.equal(poor.execute(input(height - 1), rig.state).writes.size, 0);
  assert.throws(
    () => poor.execute(input(height), rig.state),
    (error) => error instanceof VersionMissing && error.module === 'permit' && error.version === 2 && error.height === height,
  );
  assert.throws(() => poor.check(rig.sign('clara', 'kernel.key.add', {}), rig.state, { time: rig.time, height }), VersionMissing);
  rig.ok('clara', 'permit.permit.write', { permit: 'a', days: 10 });
  assert.ok(rig.time < UNTIL);
});
