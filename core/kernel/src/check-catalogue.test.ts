/** What modules declare is held together before the first block. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { Type } from 'typebox';
import { checkCatalogue } from './check-catalogue.ts';
import { kernelModule } from './kernel-module.ts';
import { PERMIT_BINDINGS, permitWithMarks } from './ledger-rig.test.ts';
import { Machine } from './machine.ts';
import type { ModuleDefinition } from './module.ts';
import { purseModule } from './test-modules.test.ts';

const permit = permitWithMarks();

test('a catalogue that holds together is taken, all versions of it', () => {
  checkCatalogue([kernelModule, permit, permitWithMarks(2), purseModule], PERMIT_BINDINGS);
  assert.ok(new Machine({ catalogue: [kernelModule], crypto: nodeCrypto }));
});

test('a contradiction is named', () => {
  const no = (expected: RegExp, change: Partial<ModuleDefinition>, bindings = PERMIT_BINDINGS) =>
    assert.throws(
      () => new Machine({ catalogue: [kernelModule, { ...permit, ...change }, purseModule], crypto: nodeCrypto, bindings }),
      expected,
    );
  no(/proper name/, { name: 'Permit' });
  no(/proper name/, { version: 0 });
  no(/the action permit.write has no decision/, { decide: omit(permit.decide, 'permit.write') });
  no(/the decision extra has no action/, { decide: { ...permit.decide, extra: () => ({ events: [] }) } });
  no(/the event moved has no fold/, { evolve: omit(permit.evolve, 'moved') });
  no(/the fold extra has no event/, { evolve: { ...permit.evolve, extra: () => undefined } });
  no(/is not the name of an action/, {
    actions: { ...permit.actions, 'Bad Name': permit.actions['permit.write']! },
    decide: { ...permit.decide, 'Bad Name': () => ({ events: [] }) },
  });
  no(/is not the name of a collection/, { collections: { 'a/b': { schema: Type.Object({}), v: 1 } } });
  for (const member of ['v', 'rev', 'tx', 'rule', 'time', 'standing', 'order', 'deadlines'])
    no(new RegExp(`declares ${member}, which is the kernel's`), {
      collections: { permit: { schema: Type.Object({ [member]: Type.Integer() }), v: 1 } },
    });
  no(/offers the unknown burn/, { offers: { marks: { orders: { mark: 'burn' } } } });
  no(/nothing is bound to its port funds/, {}, { 'purse.permits': 'permit.marks' });
  no(/nothing is bound to its port funds/, {}, { ...PERMIT_BINDINGS, 'permit.funds': 'nobody.funds' });
  no(/does not offer left through funds/, {}, { ...PERMIT_BINDINGS, 'permit.funds': 'purse.other' });
  no(/does not offer left through funds/, {}, { ...PERMIT_BINDINGS, 'permit.funds': 'purse.constructor' });
  no(/does not offer right through funds/, { needs: { funds: { questions: ['right'] } } });
});

test('one version stands there once, and every version of a provider offers what is asked', () => {
  assert.throws(() => checkCatalogue([kernelModule, kernelModule], {}), /stands in the catalogue twice/);
  const poor: ModuleDefinition = { ...purseModule, version: 2, offers: {} };
  assert.throws(() => checkCatalogue([kernelModule, permit, purseModule, poor], PERMIT_BINDINGS), /purse 2 does not offer take/);
});

function omit<T extends object>(record: T, name: string): T {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name)) as T;
}
