/** ES256: r‖s by range, DER by hand, keys checked; held to RFC 6979 and to OpenSSL itself. */
import assert from 'node:assert/strict';
import { createPublicKey, sign, verify } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { derSignature, es256FromPem, generateEs256, signEs256, verifyEs256 } from './es256.ts';

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function bytes32(n: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(n.toString(16).padStart(64, '0'), 'hex'));
}

function pair(r: bigint, s: bigint): Uint8Array {
  return new Uint8Array(Buffer.concat([bytes32(r), bytes32(s)]));
}

function pointOf(jwk: { x: string; y: string }) {
  return { x: new Uint8Array(Buffer.from(jwk.x, 'base64url')), y: new Uint8Array(Buffer.from(jwk.y, 'base64url')) };
}

describe('ES256', () => {
  const key = generateEs256();
  const point = pointOf(key.jwk);
  const message = new TextEncoder().encode('a payment of 12.50');
  const signature = signEs256(key.privateKey)(message);

  test('accepts its own signature, and no other message, key or signature', () => {
    assert.equal(verifyEs256(point, message, signature), true);
    assert.equal(verifyEs256(point, new TextEncoder().encode('a payment of 12.51'), signature), false);
    assert.equal(verifyEs256(pointOf(generateEs256().jwk), message, signature), false);
    for (let i = 0; i < 64; i++) {
      const bent = signature.slice();
      bent[i] = bent[i]! ^ 1;
      assert.equal(verifyEs256(point, message, bent), false, `byte ${i}`);
    }
  });

  test('low and high s are both valid', () => {
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`);
    const other = new Uint8Array(Buffer.concat([signature.subarray(0, 32), bytes32(ORDER - s)]));
    assert.equal(verifyEs256(point, message, other), true);
  });

  test('r and s are refused outside 1..n−1, and at any other length than 64', () => {
    for (const [r, s] of [
      [0n, 1n],
      [1n, 0n],
      [0n, 0n],
      [ORDER, 1n],
      [1n, ORDER],
      [ORDER + 1n, 1n],
      [1n, 2n ** 256n - 1n],
    ] as const) {
      assert.equal(derSignature(pair(r, s)), undefined);
      assert.equal(verifyEs256(point, message, pair(r, s)), false);
    }
    assert.notEqual(derSignature(pair(1n, ORDER - 1n)), undefined);
    for (const length of [0, 63, 65]) assert.equal(verifyEs256(point, message, new Uint8Array(length).fill(1)), false);
  });

  test('a key off the curve, out of range or of another length is false, never a throw', () => {
    const off = { x: point.x, y: bytes32(1n) };
    assert.equal(verifyEs256(off, message, signature), false);
    assert.equal(verifyEs256({ x: bytes32(2n ** 256n - 1n), y: point.y }, message, signature), false);
    assert.equal(verifyEs256({ x: bytes32(0n), y: bytes32(0n) }, message, signature), false);
    assert.equal(verifyEs256({ x: point.x.subarray(1), y: point.y }, message, signature), false);
    assert.equal(verifyEs256({ x: point.y, y: point.x }, message, signature), false);
  });

  test('the DER form is minimal and OpenSSL agrees with the r‖s form on any scalars', () => {
    const publicKey = createPublicKey(key.privateKey);
    const scalar = fc.oneof(
      fc.bigInt({ min: 1n, max: ORDER - 1n }),
      fc.constantFrom(1n, 127n, 128n, 255n, 256n, ORDER - 1n, 2n ** 255n, 2n ** 255n - 1n),
    );
    fc.assert(
      fc.property(scalar, scalar, (r, s) => {
        const der = derSignature(pair(r, s));
        assert.ok(der !== undefined);
        assert.equal(der[1], der.length - 2);
        assert.equal(
          verify('sha256', message, publicKey, der),
          verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, pair(r, s)),
        );
        const rLength = der[3]!;
        assert.equal(BigInt(`0x${Buffer.from(der.subarray(4, 4 + rLength)).toString('hex')}`), r);
        assert.ok(der[4]! < 0x80);
        if (rLength > 1 && der[4] === 0) assert.ok(der[5]! >= 0x80);
      }),
    );
  });

  test('a signature in DER made by OpenSSL comes out the same after r‖s and back', () => {
    for (let i = 0; i < 200; i++) {
      const raw = sign('sha256', message, { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
      assert.equal(verifyEs256(point, message, raw), true);
    }
  });

  test('a key goes through PEM unchanged, and a key of another kind is refused', () => {
    const pem = key.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
    assert.deepEqual(es256FromPem(pem).jwk, key.jwk);
    assert.throws(
      () =>
        es256FromPem(
          '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n',
        ),
      RangeError,
    );
  });

  // RFC 6979 §A.2.5, P-256 with SHA-256, message "sample".
  test('the signature of RFC 6979 verifies', () => {
    const known = {
      x: bytes32(0x60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6n),
      y: bytes32(0x7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299n),
    };
    const r = 0xefd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716n;
    const s = 0xf7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8n;
    assert.equal(verifyEs256(known, new TextEncoder().encode('sample'), pair(r, s)), true);
    assert.equal(verifyEs256(known, new TextEncoder().encode('test'), pair(r, s)), false);
  });
});
