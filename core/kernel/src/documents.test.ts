/** Documents attached by digest: named beside a record and with what a validation found; taken back in sight; judged by nobody here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelModule } from './kernel-module.ts';
import { Rig, START } from './ledger-rig.test.ts';
import type { DocumentRecord } from './records.ts';
import type { Permit } from './test-modules.test.ts';

const A = 'permit/permit/a';
const CONTRACT = 'c'.repeat(64);
const validation = { validatedBy: 'v.example', indication: 'total-passed', on: '2026-03-02', form: 'PAdES', report: 'e'.repeat(64) };

function withPermit(): Rig {
  const rig = new Rig();
  rig.ok('clara', 'permit.permit.write', { permit: 'a', days: 10 });
  return rig;
}

const attach = (rig: Rig, more: object = { validation }, officer = 'clara') =>
  rig.ok(officer, 'kernel.document.attach', { key: A, document: CONTRACT, ...more });
const documentOf = (rig: Rig, tx: string) => rig.record<DocumentRecord>(`kernel/document/${tx}`)!;

/** The row of a list, after everything that happened. */
function rowOf(rig: Rig, tx: string): object {
  let row = {};
  for (const [seq, { type, data, tx: by, action, signers }] of rig.events.entries()) {
    const meta = { type, tx: by, height: 1, time: START, index: -1, seq, action, signers };
    for (const { table, key, set } of kernelModule.projection.folds[type.slice('kernel.'.length)]?.(data, meta) ?? [])
      if (table === 'document' && key.tx === tx) row = { ...row, ...set };
  }
  return row;
}

test('a document is a record of its own, and what it belongs to does not change', () => {
  const rig = withPermit();
  const before = rig.record<Permit>(A);
  const tx = attach(rig);
  const { key, document, validatedBy, indication, on, form, report, signers, rule } = documentOf(rig, tx);
  assert.deepEqual({ key, document, ...{ validatedBy, indication, on, form, report } }, { key: A, document: CONTRACT, ...validation });
  assert.deepEqual([signers.map(({ officer }) => officer), rule], [['clara'], 'kernel.document.attach']);
  assert.deepEqual(rig.record<Permit>(A), before);
  const expected = { record: A, document: CONTRACT, role: 'clerk', office: 'hall', time: START, standing: '' };
  const { on: judged, validatedBy: by, ...said } = validation;
  assert.deepEqual(rowOf(rig, tx), { ...expected, ...said, judged, validated_by: by });
});

test('a later validation of the same document stands beside the earlier one, whatever either found', () => {
  const rig = withPermit();
  const found = ['total-passed', 'indeterminate', 'total-failed'].map((indication) =>
    attach(rig, { validation: { ...validation, indication } }),
  );
  assert.equal(new Set(found).size, 3);
  const unjudged = documentOf(rig, attach(rig, {}, 'judith'));
  assert.deepEqual([unjudged.indication, unjudged.on, unjudged.signers[0]!.role], [undefined, undefined, 'judge']);
});

test('a document belongs to a record that is there, and was validated on a day that has come', () => {
  const rig = withPermit();
  const no = (code: string, change: object, officer = 'clara') =>
    rig.no(code, officer, 'kernel.document.attach', { key: A, document: CONTRACT, ...change });
  no('record-unknown', { key: 'permit/permit/none' });
  no('validation-day', { validation: { ...validation, on: '2026-03-03' } });
  no('validation-day', { validation: { ...validation, on: '2026-02-30' } });
  no('body-invalid', { validation: { ...validation, validatedBy: 'clara' } });
  no('body-invalid', { validation: { ...validation, note: 'x' } });
  no('action-not-permitted', {}, 'otto');
});

test('whoever attached the wrong one takes it back, a court has it annulled, and it stays in sight', () => {
  const rig = withPermit();
  const [mine, judged] = [attach(rig), attach(rig)];
  const key = `kernel/document/${mine}`;
  rig.no('not-own', 'conrad', 'kernel.withdraw', { key });
  rig.ok('clara', 'kernel.withdraw', { key });
  rig.no('record-annulled', 'clara', 'kernel.withdraw', { key });
  const order = { key: `kernel/document/${judged}`, verb: 'annul', case: 'AZ-1', document: 'd'.repeat(64) };
  rig.together(['judith', 'jonas'], 'kernel.order.execute', order);
  for (const [tx, standing] of [
    [mine, 'withdrawn'],
    [judged, 'annulled'],
  ] as const) {
    assert.deepEqual([documentOf(rig, tx).standing, documentOf(rig, tx).document], [standing, CONTRACT]);
    assert.equal((rowOf(rig, tx) as { readonly standing: string }).standing, standing);
  }
});
