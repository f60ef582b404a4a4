/** What other nodes hear of a node's texts: every one that is live, once, in order, whatever becomes of the file. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { nodeCrypto } from '@tabularium/crypto';
import { makeDisclosure } from '@tabularium/protocol';
import type { TextPlace } from './text-list.ts';
import { openTexts, type Texts } from './texts.ts';

const root = mkdtempSync(join(tmpdir(), 'tabularium-text-list-'));
after(() => rmSync(root, { recursive: true, force: true }));
const open = new Set<Texts>();
afterEach(async () => {
  for (const texts of open) await texts.close();
  open.clear();
});

const NOW = 1_800_000_000;
const newDirectory = (): string => mkdtempSync(join(root, 'data-'));
const disclose = (value: string): { text: string; digest: string } => makeDisclosure(randomBytes(16), 'label', value, nodeCrypto);
function opened(dir: string, isAccepted: (tx: string) => boolean = () => false): Texts {
  const texts = openTexts(dir, { isAccepted, withdrawals: [], nowSeconds: NOW });
  open.add(texts);
  return texts;
}

async function publish(texts: Texts, tx: string, ...disclosures: readonly string[]): Promise<void> {
  await texts.putPending(tx, NOW + 60, disclosures);
  texts.activate(tx);
}

function digestsAfter(texts: Texts, place?: TextPlace, max = 100): readonly string[] | undefined {
  return texts
    .list()
    .after(place, max)
    ?.map(({ digest }) => digest);
}

test('what is live is listed once, in the order in which it came to be so: before the list was made, and after', async () => {
  const texts = opened(newDirectory());
  const [a, b, c, d] = [disclose('a'), disclose('b'), disclose('c'), disclose('d')] as const;
  await publish(texts, 'tx-1', a.text);
  await texts.putPending('tx-2', NOW + 60, [b.text]);
  assert.deepEqual(
    texts
      .list()
      .after(undefined, 10)
      ?.map(({ at, digest, tx }) => ({ at, digest, tx })),
    [{ at: 1, digest: a.digest, tx: 'tx-1' }],
  );
  texts.putLive([{ tx: 'tx-3', disclosure: c.text }]);
  texts.activate('tx-2');
  texts.activate('tx-2');
  texts.putLive([{ tx: 'tx-3', disclosure: c.text }]);
  await texts.putPending('tx-4', NOW + 60, [d.text]);
  texts.drop('tx-4');
  assert.deepEqual(digestsAfter(texts), [a.digest, c.digest, b.digest]);
  const [first, second] = texts.list().after(undefined, 2)!;
  assert.deepEqual(digestsAfter(texts, first, 1), [c.digest]);
  assert.deepEqual(digestsAfter(texts, second), [b.digest]);
  assert.deepEqual(digestsAfter(texts, texts.list().after(second, 1)![0]), []);
});

test('a text that another node gave is live, also one that was pending here', async () => {
  const texts = opened(newDirectory());
  const [a, b] = [disclose('a'), disclose('b')] as const;
  texts.list();
  await texts.putPending('tx-1', NOW + 60, [a.text]);
  texts.putLive([
    { tx: 'tx-1', disclosure: a.text },
    { tx: 'tx-2', disclosure: b.text },
  ]);
  assert.deepEqual(texts.get(a.digest), { kind: 'text', disclosure: a.text });
  assert.deepEqual(texts.get(b.digest), { kind: 'text', disclosure: b.text });
  texts.drop('tx-1');
  assert.deepEqual(texts.counts(), { live: 2, pending: 0, withdrawn: 0 });
  assert.deepEqual(digestsAfter(texts), [a.digest, b.digest]);
});

test('a text that another node gives is not kept once it is withdrawn, and goes when it is', async () => {
  const dir = newDirectory();
  const texts = opened(dir);
  const [a, b] = [disclose(`MARKER-${'x'.repeat(3000)}`), disclose(`MARKER-${'y'.repeat(3000)}`)] as const;
  texts.withdraw({ digest: a.digest, time: NOW * 1000, ground: 'privacy', case: 'C-1' });
  texts.putLive([
    { tx: 'tx-1', disclosure: a.text },
    { tx: 'tx-2', disclosure: b.text },
  ]);
  texts.withdraw({ digest: b.digest, time: NOW * 1000, ground: 'privacy', case: 'C-2' });
  await nextTurn();
  await nextTurn();
  for (const { text, digest } of [a, b]) {
    assert.equal(texts.get(digest)?.kind, 'withdrawn');
    const files = ['texts.db', 'texts.db-wal'].map((name) => join(dir, name)).filter((path) => existsSync(path));
    assert.ok(!files.some((path) => readFileSync(path).includes(text.slice(0, 200))));
  }
  assert.deepEqual(digestsAfter(texts), [b.digest]);
});

test('what a crash left pending is listed when the next start finds its entry', async () => {
  const dir = newDirectory();
  const { text, digest } = disclose('a');
  const before = opened(dir);
  before.list();
  await before.putPending('tx-1', NOW + 60, [text]);
  await before.close();
  assert.deepEqual(digestsAfter(opened(dir, (tx) => tx === 'tx-1')), [digest]);
});

test('a list that goes on from an older copy does not know the places of the one before it', async () => {
  const [dir, copy] = [newDirectory(), newDirectory()];
  const [a, b, c] = [disclose('a'), disclose('b'), disclose('c')] as const;
  const before = opened(dir);
  await publish(before, 'tx-1', a.text);
  before.list();
  await before.close();
  cpSync(dir, copy, { recursive: true });
  const went = opened(dir);
  await publish(went, 'tx-2', b.text);
  const [old, newer] = went.list().after(undefined, 2)!;
  const back = opened(copy);
  assert.equal(digestsAfter(back, newer), undefined);
  await publish(back, 'tx-2', b.text);
  await publish(back, 'tx-3', c.text);
  assert.equal(digestsAfter(back, newer), undefined, 'the same text at the same place, listed another time');
  assert.deepEqual(digestsAfter(back, old), [b.digest, c.digest]);
});

test('how far another node’s list has been followed is still known after a new start', async () => {
  const dir = newDirectory();
  const texts = opened(dir);
  const place = { at: 7, mark: '0123456789abcdef' };
  texts.list().savePlaceIn('court', { ...place, at: 6 });
  texts.list().savePlaceIn('court', place);
  await texts.close();
  const list = opened(dir).list();
  assert.deepEqual([list.placeIn('court'), list.placeIn('office')], [place, undefined]);
});
