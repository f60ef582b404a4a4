/** Whoever founds a ledger hears which actions could never gather their signers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CharterDraft } from './charter.ts';
import { kernelModule } from './kernel-module.ts';
import { charterDraft, permitWithMarks, START, UNTIL } from './ledger-rig.test.ts';
import { unreachableActions } from './reach.ts';
import { purseModule } from './test-modules.test.ts';

const catalogue = [kernelModule, permitWithMarks(), permitWithMarks(2), purseModule];

function missing(change: Partial<CharterDraft>, time = START): string[] {
  const charter = { ...charterDraft([kernelModule, permitWithMarks(), purseModule]), ...change };
  return unreachableActions({ charter, officers: Object.values(charter.officers), catalogue, height: 1, time }).map(
    ({ permission, needed, able, of }) => `${permission} ${needed} ${able} ${of}`,
  );
}

function without(...ids: readonly string[]): Partial<CharterDraft> {
  const { officers } = charterDraft(catalogue.slice(0, 2));
  return { officers: Object.fromEntries(Object.entries(officers).filter(([id]) => !ids.includes(id))) };
}

test('in a town whose offices are filled every action finds its signers', () => {
  assert.deepEqual(missing({}), []);
});

test('a court of one cannot carry out an order by itself, and with a review quorum the office must be permitted to countersign', () => {
  const one = without('jonas');
  assert.deepEqual(missing(one), ['kernel.order.execute 2 1 all']);
  const quorum = { review: { agencies: ['court'], quorum: 1 } };
  assert.deepEqual(missing({ ...one, ...quorum }), ['kernel.order.execute 2 1 all']);
  const { roles } = charterDraft([kernelModule, permitWithMarks(), purseModule]);
  const countersigned = { ...roles, mayor: [...roles.mayor!, 'kernel.order.execute'] };
  assert.deepEqual(missing({ ...one, ...quorum, roles: countersigned }), []);
  assert.deepEqual(missing({ ...one, roles: countersigned }), ['kernel.order.execute 2 1 review']);
  assert.deepEqual(missing({ ...quorum, review: { agencies: [] } }), ['kernel.order.execute 2 0 review']);
});

test('more signatures than there are people, nobody of the recovery agency, a term that is over', () => {
  assert.deepEqual(missing({ signers: { 'kernel.text.withdraw': 4 } }), ['kernel.text.withdraw 4 3 all']);
  assert.deepEqual(missing({ amendQuorum: 6 }), ['kernel.charter.amend 6 5 all']);
  assert.deepEqual(missing({ recovery: { agencies: ['court'], hours: 1 } }), ['kernel.recovery.open 1 0 recovery']);
  assert.ok(missing({}, UNTIL).length > 20);
});

test('what is given for one module each is looked at for each, and what nobody is given is nobody’s', () => {
  assert.deepEqual(missing({ signers: { 'kernel.annul': 4 } }), ['kernel.annul/permit 4 3 all']);
  const { judge: _, ...roles } = charterDraft([kernelModule, permitWithMarks(), purseModule]).roles;
  assert.ok(!missing({ roles }).some((one) => one.startsWith('kernel.order')));
});
