/** Ids as bytes: the order of ULIDs is kept, and nothing else is taken for one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeUlid } from '@tabularium/protocol';
import fc from 'fast-check';
import { kidBytes, ulidBytes, ulidText } from './id-key.ts';

const ulidParts = fc.tuple(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.uint8Array({ minLength: 10, maxLength: 10 }));

test('a ULID is its 48 bits of time and 80 random bits', () => {
  fc.assert(
    fc.property(ulidParts, ([time, random]) => {
      const expected = Buffer.alloc(16);
      expected.writeUIntBE(time, 0, 6);
      expected.set(random, 6);
      assert.deepEqual(Buffer.from(ulidBytes(makeUlid(time, random))), expected);
      assert.equal(ulidText(expected), makeUlid(time, random));
    }),
  );
});

test('what is no ULID or no key id is refused', () => {
  const good = makeUlid(1, new Uint8Array(10));
  for (const bad of [
    '',
    good.slice(1),
    `${good}0`,
    `8${good.slice(1)}`,
    good.replace(/0$/, 'I'),
    good.replace(/0$/, 'é'),
    good.replace(/0$/, 'a'),
  ]) {
    assert.throws(() => ulidBytes(bad), RangeError, bad);
  }
  assert.equal(kidBytes('A'.repeat(43)).length, 32);
  for (const bad of ['', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}!`]) assert.throws(() => kidBytes(bad), RangeError, bad);
});
