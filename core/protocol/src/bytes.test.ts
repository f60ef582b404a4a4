/** Hex, ASCII, base64 and UTF-8 against the platform's own codecs, on arbitrary bytes and on every misspelling. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeBase64, decodeBase64url, decodeBase64urlBytes, encodeBase64, encodeBase64url } from './base64.ts';
import { asciiBytes, asciiText, compareBytes, concatBytes, equalBytes, fromHex, toHex } from './bytes.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const bytes = fc.uint8Array({ maxLength: 300 });

describe('hex', () => {
  test('is what Buffer writes, and reads back', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        assert.equal(toHex(value), Buffer.from(value).toString('hex'));
        assert.deepEqual(fromHex(toHex(value)), value);
      }),
    );
  });

  test('takes lowercase only, two digits a byte', () => {
    for (const text of ['0', 'A0', '0g', '0x', '0 ', ' 00', '٠٠']) assert.throws(() => fromHex(text), RangeError, text);
  });
});

describe('byte strings', () => {
  test('compare as Buffer does and equal only themselves', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        assert.equal(Math.sign(compareBytes(a, b)), Buffer.compare(a, b));
        assert.equal(equalBytes(a, b), Buffer.compare(a, b) === 0);
        assert.ok(equalBytes(a, a.slice()));
        assert.deepEqual(concatBytes(a, b), new Uint8Array(Buffer.concat([a, b])));
      }),
    );
    assert.deepEqual(concatBytes(), new Uint8Array());
  });

  test('ASCII goes both ways and nothing else goes at all', () => {
    const long = 'a~'.repeat(10_000);
    assert.equal(asciiText(asciiBytes(long)), long);
    assert.throws(() => asciiBytes('é'), RangeError);
    assert.throws(() => asciiText(Uint8Array.of(0x80)), RangeError);
  });
});

describe('base64', () => {
  test('both alphabets are what Buffer writes, and read back', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        assert.equal(encodeBase64url(value), Buffer.from(value).toString('base64url'));
        assert.equal(encodeBase64(value), Buffer.from(value).toString('base64'));
        assert.deepEqual(decodeBase64url(encodeBase64url(value)), value);
        assert.deepEqual(decodeBase64(encodeBase64(value)), value);
      }),
    );
  });

  test('a text is read only if it is the one spelling of its bytes', () => {
    const alphabet = [...'ABQgwxyz019-_+/= \n.é'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...alphabet), { maxLength: 9 }), (characters) => {
        const text = characters.join('');
        const url = Buffer.from(text, 'base64url');
        assert.deepEqual(decodeBase64url(text), url.toString('base64url') === text ? new Uint8Array(url) : undefined);
        const plain = Buffer.from(text, 'base64');
        assert.deepEqual(decodeBase64(text), plain.toString('base64') === text ? new Uint8Array(plain) : undefined);
      }),
      { numRuns: 5000 },
    );
  });

  test('a part inside other bytes is read alike', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const text = `xx.${encodeBase64url(value)}.yy`;
        assert.deepEqual(decodeBase64urlBytes(asciiBytes(text), 3, text.length - 3), value);
      }),
    );
    assert.equal(decodeBase64urlBytes(Uint8Array.of(0xc1, 0x41), 0, 2), undefined);
  });
});

describe('UTF-8', () => {
  const reference = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const referenceText = (value: Uint8Array): string | undefined => {
    try {
      return reference.decode(value);
    } catch {
      return undefined;
    }
  };

  test('arbitrary bytes are read or refused as TextDecoder does', () => {
    fc.assert(
      fc.property(bytes, (value) => assert.equal(decodeUtf8(value), referenceText(value))),
      { numRuns: 2000 },
    );
  });

  test('sequences of lead and continuation bytes are read or refused as TextDecoder does', () => {
    const edges = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff];
    for (const a of edges) {
      for (const b of edges) {
        for (const c of edges) {
          for (const d of edges) {
            const value = Uint8Array.of(a, b, c, d);
            assert.equal(decodeUtf8(value), referenceText(value), toHex(value));
          }
        }
      }
    }
  });

  test('well-formed text goes both ways, a byte order mark stays', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        assert.deepEqual(encodeUtf8(text), new TextEncoder().encode(text));
        assert.equal(decodeUtf8(encodeUtf8(text)), text);
      }),
      { numRuns: 1000 },
    );
    assert.equal(decodeUtf8(encodeUtf8('\ufeffa')), '\ufeffa');
  });

  test('a lone surrogate has no UTF-8', () => {
    for (const text of ['\ud800', 'a\udc00b', '\udc00\ud800']) assert.throws(() => encodeUtf8(text), RangeError);
  });
});
