/** The small forms behind core's Crypto: digests, UTF-8, the bounded key cache. */
import assert from 'node:assert/strict';
import { createHash, createSecretKey } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { KeyCache } from './key-cache.ts';
import { nodeCrypto } from './node-crypto.ts';

describe("Node's Crypto for core", () => {
  test('SHA-256 is the SHA-256 of everyone else, in a plain Uint8Array of its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const digest = nodeCrypto.sha256(bytes);
        assert.equal(Object.getPrototypeOf(digest), Uint8Array.prototype);
        assert.equal(Buffer.from(digest).toString('hex'), createHash('sha256').update(bytes).digest('hex'));
      }),
    );
    const first = nodeCrypto.sha256(new Uint8Array(1));
    const copy = first.slice();
    nodeCrypto.sha256(new Uint8Array(2));
    assert.deepEqual(first, copy);
  });

  test('UTF-8 is strict, and a byte order mark stays', () => {
    for (const bad of [[0x80], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]) {
      assert.throws(() => nodeCrypto.utf8.decode(Uint8Array.from(bad)));
    }
    assert.equal(nodeCrypto.utf8.decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), '\ufeffa');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = nodeCrypto.utf8.encode(text);
        assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype);
        assert.deepEqual(bytes, new TextEncoder().encode(text));
        if (text.isWellFormed()) assert.equal(nodeCrypto.utf8.decode(nodeCrypto.utf8.encode(text)), text);
      }),
    );
  });

  test('the key cache keeps what is used and never more than twice its limit', () => {
    const cache = new KeyCache(10);
    const key = createSecretKey(Buffer.from('k'));
    cache.set('kept', key);
    for (let i = 0; i < 1000; i++) {
      cache.set(`k${i}`, key);
      assert.equal(cache.get('kept'), key);
      assert.ok(cache.size <= 20);
    }
    assert.equal(cache.get('k1'), undefined);
  });
});
