/** The box keeps what people write, forgets it in time, and takes no flood. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FeedbackBox } from './feedback-box.ts';

const HOUR = 3_600_000;

test('messages are kept for the operator alone, twenty an hour, ninety days', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-feedback-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, 'feedback.jsonl');
  const lines = (): readonly string[] => readFileSync(path, 'utf8').split('\n').filter(Boolean);
  let now = Date.UTC(2026, 0, 1);
  const box = new FeedbackBox(dir, () => now);
  assert.ok(box.put('/money', 'The drawing\nhas no table'));
  assert.deepEqual(JSON.parse(lines()[0]!), { day: '2026-01-01', page: '/money', text: 'The drawing\nhas no table' });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  for (let n = 1; n < 20; n++) assert.ok(box.put('', String(n)));
  assert.equal(box.put('', 'one too many'), false);
  now += HOUR + 1;
  assert.ok(box.put('', 'an hour later'));
  appendFileSync(path, 'not json');
  now += 91 * 24 * HOUR;
  assert.ok(box.put('', 'months later'));
  assert.deepEqual(
    lines().map((line) => (JSON.parse(line) as { text: string }).text),
    ['months later'],
  );
});

test('a full box takes nothing more', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tabularium-feedback-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  appendFileSync(join(dir, 'feedback.jsonl'), '{"day":"2026-01-01","page":"","text":"x"}\n'.repeat(1_000));
  assert.equal(new FeedbackBox(dir, () => Date.UTC(2026, 0, 2)).put('', 'x'), false);
});
