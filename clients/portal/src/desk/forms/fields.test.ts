/** A schema becomes fields: kinds from the schema alone, and of every form of every module there is one that a person can fill in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '@tabularium/catalogue';
import { type Field, fieldsOf, type Schema } from './fields.ts';

const schemaOf = (module: string, action: string): Schema =>
  JSON.parse(JSON.stringify(catalogue.find(({ name }) => name === module)!.actions[action]!.body)) as Schema;
const kinds = (fields: readonly Field[]): Record<string, string> => Object.fromEntries(fields.map(({ name, kind }) => [name, kind]));
const call = (name: string): string => `<${name}>`;

test('money, days, choices, digests and texts are fields of their kind; personal data is not asked for', () => {
  const [items] = fieldsOf(schemaOf('treasury', 'payable.certify'), call);
  assert.equal(items!.kind, 'list');
  const { fields, min } = items as Field & { readonly kind: 'list' };
  assert.equal(min, 1);
  assert.deepEqual(kinds(fields), {
    ...{ commitment: 'code', money: 'money', payee: 'code', payeeIs: 'choice', delivered: 'day', due: 'day' },
    ...{ document: 'digest', organisation: 'text' },
  });
  const document = fields.find(({ name }) => name === 'document')!;
  assert.equal(document.isRequired, false);
  assert.deepEqual([fields[0]!.label, fields[1]!.label], ['Commitment', '<money>']);
});

test('instants, lists of codes and what no form can ask for', () => {
  assert.deepEqual(kinds(fieldsOf(schemaOf('kernel', 'mandate.give'), call)), {
    ...{ to: 'code', kind: 'choice', role: 'code', office: 'code', actions: 'codes', until: 'instant' },
  });
  assert.equal(kinds(fieldsOf(schemaOf('kernel', 'propose'), call)).body, 'other');
});

test('every form of every module can be filled in: nothing that it demands is beyond a form', () => {
  for (const { name, views, actions } of catalogue) {
    for (const [view, form] of Object.entries(views)) {
      if (form.kind !== 'form') continue;
      const action = form.action.slice(name.length + 1);
      assert.ok(actions[action] !== undefined, view);
      const visit = (fields: readonly Field[]): void => {
        for (const field of fields) {
          assert.ok(field.kind !== 'other' || !field.isRequired, `${view} ${field.name}`);
          if (field.kind === 'list' || field.kind === 'group') visit(field.fields);
        }
      };
      visit(fieldsOf(schemaOf(name, action), call));
    }
  }
});
