/** Signing again after silence is the same act; after an answer, or with other content, it is another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SameAgain } from './same-again.ts';

const NOW = 1_780_000_000_000;
const make = () => ({ action: 'treasury.payment.order', body: {}, disclosures: [String(Math.random())] });

test('id, expiry and texts are kept for the same content until it is answered or about to expire', () => {
  const again = new SameAgain();
  const first = again.request('a', NOW, make);
  assert.match(first.id!, /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  assert.equal(again.request('a', NOW + 30_000, make), first);
  assert.notEqual(again.request('b', NOW, make).id, first.id);
  const other = again.request('a', NOW, make);
  assert.notEqual(other.id, first.id, 'what was typed in between is over');
  assert.notEqual(again.request('a', NOW + 541_000, make).id, other.id);
  const last = again.request('c', NOW, make);
  again.answered();
  assert.notEqual(again.request('c', NOW, make).id, last.id);
});
