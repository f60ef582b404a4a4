/** What an act says in words: its members and its money, at most so many lines, and nothing that a terminal would obey. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actTitle, bodyWords } from './act-words.ts';

const said = (body: unknown): readonly string[] => bodyWords(body).map((line) => line.trim());

test('each member by its place, money in whole units', () => {
  const items = [{ line: '2025.GEN.4', money: { amount: '125050', currency: 'EUR' } }, { money: { amount: '-5', currency: 'JPY' } }];
  assert.deepEqual(said({ items }), ['items 1, line: 2025.GEN.4', 'items 1, money: 1250.50 EUR', 'items 2, money: -5 JPY']);
  assert.equal(actTitle('treasury.payment.release').endsWith(' (treasury.payment.release)'), true);
  assert.equal(actTitle('else.what'), 'else.what');
});

test('hostile values stay one line each, and long acts end', () => {
  assert.deepEqual(said({ a: '\u001b[2J\nb', 'c\r': '\u202e', money: { amount: 'x', currency: '\u0007' } }), [
    'a: \\u001b[2J\\nb',
    'c\\r: \uFFFD',
    'money: x \\u0007',
  ]);
  const long = said({ items: Array.from({ length: 30 }, (_, n) => n) });
  assert.deepEqual([long.length, long.at(-1)], [21, 'and 10 more; --json shows them all']);
});
