/** A session lasts as long as it is used, and never longer than a working day; its name is not to be had from what the server keeps. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SessionBook, TIMEOUTS } from './session-book.ts';

const MAYOR = { officer: 'mayor-1', isOperator: false };

function bookAt(start: number) {
  let now = start;
  const book = new SessionBook(() => now);
  return { book, wait: (ms: number) => (now += ms) };
}

test('used, it goes on; unused for half an hour, it is over, and stays so', () => {
  const { book, wait } = bookAt(0);
  const name = book.start(MAYOR);
  for (let times = 0; times < 3; times++) {
    wait(TIMEOUTS.idleMs - 1);
    assert.equal(book.find(name)?.officer, 'mayor-1');
  }
  wait(TIMEOUTS.idleMs);
  assert.equal(book.find(name), undefined);
  wait(-TIMEOUTS.idleMs);
  assert.equal(book.find(name), undefined);
});

test('however busy, it is over after twelve hours', () => {
  const { book, wait } = bookAt(0);
  const name = book.start(MAYOR);
  for (let hours = 0.25; hours < 12; hours += 0.25) {
    wait(TIMEOUTS.absoluteMs / 48);
    assert.notEqual(book.find(name), undefined);
  }
  wait(TIMEOUTS.absoluteMs / 48);
  assert.equal(book.find(name), undefined);
});

test('names and words are 256 random bits each, and none is guessed or found by its beginning', () => {
  const { book } = bookAt(0);
  const names = Array.from({ length: 50 }, () => book.start(MAYOR));
  const words = names.map((name) => book.find(name)!.csrf);
  assert.equal(new Set([...names, ...words]).size, 100);
  for (const one of [...names, ...words]) assert.match(one, /^[A-Za-z0-9_-]{43}$/);
  assert.equal(book.find(names[0]!.slice(0, 42)), undefined);
  assert.equal(book.find(''), undefined);
  book.end(names[0]!);
  assert.equal(book.find(names[0]!), undefined);
  assert.notEqual(book.find(names[1]!), undefined);
});

test('there are never more than ten thousand: the oldest goes', () => {
  const { book } = bookAt(0);
  const first = book.start(MAYOR);
  const second = book.start(MAYOR);
  for (let n = 2; n <= 10_000; n++) book.start(MAYOR);
  assert.equal(book.find(first), undefined);
  assert.notEqual(book.find(second), undefined);
});
