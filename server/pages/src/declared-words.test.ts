/** What modules declare in English is there in every other language: sentences, titles and labels, and the codes that people see as words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from '@tabularium/catalogue';
import { type DeclaredWords, moduleWords } from '@tabularium/catalogue/words';
import { type ModuleDefinition, STANDING } from '@tabularium/kernel';

/** Members of a declaration that hold words. */
const WORDY = new Set(['title', 'text', 'label', 'description', 'basis']);
/** Codes that are the same in every language: those of banks and keys. */
const OPAQUE = /^[A-Z0-9-]{2,}$/;

function sentencesOf(module: ModuleDefinition): ReadonlySet<string> {
  const found = new Set<string>();
  const { title, actions, events, rules, refusals, collections, views } = module;
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === 'string' && WORDY.has(name)) found.add(member);
      else visit(member);
    }
  };
  visit({ title, actions, events, rules, refusals, collections, views });
  return found;
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly title?: string }>>;
}

/** Members without a title: they are called by their name. */
function untitled({ properties = {} }: ObjectSchema): readonly string[] {
  return Object.entries(properties).flatMap(([name, { title }]) => (title === undefined && !name.startsWith('_') ? [name] : []));
}

function codesOf({ name, actions, events, collections, views, projection }: ModuleDefinition): ReadonlySet<string> {
  const schemas = [...Object.values(events).map(({ data }) => data), ...Object.values(collections).map(({ schema }) => schema)];
  // Of every module's records, the kernel says how they stand.
  const standings = name === 'kernel' ? STANDING : [];
  const found = new Set<string>([
    ...standings,
    ...Object.keys(collections),
    ...schemas.flatMap((schema) => untitled(schema as ObjectSchema)),
  ]);
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { enum: values, const: constant } = value as { readonly enum?: readonly unknown[]; readonly const?: unknown };
    for (const one of [...(values ?? []), constant]) if (typeof one === 'string' && !OPAQUE.test(one)) found.add(one);
    for (const member of Object.values(value)) visit(member);
  };
  visit([schemas, Object.values(actions).map(({ body }) => body)]);
  for (const { roles } of Object.values(actions)) for (const role of roles) found.add(role);
  for (const view of Object.values(views)) {
    if (view.kind !== 'list') continue;
    const shown = new Set(view.columns.map(({ column }) => column));
    for (const column of Object.keys(projection.tables[view.table]?.columns ?? {})) if (!shown.has(column)) found.add(column);
  }
  return found;
}

for (const [language, words] of Object.entries(moduleWords)) {
  const named = new Map(Object.entries(words));

  test(`in ${language}, each module has every word it declares, and none that it does not`, () => {
    assert.deepEqual([...named.keys()].sort(), catalogue.map(({ name }) => name).sort());
    for (const module of catalogue) {
      const { texts, codes } = named.get(module.name) as DeclaredWords;
      const sentences = sentencesOf(module);
      assert.deepEqual(
        [...sentences].filter((one) => !texts[one]),
        [],
        `${module.name}: sentences without words`,
      );
      assert.deepEqual(
        Object.keys(texts).filter((one) => !sentences.has(one)),
        [],
        `${module.name}: sentences that nobody declares`,
      );
      const declared = codesOf(module);
      assert.deepEqual(
        [...declared].filter((one) => !codes[one]),
        [],
        `${module.name}: codes without words`,
      );
      assert.deepEqual(
        Object.keys(codes).filter((one) => !declared.has(one)),
        [],
        `${module.name}: codes that nobody declares`,
      );
    }
  });

  test(`in ${language}, what several modules declare alike is called alike`, () => {
    for (const part of ['texts', 'codes'] as const) {
      const known = new Map<string, string>();
      for (const module of named.values()) {
        for (const [english, word] of Object.entries(module[part])) {
          assert.equal(known.get(english) ?? word, word, english);
          known.set(english, word);
        }
      }
    }
  });
}
