/**
 * The text store tells a story of three facts: durable before ordering, live with the entry, gone when withdrawn.
 * Crashes are real: a child process is killed and the directory opened again.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nodeCrypto } from '@tabularium/crypto';
import { makeDisclosure } from '@tabularium/protocol';
import { openTexts, type Texts, type TextsOptions, type Withdrawal } from './texts.ts';

const root = mkdtempSync(join(tmpdir(), 'tabularium-texts-'));
after(() => rmSync(root, { recursive: true, force: true }));
const open = new Set<Texts>();
afterEach(async () => {
  for (const texts of open) await texts.close();
  open.clear();
});

const NOW = 1_800_000_000;
const nothing: TextsOptions = { isAccepted: () => false, withdrawals: [], nowSeconds: NOW };
function opened(dir: string, options: Partial<TextsOptions> = {}): Texts {
  const texts = openTexts(dir, { ...nothing, ...options });
  open.add(texts);
  return texts;
}
const newDirectory = (): string => mkdtempSync(join(root, 'data-'));
const disclose = (value: string): { text: string; digest: string } => makeDisclosure(randomBytes(16), 'label', value, nodeCrypto);

test('a text is pending until its entry makes it live', async () => {
  const texts = opened(newDirectory());
  const { text, digest } = disclose('New roof for the school');
  await texts.putPending('tx-1', NOW + 60, [text]);
  assert.equal(texts.get(digest), undefined);
  assert.deepEqual(texts.counts(), { live: 0, pending: 1, withdrawn: 0 });
  texts.activate('tx-1');
  assert.deepEqual(texts.get(digest), { kind: 'text', disclosure: text });
  assert.equal(texts.get('unknown'), undefined);
});

test('a refused transaction’s texts are shredded from every file', async () => {
  const dir = newDirectory();
  const texts = opened(dir);
  const { text, digest } = disclose(`MARKER-${'x'.repeat(3000)}`);
  await texts.putPending('tx-1', NOW + 60, [text]);
  assert.ok(filesContain(dir, text.slice(0, 200)));
  texts.drop('tx-1');
  await nextTurn();
  await nextTurn();
  assert.equal(texts.get(digest), undefined);
  assert.equal(filesContain(dir, text.slice(0, 200)), false);
  assert.equal(texts.counts().pending, 0);
});

test('the same transaction sent twice at once: one refusal does not shred what the other made live', async () => {
  const texts = opened(newDirectory());
  const { text, digest } = disclose('twice');
  await Promise.all([texts.putPending('tx-1', NOW + 60, [text]), texts.putPending('tx-1', NOW + 60, [text])]);
  texts.drop('tx-1');
  texts.activate('tx-1');
  assert.equal(texts.get(digest)?.kind, 'text');
  // A later repetition changes nothing either way.
  await texts.putPending('tx-1', NOW + 60, [text]);
  texts.drop('tx-1');
  assert.equal(texts.get(digest)?.kind, 'text');
  assert.deepEqual(texts.counts(), { live: 1, pending: 0, withdrawn: 0 });
});

test('a withdrawn text is overwritten and stays withdrawn, also when it comes again', async () => {
  const dir = newDirectory();
  const texts = opened(dir);
  const { text, digest } = disclose(`MARKER-${'y'.repeat(3000)}`);
  const withdrawal: Withdrawal = { digest, time: NOW * 1000, ground: 'privacy', case: 'C-12' };
  await texts.putPending('tx-1', NOW + 60, [text]);
  texts.activate('tx-1');
  texts.withdraw(withdrawal);
  texts.withdraw(withdrawal);
  await nextTurn();
  await nextTurn();
  assert.deepEqual(texts.get(digest), { kind: 'withdrawn', ...withdrawal });
  assert.equal(filesContain(dir, text.slice(0, 200)), false);
  await texts.putPending('tx-2', NOW + 60, [text]);
  texts.activate('tx-2');
  assert.equal(texts.get(digest)?.kind, 'withdrawn');
  assert.equal(filesContain(dir, text.slice(0, 200)), false);
});

test('at start the ledger decides: entries live, withdrawn gone, expired shredded, open ones kept', async () => {
  const dir = newDirectory();
  const texts = opened(dir);
  const [a, b, c, d] = [disclose('a'), disclose('b'), disclose('c'), disclose('d')] as const;
  await texts.putPending('accepted', NOW + 60, [a.text]);
  await texts.putPending('open', NOW + 86_400, [b.text]);
  await texts.putPending('expired', NOW - 86_400, [c.text]);
  await texts.putPending('withdrawn', NOW + 60, [d.text]);
  texts.activate('withdrawn');
  await texts.close();
  const withdrawal: Withdrawal = { digest: d.digest, time: NOW * 1000, ground: 'error', case: 'C-1' };
  const again = opened(dir, { isAccepted: (tx) => tx === 'accepted', withdrawals: [withdrawal] });
  assert.equal(again.get(a.digest)?.kind, 'text');
  assert.equal(again.get(b.digest), undefined);
  assert.equal(again.get(d.digest)?.kind, 'withdrawn');
  assert.deepEqual(again.counts(), { live: 1, pending: 1, withdrawn: 1 });
  again.sweep(NOW + 86_400 + 301);
  assert.equal(again.counts().pending, 0);
});

test('calls of one turn share one commit', async () => {
  const dir = newDirectory();
  const texts = opened(dir);
  const wal = (): Buffer => readFileSync(join(dir, 'texts.db-wal'));
  const before = commitFrames(wal());
  const put = Array.from({ length: 200 }, (_, n) => texts.putPending(`tx-${n}`, NOW + 60, [disclose(`text ${n}`).text]));
  let seen = 0;
  await Promise.all(put.map((one) => one.then(() => seen++)));
  assert.equal(seen, 200);
  assert.equal(texts.counts().pending, 200);
  assert.equal(commitFrames(wal()) - before, 1);
});

test('what was promised survives kill −9', async () => {
  const dir = newDirectory();
  const script = fileURLToPath(new URL('./texts.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { openTexts } from ${JSON.stringify(script)};
       const texts = openTexts(${JSON.stringify(dir)}, { isAccepted: () => false, withdrawals: [], nowSeconds: ${NOW} });
       for (let n = 0; ; n++) {
         await texts.putPending('tx-' + n, ${NOW + 600}, ['disclosure-' + n]);
         process.stdout.write(n + '\\n');
       }`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let told = '';
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      told += chunk.toString();
      if (told.split('\n').length > 50) child.kill('SIGKILL');
    });
    child.once('close', () => resolve());
  });
  const promised = told.split('\n').filter((line) => line !== '').length;
  const texts = opened(dir, { isAccepted: () => true });
  assert.ok(texts.counts().live >= promised, `${texts.counts().live} of ${promised}`);
});

function filesContain(dir: string, text: string): boolean {
  return ['texts.db', 'texts.db-wal'].some((name) => existsSync(join(dir, name)) && readFileSync(join(dir, name)).includes(text));
}

/** Frames of a SQLite write-ahead file (fileformat2 §4.1) that end a transaction: their second word is not zero. */
function commitFrames(wal: Buffer): number {
  if (wal.length === 0) return 0;
  const page = wal.readUInt32BE(8);
  const salt = wal.readUInt32BE(16);
  let commits = 0;
  for (let at = 32; at + 24 + page <= wal.length; at += 24 + page) {
    if (wal.readUInt32BE(at + 8) === salt && wal.readUInt32BE(at + 4) !== 0) commits++;
  }
  return commits;
}
