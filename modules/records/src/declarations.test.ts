/** What is declared once is declared whole: actions, events, rules, tables and views fit each other; what identifies a person is personal. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { disclosuresOf, makeBodyChecker } from '@tabularium/protocol';
import type { TSchema } from 'typebox';
import { records } from './module.ts';
import { KEPT_NAMES, recordTypes } from './types.ts';

const source = readdirSync(new URL('.', import.meta.url))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => [name, readFileSync(new URL(name, import.meta.url), 'utf8')] as const);
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('every action is decided, every event folded into state and tables', () => {
  assert.deepEqual(Object.keys(records.decide).sort(), Object.keys(records.actions).sort());
  assert.deepEqual(Object.keys(records.evolve).sort(), Object.keys(records.events).sort());
  assert.deepEqual(Object.keys(records.projection.folds).sort(), Object.keys(records.events).sort());
  for (const [name, { title, text, roles }] of Object.entries(records.actions)) {
    assert.ok(title !== '' && text.endsWith('.') && roles.length > 0, name);
  }
  for (const [name, { text }] of Object.entries(records.events)) assert.ok(text.endsWith('.'), name);
});

test('every rule and every code is used', () => {
  const code = source
    .filter(([name]) => name !== 'rules.ts' && name !== 'refusals.ts')
    .map(([, text]) => text)
    .join('\n');
  for (const { id, text, basis } of records.rules) {
    assert.ok(text.endsWith('.') && basis !== '', id);
    // Numbers without gaps are not refused, they are made so (`nextNumber`) and held by the random walk.
    if (id !== 'records.numbers') assert.ok(code.includes(`'${id}'`), `no code names ${id}`);
  }
  for (const name of Object.keys(records.refusals)) assert.ok(code.includes(`'${name}'`), `nothing refuses with ${name}`);
});

test('views show columns that exist, and each form begins from rows of a list', () => {
  for (const [name, view] of Object.entries(records.views)) {
    if (view.kind === 'form') {
      assert.ok(view.action.slice('records.'.length) in records.actions, name);
      for (const { list, fill, where = {}, waits } of view.picks ?? []) {
        const picked = records.views[list];
        if (picked?.kind !== 'list') return assert.fail(`${name} picks from ${list}`);
        const columns = records.projection.tables[picked.table]?.columns ?? {};
        for (const column of [...Object.values(fill), ...(waits?.by === undefined ? [] : [waits.by])]) assert.ok(column in columns, name);
        for (const filter of Object.keys(where)) assert.ok(picked.filters.includes(filter), `${name} asks for ${filter}`);
      }
      continue;
    }
    const table = records.projection.tables[view.table];
    assert.ok(table !== undefined, name);
    for (const column of [...view.columns.map((shown) => shown.column), ...view.filters, ...view.order.map((by) => by.column), view.id]) {
      assert.ok(column in table.columns, `${name} ${column}`);
    }
    assert.ok(view.collection !== undefined && view.collection in records.collections, name);
    if (view.search === true) assert.ok((table.search ?? []).length > 0, name);
  }
  for (const [name, { columns, key, indexes = [], search = [] }] of Object.entries(records.projection.tables)) {
    for (const column of [...key, ...indexes.flat(), ...search]) assert.ok(column in columns, `${name} ${column}`);
  }
});

/** Every schema of a string, with the path to it, disclosures left out. */
function strings(schema: TSchema, path: string): (readonly [string, TSchema])[] {
  const { type, properties, items } = schema as { type?: string; properties?: Record<string, TSchema>; items?: TSchema };
  return [
    ...(type === 'string' ? [[path, schema] as const] : []),
    ...Object.entries(properties ?? {}).flatMap(([name, member]) => strings(member, `${path}/${name}`)),
    ...(items === undefined ? [] : strings(items, `${path}/*`)),
  ];
}

test('no ledger field of any action takes a name, a sentence or a day of birth', () => {
  const dayOfAction = new Set(['request.file/received']);
  for (const [action, { body }] of Object.entries(records.actions)) {
    for (const [path, schema] of strings(body, action)) {
      for (const name of ['Jana Nováková', 'jana', 'Jana', 'jana-novak', 'J. NOVAK', 'Žofia', '<b>', "O'HARA", 'Mill Lane 7']) {
        assert.equal(makeBodyChecker(schema)(name).ok, false, `${path} takes ${name}`);
      }
      if (!dayOfAction.has(path)) assert.equal(makeBodyChecker(schema)('2026-01-17').ok, false, `${path} takes a day`);
    }
  }
});

test('everything that people say is personal, and lies under the case of its body', () => {
  for (const [action, { body }] of Object.entries(records.actions)) {
    for (const { path, name, kind } of disclosuresOf(body)) {
      assert.deepEqual([path, kind], ['', 'personal'], `${action} ${name}`);
      assert.ok((body as { readonly 'x-case'?: string })['x-case'] !== undefined, action);
    }
  }
});

test('a type is its file: its fields are those of its declaration and of its corrections, relatives’ marked as theirs', () => {
  const files = readdirSync(new URL('../types/', import.meta.url));
  assert.deepEqual(
    files.sort(),
    Object.keys(recordTypes).map((type) => `${type}.json`),
  );
  for (const [type, { fields, roles }] of Object.entries(recordTypes)) {
    assert.deepEqual(
      Object.keys(fields).filter((name) => KEPT_NAMES.includes(name)),
      [],
      type,
    );
    for (const verb of ['declare', 'correct']) {
      const declared = disclosuresOf(records.actions[`${type}.${verb}`]!.body);
      assert.deepEqual(
        declared.map(({ name, required, about }) => [name, required, about]),
        Object.entries(fields).map(([name, { required = false, about }]) => [name, required, about]),
        `${type}.${verb}`,
      );
    }
    assert.deepEqual(records.actions[`${type}.register`]?.roles, roles.register);
  }
});

test('the README names every action, type, refusal code, rule and parameter', () => {
  const shared = Object.keys(records.actions).filter((action) => !Object.keys(recordTypes).includes(action.split('.')[0]!));
  const words = [...shared, '<type>.declare', '<type>.register', '<type>.correct', ...Object.keys(recordTypes)];
  const parameters = ['retention', 'archive', 'request-retention', 'request-days', 'request-extension-days'];
  parameters.push('request-clarification-days', 'request-review-days');
  for (const word of [...words, ...parameters, ...Object.keys(records.refusals), ...records.rules.map(({ id }) => id)]) {
    assert.ok(readme.includes(`\`${word}\``), `the README does not name ${word}`);
  }
  for (const { basis } of records.rules) assert.ok(readme.includes(`**${basis.slice('Model registry rules '.length)}**`), basis);
});
