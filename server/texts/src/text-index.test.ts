/** Words of texts are found when they are live, and not for a moment longer: nor in the bytes of the index. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { nodeCrypto } from '@tabularium/crypto';
import { makeDisclosure } from '@tabularium/protocol';
import { type FindStands, TextIndex } from './text-index.ts';
import { openTexts, type Texts } from './texts.ts';

const NOW = 1_800_000_000;
const root = mkdtempSync(join(tmpdir(), 'tabularium-text-index-'));
after(() => rmSync(root, { recursive: true, force: true }));
const open = new Set<{ close(): unknown }>();
afterEach(async () => {
  for (const one of open) await one.close();
  open.clear();
});

interface Place {
  readonly dir: string;
  readonly texts: Texts;
  readonly index: TextIndex;
}

const stands: FindStands = async (found) => found.map(({ tx }) => ({ entry: Number(tx.slice(3)), key: `treasury/line/${tx}` }));
const disclose = (value: string | number) => makeDisclosure(randomBytes(16), 'title', value, nodeCrypto);

function opened(dir = mkdtempSync(join(root, 'data-'))): Place {
  const texts = openTexts(dir, { isAccepted: () => false, withdrawals: [], nowSeconds: NOW });
  texts.list();
  const index = new TextIndex(join(dir, 'texts.db'), join(dir, 'text-index.db'));
  open.add(index).add(texts);
  return { dir, texts, index };
}

async function publish(texts: Texts, tx: string, ...values: readonly (string | number)[]): Promise<string[]> {
  const made = values.map(disclose);
  await texts.putPending(
    tx,
    NOW + 60,
    made.map(({ text }) => text),
  );
  texts.activate(tx);
  return made.map(({ digest }) => digest);
}

async function found({ index }: Place, words: string): Promise<readonly string[]> {
  while (await index.follow(stands));
  return index.find(words, 20).map(({ digest }) => digest);
}

test('any part of a word is found, in any case, with or without accents; all words must be there', async () => {
  const place = opened();
  const [roof, school, number] = await publish(place.texts, 'tx-7', 'New roof for the Müller school', 'Ático de la escuela, año 2', 4711);
  assert.deepEqual(await found(place, 'ROOF'), [roof]);
  assert.deepEqual(await found(place, 'muller  sch'), [roof]);
  assert.deepEqual(await found(place, 'atico ANO'), [school]);
  assert.deepEqual(await found(place, 'Ático la'), [school]);
  assert.deepEqual(await found(place, '4711'), [number]);
  for (const none of ['roof escuela', 'ro', '', '"', 'r* OR school', 'NEAR(roof)', 'roof zz'])
    assert.deepEqual(await found(place, none), [], none);
  assert.deepEqual(place.index.find('roof', 1), [{ digest: roof, entry: 7, key: 'treasury/line/tx-7' }]);
});

test('what begins as typed comes before what only contains it, then the newest', async () => {
  const place = opened();
  const [within] = await publish(place.texts, 'tx-1', 'Proofing of the wall');
  const [older] = await publish(place.texts, 'tx-2', 'Roof of the gym');
  const [newer] = await publish(place.texts, 'tx-3', 'Roof of the spa');
  assert.deepEqual(await found(place, 'roof'), [newer, older, within]);
  assert.deepEqual(place.index.find('roof', 2).length, 2);
});

test('pending and dropped texts are never in it; late ones come when they do', async () => {
  const place = opened();
  const pending = disclose('Pending words');
  await place.texts.putPending('tx-1', NOW + 60, [pending.text]);
  assert.deepEqual(await found(place, 'pending'), []);
  place.texts.drop('tx-1');
  const late = disclose('Late words');
  place.texts.putLive([{ tx: 'tx-2', disclosure: late.text }]);
  assert.deepEqual(await found(place, 'words'), [late.digest]);
  place.texts.putLive([{ tx: 'tx-3', disclosure: late.text }]);
  assert.deepEqual(await found(place, 'words'), [late.digest]);
});

test('a withdrawn text is gone from the index and from its bytes, also one withdrawn while it was taken up, or while nobody looked', async () => {
  let place = opened();
  const withdraw = (digest: string) => place.texts.withdraw({ digest, time: NOW, ground: 'privacy', case: 'C-1' });
  const [one, other] = await publish(place.texts, 'tx-1', 'zanzibar quixotic', 'zanzibar stays');
  assert.deepEqual((await found(place, 'zanzibar')).toSorted(), [one, other].toSorted());
  withdraw(one!);
  assert.deepEqual(await found(place, 'zanzibar'), [other]);
  assert.deepEqual(await found(place, 'quixotic'), []);
  const [hasty] = await publish(place.texts, 'tx-2', 'hastily xylophone');
  await place.index.follow((texts) => {
    withdraw(hasty!);
    return stands(texts);
  });
  assert.deepEqual(place.index.find('xylophone', 20), []);
  await nextTurn();
  for (const name of readdirSync(place.dir)) {
    const bytes = readFileSync(join(place.dir, name)).toString('latin1').toLowerCase();
    for (const piece of ['quixot', 'xylop']) assert.ok(!bytes.includes(piece), `${piece} in ${name}`);
  }
  const [asleep] = await publish(place.texts, 'tx-3', 'asleep');
  assert.deepEqual(await found(place, 'asleep'), [asleep]);
  place.index.close();
  open.delete(place.index);
  withdraw(asleep!);
  await place.texts.close();
  open.delete(place.texts);
  place = opened(place.dir);
  assert.deepEqual(await found(place, 'asleep'), []);
  assert.deepEqual(await found(place, 'zanzibar'), [other]);
});

test('an index that is lost, damaged or of another copy of the texts is made again', async () => {
  const first = opened();
  const [kept] = await publish(first.texts, 'tx-1', 'kept words');
  const copy = mkdtempSync(join(root, 'copy-'));
  await first.texts.close();
  open.delete(first.texts);
  cpSync(join(first.dir, 'texts.db'), join(copy, 'texts.db'));
  const place = opened(first.dir);
  const more = await publish(place.texts, 'tx-2', 'lost words', ...Array.from({ length: 600 }, (_, n) => `line number ${n}`));
  assert.deepEqual((await found(place, 'words')).toSorted(), [kept, more[0]].toSorted());
  assert.equal((await found(place, 'number 59')).length, 16);
  for (const one of open) await one.close();
  open.clear();
  cpSync(join(first.dir, 'text-index.db'), join(copy, 'text-index.db'));
  const older = opened(copy);
  const [since] = await publish(older.texts, 'tx-3', 'words since');
  assert.deepEqual((await found(older, 'words')).toSorted(), [kept, since].toSorted());
  for (const one of open) await one.close();
  open.clear();
  writeFileSync(join(copy, 'text-index.db'), randomBytes(20_000));
  assert.deepEqual((await found(opened(copy), 'words')).length, 2);
});
