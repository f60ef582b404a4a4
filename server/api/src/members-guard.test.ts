/** On a members' ledger everybody sees that it grows; what stands in it is for whoever signs with a key that it knows, and for nobody else. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { generateEs256, nodeCrypto, signEs256 } from '@tabularium/crypto';
import { encodeLook, makeUlid, thumbprint } from '@tabularium/protocol';
import type { SigningKey } from '@tabularium/scenarios';
import { openTown, type TownRig } from './town-rig.test.ts';

/** Whatever stands in entries, or follows from them. */
const CLOSED = [
  ...[
    '/log/tile/entries/000.p/1',
    '/api/v1/stories',
    '/api/v1/stories/0',
    '/api/v1/feed',
    '/api/v1/live',
    '/api/v1/blocks',
    '/api/v1/data',
  ],
  ...['/api/v1/search?q=roof', '/api/v1/offices', '/api/v1/titles?keys=treasury/year/2025', '/api/v1/texts?digest=x', '/data/entries.csv'],
  ...['/api/v1/treasury/lines', '/api/v1/kernel/officers', '/api/v1/lives/treasury/year/2025', '/api/v1/facts/treasury/year/2025'],
  ...['/api/v1/desk/mayor-1', '/data/catalog.jsonld', '/api/v1/transactions'],
];
const OPEN = [
  '/',
  '/entries',
  '/record/treasury/year/2025',
  '/health',
  '/log/checkpoint',
  '/log/policy',
  '/log/tile/0/000.p/1',
  '/api/v1/views',
];

describe('a members’ ledger', () => {
  let rig: TownRig;
  before(async () => {
    rig = await openTown({ log: 'members', steps: 30 });
  });
  after(() => rig.close());

  async function look(key: SigningKey, change: object = {}): Promise<string> {
    const { origin, now } = rig.town;
    const payload = { ledger: origin, id: makeUlid(now, new Uint8Array(10)), exp: Math.floor(now / 1_000) + 60, ...change };
    return `Tabularium-Look ${await encodeLook(payload, key.kid, key.sign)}`;
  }

  test('nobody unknown reads what stands in it, whatever they ask', async () => {
    for (const path of CLOSED) {
      const { status, json, text } = await rig.get(path);
      assert.deepEqual([status, json.code], [401, 'members-only'], `${path}: ${text.slice(0, 200)}`);
    }
    // What a new route shows is closed until somebody has opened it.
    const { paths } = (await rig.get('/api/openapi.json')).json as { paths: Record<string, { get?: unknown }> };
    const answered = await Promise.all(
      Object.keys(paths)
        .filter((path) => /^\/(api\/v1|data)\//.test(path) && paths[path]?.get !== undefined)
        .map(async (path) => [path.replaceAll(/\{.*?\}/g, 'x'), (await rig.get(path.replaceAll(/\{.*?\}/g, 'x'))).status] as const),
    );
    assert.deepEqual(answered.flatMap(([path, status]) => (status === 200 ? [path] : [])).sort(), [
      '/api/v1/charter',
      '/api/v1/forms',
      '/api/v1/seen',
      '/api/v1/views',
      '/api/v1/words',
    ]);
  });

  test('that it grows, what may be done and what one hands in is everybody’s; pages say nothing of entries', async () => {
    for (const path of OPEN) assert.equal((await rig.get(path)).status, 200, path);
    for (const path of ['/', '/entries']) assert.doesNotMatch((await rig.get(path)).text, /appropriat|Open a budget year/i, path);
    const { name } = rig.town.told[0]!.answer as { name: string };
    assert.equal((await rig.get(`/api/v1/receipts/${name}`)).status, 200);
    assert.equal((await rig.submit(rig.proposal(1))).status, 201);
  });

  test('an officer’s look opens it for a quarter of an hour; another’s, another ledger’s and an old one do not', async () => {
    const officer = rig.town.keyOf('mayor-1');
    const { privateKey, jwk } = generateEs256();
    const stranger = { kid: thumbprint(jwk, nodeCrypto), sign: signEs256(privateKey) };
    const now = Math.floor(rig.town.now / 1_000);
    const ask = async (authorization: string) => {
      const { status, json } = await rig.get('/api/v1/treasury/lines', { authorization });
      return [status, json.detail];
    };
    assert.deepEqual(await ask(await look(officer)), [200, undefined]);
    assert.deepEqual(await ask(await look(officer, { as: 'mayor@mayor', purpose: 'audit', case: '1' })), [200, undefined]);
    assert.deepEqual(await ask(await look(stranger)), [401, 'look-key']);
    assert.deepEqual(await ask(await look({ ...stranger, kid: officer.kid })), [401, 'look-signature']);
    assert.deepEqual(await ask(await look(officer, { ledger: 'town.example/0123456789abcdef' })), [401, 'look-ledger']);
    assert.deepEqual(await ask(await look(officer, { exp: now })), [401, 'look-expired']);
    assert.deepEqual(await ask(await look(officer, { exp: now + 901 })), [401, 'look-too-long']);
    assert.deepEqual(await ask('Tabularium-Look nonsense'), [401, undefined]);
    assert.deepEqual(await ask('Bearer x'), [401, undefined]);
  });
});
