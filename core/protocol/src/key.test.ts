/** Keys and ids as the platform makes them: thumbprint, curve and ULID against independent computations. */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { generateEs256, nodeCrypto } from '@tabularium/crypto';
import fc from 'fast-check';
import { jwkToPoint, parsePublicJwk, pointToJwk, thumbprint } from './key.ts';
import { onCurve, signatureInRange } from './p256.ts';
import { isUlid, makeUlid } from './ulid.ts';

test('a generated key is on the curve, goes both ways, and has the thumbprint of its required members', () => {
  for (let i = 0; i < 20; i++) {
    const { jwk } = generateEs256();
    const parsed = parsePublicJwk({ ...jwk });
    assert.ok(parsed !== undefined && onCurve(parsed.point));
    assert.deepEqual(pointToJwk(parsed.point), jwk);
    const canonical = JSON.stringify({ crv: 'P-256', kty: 'EC', x: jwk.x, y: jwk.y });
    assert.equal(thumbprint(jwk, nodeCrypto), createHash('sha256').update(canonical).digest('base64url'));
  }
});

test('a point with one bit flipped is on the curve no more', () => {
  const point = jwkToPoint(generateEs256().jwk);
  assert.ok(point !== undefined);
  for (let bit = 0; bit < 512; bit++) {
    const both: Uint8Array = new Uint8Array([...point.x, ...point.y]);
    both[bit >> 3] = (both[bit >> 3] as number) ^ (1 << (bit & 7));
    assert.equal(onCurve({ x: both.subarray(0, 32), y: both.subarray(32) }), false, `bit ${bit}`);
  }
});

test('points of another length or another curve are not on P-256', () => {
  const { jwk } = generateEs256();
  const point = jwkToPoint(jwk);
  assert.ok(point !== undefined);
  assert.equal(onCurve({ x: point.x.subarray(1), y: point.y }), false);
  assert.throws(() => pointToJwk({ x: point.x.subarray(1), y: point.y }), RangeError);
  const other = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({ format: 'jwk' });
  const foreign = jwkToPoint({ kty: 'EC', crv: 'P-256', x: other.x as string, y: other.y as string });
  assert.equal(foreign !== undefined && onCurve(foreign), false);
});

test('any value gets an answer', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => assert.equal(parsePublicJwk(value as never), undefined)));
});

test('scalars are judged at each byte of the order', () => {
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
  fc.assert(
    fc.property(fc.nat({ max: 31 }), fc.integer({ min: -1, max: 1 }), (at, step) => {
      const value = (order[at] as number) + step;
      const scalar = Buffer.from(order).fill(value & 0xff, at, at + 1);
      const expected = Buffer.compare(scalar, order) < 0;
      assert.equal(signatureInRange(Buffer.concat([scalar, Buffer.alloc(32, 1)]), 0), expected);
      assert.equal(signatureInRange(Buffer.concat([Buffer.alloc(7), Buffer.alloc(32, 1), scalar]), 7), expected);
    }),
  );
});

test('a ULID sorts by its time and is one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      fc.uint8Array({ minLength: 10, maxLength: 10 }),
      (a, b, random) => {
        const [first, second] = [makeUlid(a, random), makeUlid(b, random)];
        assert.ok(isUlid(first) && isUlid(second));
        if (a !== b) assert.equal(first < second, a < b);
      },
    ),
  );
  // The example of the specification's test suite: this time encodes to these ten characters.
  assert.ok(makeUlid(1_469_918_176_385, new Uint8Array(10)).startsWith('01ARYZ6S41'));
  assert.equal(makeUlid(2 ** 48 - 1, new Uint8Array(10).fill(255)), '7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
  assert.throws(() => makeUlid(2 ** 48, new Uint8Array(10)), RangeError);
  assert.throws(() => makeUlid(0, new Uint8Array(9)), RangeError);
});
