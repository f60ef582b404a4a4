/**
 * Who may import whom is the whole architecture (DESIGN §3), so it is a test: the table below is checked against every import
 * statement and every declared dependency. `core ← modules`, `core ← engines`, `core + catalogue + engines ← server`,
 * `core + catalogue ← clients`; testing may import anything, and nothing but a test or a root script imports testing.
 */
import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { importsOf } from './source-text.ts';
import { isPure, readText, sources, type Workspace, workspaces } from './source-tree.ts';

/** Inside core the order is fixed: protocol ← log ← {kernel, verify}. */
const CORE: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  log: ['protocol'],
  kernel: ['protocol', 'log'],
  verify: ['protocol', 'log'],
};

/** The libraries core and modules may use. */
const PURE_LIBRARIES = new Set(['typebox']);

function mayImport(from: Workspace, to: Workspace): boolean {
  const catalogue = to.wing === 'modules' && to.folder === 'catalogue';
  switch (from.wing) {
    case 'core':
      return to.wing === 'core' && (CORE[from.folder]?.includes(to.folder) ?? false);
    case 'modules':
      return to.wing === 'core' || (from.folder === 'catalogue' && to.wing === 'modules');
    case 'engines':
      return to.wing === 'core' || to.path === 'engines/port';
    case 'server':
      return to.wing === 'core' || catalogue || to.wing === 'engines' || to.wing === 'server';
    case 'clients':
      return to.wing === 'core' || catalogue || to.wing === 'clients';
    case 'testing':
      return true;
  }
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
}

const isRelative = (specifier: string): boolean => specifier.startsWith('.') || specifier.startsWith('/');
const byName = new Map(workspaces.map((workspace) => [workspace.name, workspace]));

/** An empty list is the only good answer; the message shows the rest. */
function none(faults: readonly string[]): void {
  assert.deepEqual(faults, []);
}

test('imports follow the house: every arrow between workspaces is in the table', () => {
  none(
    sources.flatMap((file) => {
      const from = file.workspace;
      if (from === undefined || file.isTest) return [];
      return importsOf(file.text).flatMap(({ specifier, line }) => {
        const to = byName.get(packageOf(specifier));
        return to === undefined || to === from || mayImport(from, to)
          ? []
          : [`${file.path}:${line} ${from.path} may not import ${to.path}`];
      });
    }),
  );
});

test('declared dependencies follow the house', () => {
  none(
    workspaces.flatMap((from) =>
      Object.keys(from.manifest.dependencies ?? {}).flatMap((name) => {
        const to = byName.get(name);
        if (to !== undefined) return mayImport(from, to) ? [] : [`${from.path}/package.json may not depend on ${to.path}`];
        const pure = from.wing === 'core' || from.wing === 'modules';
        return pure && !PURE_LIBRARIES.has(name) ? [`${from.path}/package.json: ${name} is not a library core or modules may use`] : [];
      }),
    ),
  );
});

test('a workspace declares each workspace it imports, and imports each it declares', () => {
  none(
    workspaces.flatMap((workspace) => {
      const own = sources.filter((file) => file.workspace === workspace);
      const namesIn = (files: typeof own): Set<string> =>
        new Set(
          files
            .flatMap((file) => importsOf(file.text))
            .map(({ specifier }) => packageOf(specifier))
            .filter((name) => byName.has(name) && name !== workspace.name),
        );
      const imported = namesIn(own.filter((file) => !file.isTest));
      const everywhere = namesIn(own);
      const declared = new Set(Object.keys(workspace.manifest.dependencies ?? {}).filter((name) => byName.has(name)));
      return [
        ...[...imported].filter((name) => !declared.has(name)).map((name) => `${workspace.path} imports ${name} without declaring it`),
        ...[...declared].filter((name) => !everywhere.has(name)).map((name) => `${workspace.path} declares ${name} and never imports it`),
      ];
    }),
  );
});

test('dependencies between workspaces make no circle', () => {
  const open: string[] = [];
  const done = new Set<string>();
  const visit = (workspace: Workspace): void => {
    if (done.has(workspace.name)) return;
    assert.ok(!open.includes(workspace.name), `circle: ${[...open, workspace.name].join(' → ')}`);
    open.push(workspace.name);
    for (const name of Object.keys(workspace.manifest.dependencies ?? {})) {
      const next = byName.get(name);
      if (next !== undefined) visit(next);
    }
    open.pop();
    done.add(workspace.name);
  };
  workspaces.forEach(visit);
});

test('pure rooms import no Node built-in and no library but typebox', () => {
  none(
    sources.filter(isPure).flatMap((file) =>
      importsOf(file.text).flatMap(({ specifier, line }) => {
        if (isRelative(specifier) || byName.has(packageOf(specifier)) || PURE_LIBRARIES.has(packageOf(specifier))) return [];
        return [`${file.path}:${line} imports ${specifier}`];
      }),
    ),
  );
});

test('no relative import leaves its workspace, and no file imports its own index', () => {
  none(
    sources.flatMap((file) =>
      importsOf(file.text).flatMap(({ specifier, line }) => {
        const home = file.workspace?.path ?? 'tools';
        const here = `${file.path}:${line} imports ${specifier}`;
        if (!isRelative(specifier)) return packageOf(specifier) === file.workspace?.name ? [`${here}, its own package`] : [];
        const target = posix.join(posix.dirname(file.path), specifier);
        if (!target.startsWith(`${home}/`)) return [`${here}, outside ${home}`];
        return target === `${home}/src/index.ts` ? [`${here}, its own index`] : [];
      }),
    ),
  );
});

test('workspaces meet at their doors: an index lists named exports, one by one', () => {
  none(
    sources.flatMap((file) => {
      const star = /\bexport\s*\*/.exec(file.text.code);
      return star === null ? [] : [`${file.path}: export * hides what a room offers`];
    }),
  );
});

test('nothing but tests, testing itself and root scripts imports testing', () => {
  none(
    sources.flatMap((file) => {
      if (file.isTest || file.workspace === undefined || file.workspace.wing === 'testing') return [];
      return importsOf(file.text)
        .filter(({ specifier }) => byName.get(packageOf(specifier))?.wing === 'testing')
        .map(({ specifier, line }) => `${file.path}:${line} imports ${specifier}`);
    }),
  );
});

test('the catalogue lists every module', () => {
  const catalogue = workspaces.find((workspace) => workspace.path === 'modules/catalogue');
  assert.ok(catalogue !== undefined);
  const text = sources
    .filter((file) => file.workspace === catalogue && !file.isTest)
    .flatMap((file) => importsOf(file.text).map(({ specifier }) => specifier));
  for (const workspace of workspaces) {
    if (workspace.wing !== 'modules' || workspace === catalogue) continue;
    assert.ok(text.includes(workspace.name), `modules/catalogue does not list ${workspace.name}`);
  }
});

test('every workspace has a door, the licence and the module type', () => {
  for (const { path, manifest } of workspaces) {
    assert.equal(manifest.type, 'module', `${path}: type`);
    assert.equal(manifest.license, 'Apache-2.0', `${path}: license`);
    assert.ok(manifest.exports !== undefined, `${path}: exports`);
    // The command line is called by its bare name: npx tabularium.
    assert.ok(manifest.name.startsWith('@tabularium/') || manifest.name === 'tabularium', `${path}: name`);
  }
});

test('the lockfile names no registry, so that npm ci works behind any', () => {
  assert.ok(!readText('package-lock.json').includes('"resolved": "http'), 'package-lock.json holds resolved addresses: see .npmrc');
});
