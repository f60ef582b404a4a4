/** Whose disclosures a submission carries: the action's own, the proposed one's, or those of an old transaction handed in again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asciiText, encodeBase64url, type JsonObject } from '@tabularium/protocol';
import fc from 'fast-check';
import { kernelModule } from './kernel-module.ts';
import { permitWithMarks, Rig } from './ledger-rig.test.ts';
import { disclosedBody } from './submission.ts';
import { purseModule } from './test-modules.test.ts';

const catalogue = [kernelModule, permitWithMarks(1), permitWithMarks(2), purseModule];
const write = { permit: 'a', days: 1 };
const schema = catalogue[1]!.actions['permit.write']!.body;

test('an action’s own', () => {
  assert.deepEqual(disclosedBody('permit.permit.write', write, catalogue), { body: write, schema });
  assert.equal(disclosedBody('permit.permit.new', { permit: 'a' }, catalogue)?.body.permit, 'a', 'of whichever version knows it');
});

test('of a proposal, what is proposed', () => {
  assert.deepEqual(disclosedBody('kernel.propose', { action: 'permit.permit.write', body: write }, catalogue), { body: write, schema });
  const nested = { action: 'kernel.propose', body: { action: 'permit.permit.write', body: write } };
  assert.equal(disclosedBody('kernel.propose', nested, catalogue)?.schema, kernelModule.actions.propose!.body);
});

test('of an old transaction handed in again, its own', () => {
  const rig = new Rig();
  const readmit = (action: string, body: JsonObject) => ({ transaction: asciiText(rig.sign('clara', action, body).bytes), receipt: 'x' });
  assert.deepEqual(disclosedBody('kernel.readmit', readmit('permit.permit.write', write), catalogue), { body: write, schema });
  const proposal = readmit('kernel.propose', { action: 'permit.permit.write', body: write });
  assert.deepEqual(disclosedBody('kernel.readmit', proposal, catalogue), { body: write, schema });
});

test('whatever comes, there is an answer', () => {
  for (const action of ['constructor.call', 'permit.constructor', 'permit', '', '.', 'nothing.at.all', 'kernel.'])
    assert.equal(disclosedBody(action, {}, catalogue), undefined, action);
  const own = kernelModule.actions.readmit!.body;
  for (const transaction of [
    '',
    'a',
    'a.b.c',
    'a..c',
    `a.${encodeBase64url(Uint8Array.of(0xff))}.c`,
    `a.${encodeBase64url(Uint8Array.of(0x5b, 0x5d))}.c`,
    7,
    null,
  ])
    assert.equal(disclosedBody('kernel.readmit', { transaction }, catalogue)?.schema, own);
  fc.assert(
    fc.property(
      fc.constantFrom('kernel.propose', 'kernel.readmit', 'permit.permit.write'),
      fc.dictionary(fc.constantFrom('action', 'body', 'transaction', 'x'), fc.jsonValue()),
      (action, body) => {
        disclosedBody(action, body as JsonObject, catalogue);
      },
    ),
  );
});
