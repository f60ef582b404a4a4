/** Reading over HTTP: heights, entries, blocks, receipts, facts, texts and tiles, each verified as a stranger would. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { decodeEntryBundle, LogTree, leafHash, parseCheckpoint, parseNote, tilePath } from '@tabularium/log';
import { verifyFact, verifyReceipt } from '@tabularium/verify';
import { openTown } from './town-rig.test.ts';

const { town, get, submit, proposal, close } = await openTown();
after(close);

const SHARED = {
  agreed: () => 0,
  covers: async () => false,
  evidence: () => [],
  awaitsText: () => false,
  voteless: () => undefined,
  missing: () => undefined,
};

describe('reading the ledger', () => {
  test('reads carry their height; a height to come is waited for, then 503', async () => {
    const { height } = town.storage.head();
    for (const path of ['/api/v1/blocks', '/log/checkpoint', '/api/v1/charter', '/api/v1/transactions', '/api/v1/treasury/lines']) {
      const answer = await get(path, { 'tabularium-min-height': String(height) });
      assert.equal(answer.status, 200, path);
      assert.ok(Number(answer.headers.get('tabularium-height')) >= height, path);
      assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    }
    const [ledger, list] = await Promise.all(
      ['/api/v1/blocks', '/api/v1/treasury/lines'].map((path) => get(path, { 'tabularium-min-height': String(height + 1000) })),
    );
    for (const late of [ledger!, list!]) {
      assert.deepEqual([late.status, late.json.code], [503, 'height-not-reached']);
      assert.equal(late.headers.get('retry-after'), '1');
    }
    const soon = get('/api/v1/blocks', { 'tabularium-min-height': String(height + 1) });
    await submit(proposal(30));
    assert.equal((await soon).status, 200);
    assert.equal((await get('/api/v1/blocks', { 'tabularium-min-height': 'x' })).status, 400);
  });

  test('entries, blocks and receipts agree with the log', async () => {
    const latest = await get('/api/v1/transactions?limit=5');
    const [entry] = latest.json.rows as { index: number; name: string; height: number }[];
    const block = await get(`/api/v1/blocks/${entry!.height}`);
    assert.equal(block.status, 200);
    assert.ok(
      (block.json.entries as { index: number; name: string }[]).some(({ index, name }) => index === entry!.index && name === entry!.name),
    );
    assert.equal((block.json.seal as { height: number }).height, entry!.height);
    const byName = await get(`/api/v1/receipts/${entry!.name}`);
    const byIndex = await get(`/api/v1/receipts/${entry!.index}`);
    assert.equal(byName.status, 200);
    assert.equal(byName.text, byIndex.text);
    assert.equal(byName.headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.ok(verifyReceipt(byName.text, (await get('/log/policy')).text, nodeCrypto).ok);
    const paged = await get(`/api/v1/blocks?limit=2&before=${entry!.height}`);
    assert.deepEqual(
      (paged.json.rows as { height: number }[]).map(({ height }) => height),
      [entry!.height - 1, entry!.height - 2],
    );
    for (const path of ['/api/v1/blocks/99999999', '/api/v1/receipts/99999999', `/api/v1/receipts/${'A'.repeat(43)}`, '/api/v1/receipts/0'])
      assert.equal((await get(path)).status, 404, path);
    for (const path of ['/api/v1/blocks/x', '/api/v1/receipts/short', '/api/v1/transactions?signer=x'])
      assert.equal((await get(path)).status, 400, path);
  });

  test('facts prove what stands and that nothing does', async () => {
    const policy = (await get('/log/policy')).text;
    const stands = await get('/api/v1/facts/treasury/year/2025');
    assert.match(String(stands.headers.get('content-type')), /^application\/vnd\.tabularium\.fact\+json/);
    const fact = verifyFact(stands.text, policy, nodeCrypto);
    assert.ok(fact.ok, JSON.stringify(fact));
    const absent = verifyFact((await get('/api/v1/facts/treasury/year/2199')).text, policy, nodeCrypto);
    assert.ok(absent.ok);
    assert.equal(absent.value, null);
    assert.equal((await get('/api/v1/facts/treasury/year/no%20key')).status, 400);
    const { fact: made } = town.door;
    Object.assign(town.door, { fact: () => Promise.reject(new Error('the newest block was not signed in time')) });
    const later = await get('/api/v1/facts/treasury/year/2025');
    Object.assign(town.door, { fact: made });
    assert.deepEqual([later.status, later.json.code, later.headers.get('retry-after')], [503, 'not-signed-yet', '2']);
  });

  test('a published text is found by its digest; once withdrawn, only that it was', async () => {
    const { step } = town.told.find(({ step: { disclosures }, status }) => disclosures.length > 0 && status === 201)!;
    const [disclosure] = step.disclosures as [string];
    const digest = createHash('sha256').update(disclosure).digest('base64url');
    const found = await get(`/api/v1/texts/${digest}`);
    assert.equal(found.status, 200, found.text);
    assert.equal(found.json.disclosure, disclosure);
    assert.equal(typeof found.json.value, 'string');
    town.texts.withdraw({ digest, time: town.now, ground: 'privacy', case: 'C-1' });
    const gone = await get(`/api/v1/texts/${digest}`);
    assert.deepEqual(
      [gone.status, gone.json.code, gone.json.withdrawn],
      [410, 'text-withdrawn', { time: town.now, ground: 'privacy', case: 'C-1' }],
    );
    const unknown = `/api/v1/texts/${'B'.repeat(42)}A`;
    assert.equal((await get(unknown)).status, 404);
    const shared = { ...SHARED, awaitsText: (one: string) => unknown.endsWith(one) };
    Object.assign(town.door, { shared });
    const late = await get(unknown);
    assert.deepEqual([late.status, late.json.code, late.headers.get('retry-after')], [503, 'text-not-here-yet', '2']);
    assert.equal((await get(`/api/v1/texts/${'C'.repeat(42)}A`)).status, 404);
    assert.equal((await get(`/api/v1/texts/${digest}`)).status, 410);
    Reflect.deleteProperty(town.door, 'shared');
    assert.equal((await get('/api/v1/texts/short')).status, 400);
  });

  test('many texts are read at once, withdrawn ones marked and decoys left out', async () => {
    const disclosures = town.told.flatMap(({ step, status }) => (status === 201 ? step.disclosures : [])).slice(0, 3);
    const digests = disclosures.map((one) => createHash('sha256').update(one).digest('base64url'));
    const decoy = `${'D'.repeat(42)}A`;
    const many = (of: readonly string[]) => get(`/api/v1/texts?${of.map((digest) => `digest=${digest}`).join('&')}`);
    town.texts.withdraw({ digest: digests[0]!, time: town.now, ground: 'privacy', case: 'C-1' });
    const { status, json, text } = await many([...digests, decoy, digests[1]!]);
    const rows = json.rows as { digest: string; name?: string; value?: string; withdrawn?: object }[];
    assert.equal(status, 200, text);
    assert.deepEqual(
      rows.map(({ digest }) => digest),
      digests,
    );
    assert.deepEqual(rows[0], { digest: digests[0], withdrawn: { time: town.now, ground: 'privacy', case: 'C-1' } });
    assert.ok(rows.slice(1).every(({ name, value }) => typeof name === 'string' && typeof value === 'string'));
    assert.deepEqual((await many([decoy])).json, { rows: [] });
    const hundred = Array.from({ length: 101 }, (_, n) => `${String(n).padStart(42, '0')}A`);
    assert.equal((await many(hundred.slice(1))).status, 200);
    for (const refused of [hundred, [], ['short']]) assert.equal((await many(refused)).status, 400);
  });

  test('what may be among old blocks that have not arrived yet is not said to be nowhere', async () => {
    const { height } = town.door.head();
    const name = `${'B'.repeat(42)}A`;
    const past = [`/api/v1/receipts/${name}`, `/api/v1/transactions/${name}`, '/log/tile/entries/900'];
    const nowhere = [`/api/v1/blocks/${height + 1}`, '/log/tile/0/900'];
    for (const path of [...past, ...nowhere]) assert.equal((await get(path)).status, 404, path);
    Object.assign(town.door, { shared: { ...SHARED, missing: () => ({ from: 2, to: 5 }) } });
    for (const path of past) {
      const later = await get(path);
      assert.deepEqual([later.status, later.json.code, later.headers.get('retry-after')], [503, 'past-not-here-yet', '60'], path);
    }
    for (const path of nowhere) assert.equal((await get(path)).status, 404, path);
    Reflect.deleteProperty(town.door, 'shared');
  });

  test('the log can be read by tiles alone: entries and tiles give the checkpoint’s root', async () => {
    const note = parseNote((await get('/log/checkpoint')).text)!;
    const checkpoint = parseCheckpoint(note.text)!;
    const tree = LogTree.empty(nodeCrypto.sha256);
    const tiles: Buffer[] = [];
    for (let index = 0; index * 256 < checkpoint.size; index++) {
      const width = Math.min(256, checkpoint.size - index * 256);
      const bundle = await fetch(`${town.base}/log/${tilePath('entries', index, width)}`);
      assert.equal(bundle.headers.get('content-type'), 'application/octet-stream');
      assert.match(String(bundle.headers.get('cache-control')), /immutable/);
      const leaves = decodeEntryBundle(new Uint8Array(await bundle.arrayBuffer()))!;
      const hashes = leaves.map((leaf) => leafHash(leaf, nodeCrypto.sha256));
      for (const hash of hashes) tree.append(hash);
      tiles.push(Buffer.concat(hashes));
      const tile = await fetch(`${town.base}/log/${tilePath(0, index, width)}`);
      assert.deepEqual(Buffer.from(await tile.arrayBuffer()), tiles[index]);
    }
    assert.deepEqual(tree.root(), checkpoint.root);
    assert.ok(checkpoint.size > 256, 'more than one tile');
    const vkey = await get('/log/vkey');
    assert.match(vkey.text, new RegExp(`^${town.origin.replace('/', '\\/')}\\+[0-9a-f]{8}\\+[A-Za-z0-9+/=]+\\n$`));
    for (const path of [
      '/log/tile/0/999',
      '/log/tile/0/0',
      '/log/tile/64/000',
      '/log/tile/entries/x001',
      '/log/tile/0/000.p/0',
      '/log/tile/0/000.p/256',
    ]) {
      assert.equal((await get(path)).status, 404, path);
    }
  });
});
