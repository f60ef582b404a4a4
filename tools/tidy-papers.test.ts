/**
 * The papers stay true: the map names every workspace, a link leads somewhere, a specification names its vectors, and every
 * code a module may refuse with is provoked by a test (DESIGN §2: a closed list).
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { test } from 'node:test';
import { filesUnder, ROOT, readText, sources, workspaces } from './source-tree.ts';

const papers = [
  ...['README.md', 'ARCHITECTURE.md', 'GLOSSARY.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'].filter((path) =>
    existsSync(join(ROOT, path)),
  ),
  ...filesUnder('docs').filter((path) => path.endsWith('.md')),
  ...workspaces.map((workspace) => `${workspace.path}/README.md`).filter((path) => existsSync(join(ROOT, path))),
];

/** Markdown without its code: brackets and parentheses in a grammar are no links. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
}

test('the papers a reader looks for are there', () => {
  for (const path of ['README.md', 'ARCHITECTURE.md', 'GLOSSARY.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'LICENSE']) {
    assert.ok(existsSync(join(ROOT, path)), `${path} is missing`);
  }
});

test('ARCHITECTURE.md names every workspace', () => {
  const text = readText('ARCHITECTURE.md');
  const missing = workspaces.filter(({ path, folder }) => !text.includes(path) && !new RegExp(`\\b${folder}\\b`).test(text));
  assert.deepEqual(
    missing.map(({ path }) => path),
    [],
  );
});

test('a link inside the tree leads to a file that exists', () => {
  const broken = papers.flatMap((path) =>
    [...withoutCode(readText(path)).matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1]!.replace(/#.*$/, ''))
      .filter((target) => target !== '' && !/^[a-z]+:/i.test(target))
      .filter((target) => !existsSync(join(ROOT, posix.join(posix.dirname(path), target))))
      .map((target) => `${path} → ${target}`),
  );
  assert.deepEqual(broken, []);
});

test('each specification names its vectors, and they exist', () => {
  const specifications = filesUnder('docs/spec').filter((path) => path.endsWith('.md') && !path.endsWith('README.md'));
  const faults = specifications.flatMap((path) => {
    const named = [...readText(path).matchAll(/testing\/vectors\/[\w./-]*\w/g)].map((match) => match[0]);
    if (named.length === 0) return [`${path} names no vectors`];
    return named.filter((vector) => !existsSync(join(ROOT, vector))).map((vector) => `${path}: ${vector} is not there`);
  });
  assert.deepEqual(faults, []);
});

test('every module has a README that lists its actions and its refusal codes', async () => {
  const { catalogue } = await import('@tabularium/catalogue');
  const faults = catalogue.flatMap((definition) => {
    const home = definition.name === 'kernel' ? 'core/kernel' : `modules/${definition.name}`;
    if (!existsSync(join(ROOT, home, 'README.md'))) return [`${home}/README.md is missing`];
    const text = readText(`${home}/README.md`);
    return [...Object.keys(definition.actions), ...Object.keys(definition.refusals)]
      .filter((word) => !text.includes(word))
      .map((word) => `${home}/README.md does not name ${word}`);
  });
  assert.deepEqual(faults, []);
});

test('every refusal code of every module is provoked by a test', async () => {
  const { catalogue } = await import('@tabularium/catalogue');
  const tests = sources.filter((file) => file.isTest && !file.path.startsWith('tools/'));
  const unprovoked = catalogue.flatMap((definition) => {
    const home = definition.name === 'kernel' ? 'core/kernel/' : `modules/${definition.name}/`;
    return Object.keys(definition.refusals)
      .map((code) => ({ code, full: code.startsWith(`${definition.name}.`) ? code : `${definition.name}.${code}` }))
      .filter(({ code, full }) => {
        const quoted = new RegExp(`['"\`]${code.replaceAll('.', '\\.')}['"\`]`);
        return !tests.some((file) => file.text.raw.includes(full) || (file.path.startsWith(home) && quoted.test(file.text.raw)));
      })
      .map(({ full }) => full);
  });
  assert.deepEqual(unprovoked, []);
});
