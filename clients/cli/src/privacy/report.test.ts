/** The report says what the modules declare and the charter names, and nothing that a reader of Markdown would obey. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { catalogue } from '@tabularium/catalogue';
import type { ModuleDefinition } from '@tabularium/kernel';
import { disclosable, personal, published } from '@tabularium/protocol';
import { Type } from 'typebox';
import { run } from '../program.ts';
import { type GrantRow, type ReportCharter, reportOf } from './report.ts';
import { reportMarkdown } from './report-markdown.ts';

const CHARTER: ReportCharter = {
  name: 'town.example',
  log: 'members',
  agencies: { town: {}, court: {} },
  review: { agencies: ['court'] },
  modules: { kernel: [], treasury: [], privacy: [] },
  roles: { accountant: ['treasury.payable.certify'], registrar: [] },
  parameters: {
    privacy: {
      ...{ holders: ['town'], 'grant-days': 30, retention: { 'TEN-YEARS': { years: 10, law: 'ARCHIVES-ACT-4' } } },
      purposes: { payment: { basis: 'legal-duty', roles: ['accountant'], modules: ['treasury'] }, idle: { basis: 'whim' } },
    },
  },
};

const births: ModuleDefinition = {
  ...catalogue.find(({ name }) => name === 'treasury')!,
  ...{ name: 'births', title: 'Births' },
  actions: {
    declare: {
      ...{ title: 'Declare a birth', text: 'A birth is declared.', roles: ['registrar'] },
      body: disclosable(
        {
          handle: Type.String(),
          name: personal(Type.String({ title: 'Name of the child' })),
          mother: Type.Optional(personal(Type.String({ title: 'Name | of the mother' }), { of: 'mother' })),
          place: disclosable({ town: Type.String(), street: personal(Type.String()) }),
          note: published(Type.String()),
        },
        { case: 'handle' },
      ),
    },
  },
};
const charter = { ...CHARTER, modules: { ...CHARTER.modules, births: [] } };
const grant = (change: Partial<GrantRow>): GrantRow => ({
  ...{ id: '1', agency: 'county', register: null, purpose: 'payment', basis: 'legal-duty', until: '2026-12-31' },
  ...change,
});

test('every personal field of the modules in force is told: whose, of which case, who enters it', () => {
  const report = reportOf({ catalogue: [...catalogue, births], charter });
  const fields = report.modules.flatMap((module) => module.fields);
  assert.deepEqual(
    fields
      .filter(({ action }) => action.startsWith('births.'))
      .map(({ field, about, case: handle, required }) => [field, about, handle, required]),
    [
      ['name', 'the person whose case it is', 'handle', true],
      ['mother', 'mother', 'handle', false],
      ['place.street', 'the person whose case it is', 'handle', true],
    ],
  );
  const payee = fields.find(({ action }) => action === 'treasury.payable.certify')!;
  assert.deepEqual([payee.field, payee.case, payee.roles], ['items[].person', 'items[].payee', ['accountant']]);
  assert.ok(!JSON.stringify(reportOf({ catalogue: [...catalogue, births], charter: CHARTER })).includes('births'), 'not in force');
});

test('recipients are told by agency and purpose; of single cases none is named', () => {
  const grants = [grant({ id: '2', until: '2027-01-31' }), grant({}), grant({ id: '3', register: 'BIRTHS', agency: 'court' })];
  const { recipients } = reportOf({ catalogue, charter, grants });
  assert.deepEqual(recipients, [
    { agency: 'county', of: 'single cases', purpose: 'payment', basis: 'legal-duty', until: '2027-01-31', grants: 2 },
    { agency: 'court', of: 'BIRTHS', purpose: 'payment', basis: 'legal-duty', until: '2026-12-31', grants: 1 },
  ]);
});

test('as Markdown it names purposes with their article, terms, classes, and what is missing', () => {
  const text = reportMarkdown(reportOf({ catalogue: [...catalogue, births], charter, grants: [] }));
  for (const said of [
    '# Record of processing activities: town.example',
    'Agencies that keep a vault: town.',
    '| `payment` | legal obligation, art. 6(1)(c) | accountant | treasury |',
    '| `idle` | the charter states none | nobody | all |',
    '| `births.declare` | `mother` | Name   of the mother | mother | `handle` | no | nobody |',
    '| `TEN-YEARS` | years: 10, law: ARCHIVES-ACT-4 |',
    'No grant stands.',
    '# Annex for an impact assessment',
    'after 30 days at the latest',
    '1 of them about somebody else than the person whose case it is (mother)',
    'read by its members only',
    'Purposes that name no role: idle.',
  ])
    assert.ok(text.includes(said), said);
});

test('a charter without parameters, or with wrong ones, is told of as it is', () => {
  for (const privacy of [{}, { purposes: 'all', holders: 'town', retention: [1], 'grant-days': 'long' }] as const) {
    const text = reportMarkdown(reportOf({ catalogue, charter: { ...CHARTER, log: 'public', parameters: { privacy } } }));
    assert.match(text, /nobody may read anything/);
    assert.match(text, /entries are public/);
    assert.match(text, /Not asked/);
    assert.match(text, /1096 days/);
  }
});

test('the command writes it from a charter’s file, in Markdown and in JSON, and says what is no charter', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tabularium-privacy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const said = { out: '', err: '' };
  const go = async (...argv: string[]): Promise<number> => {
    Object.assign(said, { out: '', err: '' });
    const sink = (name: 'out' | 'err') => ({
      write: (text: string) => {
        said[name] += text;
      },
    });
    return run(['privacy', 'report', ...argv], { out: sink('out'), err: sink('err'), env: {}, version: '0' });
  };
  const path = (name: string) => join(folder, name);
  writeFileSync(path('charter.json'), JSON.stringify(CHARTER));
  assert.equal(await go('--charter', path('charter.json')), 0);
  assert.match(said.out, /^# Record of processing activities: town\.example/);
  assert.equal(await go('--charter', path('charter.json'), '--json'), 0);
  assert.equal((JSON.parse(said.out) as { ledger: string }).ledger, 'town.example');
  assert.equal(await go('--charter', path('charter.json'), '--out', path('report.md')), 0);
  assert.match(readFileSync(path('report.md'), 'utf8'), /Annex/);
  for (const [name, text] of Object.entries({ a: '', b: '[]', c: 'null', d: '{"agencies":{}}', e: '{"agencies":{},"roles":7}' })) {
    writeFileSync(path(name), text);
    assert.equal(await go('--charter', path(name)), 28, text);
    assert.match(said.err, /is not a charter/);
  }
  assert.equal(await go('--charter', path('nowhere')), 28);
  assert.equal(await go('--url', 'http://127.0.0.1:1'), 24);
});

test('of a ledger it takes the charter in force and every page of the grants; where it shows no charter, that is said', async (t) => {
  const asked: string[] = [];
  let value: string | null = JSON.stringify(CHARTER);
  const pages = [{ rows: [grant({})], next: 'two' }, { rows: [grant({ id: '2' })] }];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    const fact = { v: 1, key: 'kernel/charter/current', value, statePath: '', seal: '', proof: '' };
    const answer = request.url!.startsWith('/api/v1/facts/') ? fact : pages[request.url!.includes('cursor=two') ? 1 : 0];
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let told = '';
  const out = {
    write: (text: string) => {
      told += text;
    },
  };
  const go = () => run(['privacy', 'report', '--json', '--url', url], { out, err: out, env: {}, version: '0' });
  assert.equal(await go(), 0);
  assert.equal((JSON.parse(told) as { recipients: { grants: number }[] }).recipients[0]!.grants, 2);
  assert.deepEqual(asked.slice(1), [
    '/api/v1/privacy/grants?state=given&limit=200',
    '/api/v1/privacy/grants?state=given&limit=200&cursor=two',
  ]);
  told = '';
  value = null;
  assert.equal(await go(), 26);
  assert.match(told, /shows no charter/);
});
