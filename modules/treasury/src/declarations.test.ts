/** What is declared once is declared whole: actions, events, rules, tables and views fit each other, and no name finds a place. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type DisclosureDeclaration, disclosuresOf, makeBodyChecker } from '@tabularium/protocol';
import type { TSchema } from 'typebox';
import { treasury } from './module.ts';

const source = readdirSync(new URL('.', import.meta.url))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => [name, readFileSync(new URL(name, import.meta.url), 'utf8')] as const);

test('every action is decided, every event folded into state and tables', () => {
  assert.deepEqual(Object.keys(treasury.decide).sort(), Object.keys(treasury.actions).sort());
  assert.deepEqual(Object.keys(treasury.evolve).sort(), Object.keys(treasury.events).sort());
  assert.deepEqual(Object.keys(treasury.projection.folds).sort(), Object.keys(treasury.events).sort());
  for (const [name, { title, text, roles }] of Object.entries(treasury.actions)) {
    assert.ok(title !== '' && text.endsWith('.') && roles.length > 0, name);
  }
  for (const [name, { text }] of Object.entries(treasury.events)) assert.ok(text.endsWith('.'), name);
});

test('every rule and every code is used, and used rules and codes are declared', () => {
  const code = source
    .filter(([name]) => name !== 'rules.ts' && name !== 'refusals.ts')
    .map(([, text]) => text)
    .join('\n');
  for (const { id, text, basis } of treasury.rules) {
    assert.ok(text.endsWith('.') && basis !== '', id);
    assert.ok(code.includes(`'${id}'`), `no code names ${id}`);
  }
  for (const name of Object.keys(treasury.refusals)) assert.ok(code.includes(`'${name}'`), `nothing refuses with ${name}`);
});

test('views show columns that exist and collections that exist', () => {
  for (const [name, view] of Object.entries(treasury.views)) {
    if (view.kind === 'form') {
      assert.ok(view.action.slice('treasury.'.length) in treasury.actions, name);
      for (const { list, fill, waits } of view.picks ?? []) {
        const picked = treasury.views[list];
        const columns = picked?.kind === 'list' ? treasury.projection.tables[picked.table]!.columns : {};
        for (const column of [...Object.values(fill), waits?.by ?? Object.values(fill)[0]!])
          assert.ok(column in columns, `${name} ${column}`);
      }
      continue;
    }
    const table = treasury.projection.tables[view.table];
    assert.ok(table !== undefined, name);
    for (const column of [...view.columns.map((shown) => shown.column), ...view.filters, ...view.order.map((by) => by.column), view.id]) {
      assert.ok(column in table.columns, `${name} ${column}`);
    }
    if (view.collection !== undefined) assert.ok(view.collection in treasury.collections, name);
    if (view.search === true) assert.ok((table.search ?? []).length > 0, name);
  }
  for (const [name, { columns, key, indexes = [], search = [] }] of Object.entries(treasury.projection.tables)) {
    for (const column of [...key, ...indexes.flat(), ...search]) assert.ok(column in columns, `${name} ${column}`);
  }
});

/** Every schema of a string, with the path to it, disclosures left out. */
function strings(schema: TSchema, path: string): (readonly [string, TSchema])[] {
  const { type, properties, items, anyOf } = schema as {
    type?: string;
    properties?: Record<string, TSchema>;
    items?: TSchema;
    anyOf?: TSchema[];
  };
  return [
    ...(type === 'string' ? [[path, schema] as const] : []),
    ...Object.entries(properties ?? {}).flatMap(([name, member]) => strings(member, `${path}/${name}`)),
    ...(items === undefined ? [] : strings(items, `${path}/*`)),
    ...(anyOf ?? []).flatMap((member) => strings(member, path)),
  ];
}

test('no ledger field of any action takes a name or a sentence', () => {
  for (const [action, { body }] of Object.entries(treasury.actions)) {
    for (const [path, schema] of strings(body, action)) {
      for (const name of ['Jana Nováková', 'jana', 'Jana', 'jana-novak', 'J. NOVAK', 'paid for the roof', 'Žofia', '<b>', "O'HARA"]) {
        assert.equal(makeBodyChecker(schema)(name).ok, false, `${path} takes ${name}`);
      }
    }
  }
});

test('what people write is a disclosure: published, but for the name of a person', () => {
  const told = Object.entries(treasury.actions).flatMap(([action, { body }]) =>
    disclosuresOf(body).map(({ path, name, kind }: DisclosureDeclaration) => `${action} ${path}/${name} ${kind}`),
  );
  assert.deepEqual(told.sort(), [
    'budget.enact /items/*/title published',
    'commit /items/*/purpose published',
    'import /items/*/title published',
    'payable.certify /items/*/organisation published',
    'payable.certify /items/*/person personal',
  ]);
});

test('the README names every action, refusal code, rule and parameter', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const words = [...Object.keys(treasury.actions), ...Object.keys(treasury.refusals), ...treasury.rules.map(({ id }) => id)];
  for (const word of [...words, 'payment-lead-days', 'payment-validity-days', 'lapse-days']) {
    assert.ok(readme.includes(`\`${word}\``) || readme.includes(`\`treasury.${word}\``), `the README does not name ${word}`);
  }
  for (const { basis } of treasury.rules) assert.ok(readme.includes(`**${basis.slice('Model treasury rules '.length)}**`), basis);
});
