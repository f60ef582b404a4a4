/**
 * Reading the vault over HTTP, on a real one: whoever has no right learns nothing and leaves a row, whoever has one reads after their row is
 * written, and the person sees and proves it; Estonia's Data Tracker is answered as published.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { generateEs256, nodeCrypto, sha256, signEs256 } from '@tabularium/crypto';
import { type ShownAccess, verifyShownAccess } from '@tabularium/log';
import { decodeBase64url, encodeLook, type LookPayload, makeDisclosure, makeUlid, thumbprint } from '@tabularium/protocol';
import { AccessLog, type AccessTables, openFolderKeys, openVault, Search, tablesOf } from '@tabularium/vault';
import { addDataTrackerRoutes } from './data-tracker-routes.ts';
import { makeHttpServer } from './http-server.ts';
import { VaultGuard } from './vault-guard.ts';
import { addVaultRoutes } from './vault-routes.ts';

const ORIGIN = 'town.example/0123456789abcdef';
const AGENCY = 'vellmere';
const [ZOFIA, HIDDEN, NOBODY] = ['a1'.repeat(16), 'b2'.repeat(16), 'c3'.repeat(16)];
const CODE = 'EE38001010000';
const dir = mkdtempSync(join(tmpdir(), 'tabularium-vault-routes-'));
let now = Date.now();

const [clerk, gone, machine, stranger] = [generateEs256(), generateEs256(), generateEs256(), generateEs256()];
const kidOf = ({ jwk }: typeof clerk): string => thumbprint(jwk, nodeCrypto);
const roles = [
  { role: 'registrar', office: 'registry', until: now + 1e9 },
  { role: 'clerk', office: 'registry', until: now + 1e9 },
  { role: 'registrar', office: 'archive', until: now - 1 },
  { role: 'registrar', office: 'harbour', from: now + 1e8, until: now + 1e9 },
];
const keyRecord = (of: typeof clerk, holder: string, status = 'active') => ({ kind: 'es256', jwk: of.jwk, holder, status });
const state = new Map<string, unknown>([
  [`kernel/key/${kidOf(clerk)}`, keyRecord(clerk, 'ana')],
  [`kernel/key/${kidOf(gone)}`, keyRecord(gone, 'ben')],
  [`kernel/key/${kidOf(machine)}`, keyRecord(machine, 'feeder')],
  ['kernel/officer/ana', { kind: 'officer', agency: AGENCY, status: 'active', keys: [], roles }],
  ['kernel/officer/ben', { kind: 'officer', agency: AGENCY, status: 'left', keys: [], roles }],
  ['kernel/officer/feeder', { kind: 'service', agency: AGENCY, status: 'active', keys: [], roles }],
  [
    'kernel/charter/current',
    { parameters: { privacy: { purposes: { 'birth-certificate': { basis: 'Act art. 5', roles: ['registrar'] } } } } },
  ],
]);

const search = new Search();
const vault = await openVault({
  ...{ place: { dir }, keys: openFolderKeys(join(dir, 'keys')), origin: ORIGIN, isAccepted: () => false },
  ...{ erasedCases: [], retentionMs: 35 * 86_400_000, nowMs: now, settledSeconds: 0, parts: [search], report: () => {} },
});
search.begin(vault.epochs);
const database = tablesOf<AccessTables>(vault.database);
const log = await AccessLog.open({ database, sha256, random: (length) => new Uint8Array(randomBytes(length)), clock: () => now });
const disclosure = makeDisclosure(randomBytes(16), 'name', 'Žofia Nováková', nodeCrypto).text;
const tx = 'A'.repeat(43);
await vault.holdings.putPending({
  tx,
  exp: Math.floor(now / 1_000) + 60,
  holdings: [{ path: '', case: ZOFIA, disclosures: [disclosure] }],
});
vault.holdings.activate(tx);
await vault.holdings.sweep(0);
for (const handle of [ZOFIA, HIDDEN]) await search.indexCase('births', handle, { names: ['Žofia', 'Nováková'], birthYear: 1980 });

let anchor: { size: number } | undefined;
let withheld = 'nothing';
const door = { origin: ORIGIN, record: (key: string) => (state.has(key) ? JSON.stringify(state.get(key)) : undefined) };
const parts = { door, crypto: nodeCrypto, clock: () => now, log, agency: AGENCY };
const guard = new VaultGuard({ ...parts, isGranted: (_, handle) => handle === ZOFIA || handle === NOBODY });
const isWithheld = (_: string, { file }: { readonly file: string }): boolean => file === withheld;
const app = makeHttpServer({});
addVaultRoutes(app, {
  ...{ ...parts, guard, search, holdings: vault.holdings, isWithheld, anchored: () => anchor },
  ownCases: async ({ headers }) => (headers['x-test-person'] === 'zofia' ? [ZOFIA] : undefined),
});
addDataTrackerRoutes(app, {
  ...{ ...parts, guard, isWithheld },
  tracker: {
    mayAsk: async ({ headers }) => headers['x-road-client'] === 'EE/GOV/70006317/portal',
    casesOf: async (userId, userCode) => (userId === CODE && userCode === CODE ? [ZOFIA] : undefined),
    receiverOf: () => ({ code: '75000000', name: 'Vellmere', system: 'Tabularium' }),
    actionOf: ({ action, purpose }) => `${action}: ${purpose}`,
  },
});
await app.listen({ host: '127.0.0.1', port: 0 });
const base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
after(async () => {
  await app.close();
  await log.close();
  await vault.close();
  rmSync(dir, { recursive: true, force: true });
});

async function look(change: Partial<LookPayload> = {}, key = clerk): Promise<Record<string, string>> {
  const payload: LookPayload = {
    ledger: ORIGIN,
    id: makeUlid(now, randomBytes(10)),
    as: 'registrar@registry',
    purpose: 'birth-certificate',
    case: 'REG-2026/114',
    exp: Math.floor(now / 1_000) + 600,
    ...change,
  };
  return { authorization: `Tabularium-Look ${await encodeLook(payload, kidOf(key), signEs256(key.privateKey))}` };
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the assertions are its check.
  readonly json: any;
}

async function ask(path: string, headers: Record<string, string> = {}, body?: unknown): Promise<Answer> {
  const sent =
    body === undefined
      ? { headers }
      : { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const reply = await fetch(base + path, sent);
  return { status: reply.status, headers: reply.headers, json: await reply.json() };
}

const CASE = `/api/v1/vault/cases/${ZOFIA}`;
const newest = async () => await database.db.selectFrom('access').selectAll().orderBy('seq', 'desc').executeTakeFirst();
const count = async () => (await log.head(AGENCY)).size;

test('every look that does not count is answered with its code, leaves a row and learns nothing', async () => {
  const tries: readonly (readonly [number, string, Record<string, string>])[] = [
    [401, 'look-malformed', {}],
    [401, 'look-malformed', { authorization: 'Bearer of-good-news' }],
    [401, 'look-ledger', await look({ ledger: 'other.example/0123456789abcdef' })],
    [401, 'look-key', await look({}, stranger)],
    [401, 'look-key', await look({}, gone)],
    [401, 'look-key', await look({}, machine)],
    [401, 'look-signature', { authorization: `${(await look()).authorization!.slice(0, -20)}${'A'.repeat(20)}` }],
    [401, 'look-expired', await look({ exp: Math.floor(now / 1_000) - 1 })],
    [401, 'look-too-long', await look({ exp: Math.floor(now / 1_000) + 901 })],
    [403, 'look-role', await look({ as: 'mayor@registry' })],
    [403, 'look-role', await look({ as: 'registrar@archive' })],
    [403, 'look-role', await look({ as: 'registrar@harbour' })],
    [403, 'look-purpose', await look({ purpose: 'curiosity' })],
    [403, 'look-purpose', await look({ purpose: 'constructor' })],
    [403, 'look-purpose-role', await look({ as: 'clerk@registry' })],
  ];
  for (const [status, code, headers] of tries) {
    const before = await count();
    const [there, none] = [await ask(CASE, headers), await ask(`/api/v1/vault/cases/${'d4'.repeat(16)}`, headers)];
    assert.deepEqual([there.status, there.json.code], [status, code]);
    assert.deepEqual(there.json, none.json);
    assert.equal(there.headers.get('www-authenticate'), status === 401 ? 'Tabularium-Look' : null);
    assert.equal(await count(), before + 2);
    const row = (await newest())!;
    assert.deepEqual([row.refused, row.action], [code, 'case.read']);
    const isSure = ['look-expired', 'look-too-long', 'look-role', 'look-purpose', 'look-purpose-role'].includes(code);
    assert.equal(row.officer, isSure ? 'ana' : '');
  }
});

test('a case is read after its row is written; one that is not granted is told like one that is not there', async () => {
  const read = await ask(CASE, await look());
  assert.equal(read.status, 200);
  assert.deepEqual(read.json, { case: ZOFIA, holdings: [{ tx, path: '', disclosures: [disclosure] }] });
  assert.equal(read.headers.get('cache-control'), 'no-store');
  assert.equal(read.headers.get('access-control-allow-origin'), null);
  const { officer, role, office, purpose, file, action, cases, refused } = (await newest())!;
  assert.deepEqual(
    { officer, role, office, purpose, file, action, cases, refused },
    {
      ...{ officer: 'ana', role: 'registrar', office: 'registry', purpose: 'birth-certificate', file: 'REG-2026/114' },
      ...{ action: 'case.read', cases: JSON.stringify([ZOFIA]), refused: null },
    },
  );
  const hidden = await ask(`/api/v1/vault/cases/${HIDDEN}`, await look());
  assert.deepEqual([hidden.status, hidden.json.code], [403, 'not-granted']);
  assert.deepEqual([(await newest())!.refused, (await newest())!.cases], ['not-granted', JSON.stringify([HIDDEN])]);
  assert.deepEqual((await ask(`/api/v1/vault/cases/${'d4'.repeat(16)}`, await look())).json, hidden.json);
  assert.equal((await ask(`/api/v1/vault/cases/${NOBODY}`, await look())).status, 404);
  assert.equal((await ask('/api/v1/vault/cases/zofia', await look())).status, 400);
});

test('a search answers with what the officer may see, and is on the log with its hits', async () => {
  const found = await ask('/api/v1/vault/search', await look(), { register: 'births', names: ['Жофия Новакова'], birthYear: 1981 });
  assert.equal(found.status, 200);
  assert.deepEqual(
    found.json.hits.map((hit: { case: string }) => hit.case),
    [ZOFIA],
  );
  const row = (await newest())!;
  assert.deepEqual([row.action, row.cases, row.refused], ['search', JSON.stringify([ZOFIA]), null]);
  assert.ok(!JSON.stringify(row).includes('Nov') && !JSON.stringify(row).includes('1981'));
  for (const [code, body] of [
    ['search-too-few', { names: ['Žofia'] }],
    ['search-too-wide', { birthYear: 1980, place: 'Košice' }],
    ['search-malformed', { names: ['!'], birthYear: 1980 }],
  ] as const) {
    const refused = await ask('/api/v1/vault/search', await look(), { register: 'births', ...body });
    assert.deepEqual([refused.status, refused.json.code, (await newest())!.refused], [400, code, code]);
  }
  const before = await count();
  assert.equal((await ask('/api/v1/vault/search', await look(), { register: 'births', page: 2 })).status, 400);
  assert.equal((await ask('/api/v1/vault/search', {}, { register: 'births', names: ['Žofia'], birthYear: 1980 })).status, 401);
  assert.equal(await count(), before + 1);
});

test('the person sees who looked, with proof once it is anchored, and not what is withheld', async () => {
  assert.equal((await ask('/api/v1/vault/access/own')).status, 401);
  const own = { 'x-test-person': 'zofia' };
  const first = await ask('/api/v1/vault/access/own', own);
  assert.ok(first.json.rows.length > 3 && first.json.rows.every((row: { proof?: unknown }) => row.proof === undefined));
  const { size, root } = await log.head(AGENCY);
  anchor = { size };
  const { json } = await ask('/api/v1/vault/access/own?limit=200', own);
  assert.equal(json.anchor.size, size);
  assert.deepEqual(new Uint8Array(decodeBase64url(json.anchor.root)!), new Uint8Array(root));
  const proven = json.rows.filter((row: { proof?: unknown }) => row.proof !== undefined);
  assert.equal(proven.length, json.rows.length - 1);
  for (const row of proven) assert.ok(verifyShownAccess(row.proof as ShownAccess, root, sha256));
  assert.ok(!JSON.stringify(json).includes('"ana"') && !JSON.stringify(json).includes(HIDDEN));
  await ask(CASE, await look({ case: 'POL-7' }));
  const files = async () => (await ask('/api/v1/vault/access/own?limit=200', own)).json.total as number;
  const all = await files();
  withheld = 'POL-7';
  assert.equal(await files(), all);
  withheld = 'nothing';
  assert.equal(await files(), all + 2);
});

test('the Data Tracker of Estonia is answered as published, to who may ask', async () => {
  const client = { 'x-road-client': 'EE/GOV/70006317/portal' };
  for (const path of ['findUsage', 'usagePeriod', 'heartbeat']) assert.equal((await ask(`/v2/${path}?userCode=${CODE}`)).status, 403);
  assert.deepEqual((await ask('/v2/heartbeat', client)).json, { status: 'OK', message: 'API is ready' });
  const { periodStart } = (await ask('/v2/usagePeriod', client)).json;
  assert.ok(Date.parse(periodStart) <= now);
  const find = (query = '', userId = CODE) => ask(`/v2/findUsage?userCode=${CODE}${query}`, { ...client, 'x-road-userid': userId });
  const { json } = await find();
  assert.equal(json.usages.length, json.totalUsages);
  const read = json.usages.find((one: { action: string }) => one.action.startsWith('case.read'));
  assert.deepEqual(
    { ...read, logtime: '' },
    {
      logtime: '',
      action: 'case.read: birth-certificate',
      receiverCode: '75000000',
      receiverName: 'Vellmere',
      receiverSystem: 'Tabularium',
    },
  );
  const some = (await find('&offset=1&limit=2')).json;
  assert.equal(some.usages.length, 2);
  assert.equal(some.totalUsages, json.totalUsages + 1);
  assert.equal((await find('&periodEnd=2020-01-01T00:00:00')).json.totalUsages, 0);
  assert.ok((await find('&periodStart=2020-01-01T00:00:00%2B02:00')).json.totalUsages > 0);
  for (const wrong of ['&periodStart=yesterday', '&periodStart=2020-13-45T00:00:00Z', '&offset=-1', '&limit=0', '&limit=x']) {
    assert.equal((await find(wrong)).status, 400, wrong);
  }
  assert.equal((await ask(`/v2/findUsage?userCode=${CODE}`, client)).status, 400);
  assert.equal((await ask(`/v2/findUsage?userCode=${CODE}`, { ...client, 'x-road-user-id': CODE })).status, 200);
  assert.equal((await find('', 'EE38001010001')).status, 403);
  const all = (await find()).json.totalUsages as number;
  withheld = 'POL-7';
  assert.equal((await find()).json.totalUsages, all);
  withheld = 'nothing';
});

test('a stranger does not fill the log', async () => {
  const before = await count();
  now += 60_000;
  for (let n = 0; n < 80; n++) assert.equal((await ask(CASE)).status, 401);
  assert.equal((await count()) - before, 60);
  now += 60_000;
  await ask(CASE);
  assert.equal((await count()) - before, 61);
});

test('where no row can be written, nothing is shown', async () => {
  await database.db.schema.alterTable('access').renameTo('access_away').execute();
  const read = await ask(CASE, await look());
  assert.deepEqual([read.status, read.json.code], [500, 'internal']);
  await database.db.schema.alterTable('access_away').renameTo('access').execute();
  assert.equal((await ask(CASE, await look())).status, 200);
});
