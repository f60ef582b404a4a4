/** noble and node:crypto must judge every signature alike, hostile ones above all. */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { nodeCrypto } from '@tabularium/crypto';
import fc from 'fast-check';
import { nobleCrypto } from './noble-crypto.ts';

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

function bigEndian(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}
function littleEndian(value: bigint): Uint8Array {
  return bigEndian(value).reverse();
}

test('SHA-256 equals node:crypto', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assert.deepEqual(Buffer.from(nobleCrypto.sha256(bytes)), createHash('sha256').update(bytes).digest());
    }),
  );
});

test('ES256: a valid signature holds, every changed byte is caught, high s is valid too', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const x = Buffer.from(jwk.x!, 'base64url');
  const y = Buffer.from(jwk.y!, 'base64url');
  const message = Buffer.from('a town pays its bills');
  const signature = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  assert.equal(nobleCrypto.verifyEs256({ x, y }, message, signature), true);
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
  const other = Buffer.concat([signature.subarray(0, 32), bigEndian(P256_ORDER - s)]);
  assert.equal(nobleCrypto.verifyEs256({ x, y }, message, other), true);
  assert.equal(nodeCrypto.verifyEs256({ x, y }, message, other), true);
  for (let i = 0; i < 64; i++) {
    const bad = Buffer.from(signature);
    bad[i]! ^= 1 << (i % 8);
    assert.equal(nobleCrypto.verifyEs256({ x, y }, message, bad), false);
  }
});

test('ES256: hostile keys and signatures get the same answer as node:crypto', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const x = Buffer.from(jwk.x!, 'base64url');
  const y = Buffer.from(jwk.y!, 'base64url');
  const message = Buffer.from('hostile');
  const good = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const numbers = [0n, 1n, P256_ORDER - 1n, P256_ORDER, P256_ORDER + 1n, 2n ** 256n - 1n].map(bigEndian);
  const rs = [good.subarray(0, 32), ...numbers];
  const ss = [good.subarray(32), ...numbers];
  for (const r of rs) {
    for (const s of ss) {
      const signature = Buffer.concat([r, s]);
      assert.equal(
        nobleCrypto.verifyEs256({ x, y }, message, signature),
        nodeCrypto.verifyEs256({ x, y }, message, signature),
        signature.toString('hex'),
      );
    }
  }
  const prime = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
  for (const [kx, ky] of [
    [new Uint8Array(32), new Uint8Array(32)],
    [y, x],
    [bigEndian(prime), y],
    [x, bigEndian(prime)],
    [x.subarray(1), y],
    [Buffer.concat([Buffer.alloc(1), x]), y],
    [new Uint8Array(0), new Uint8Array(0)],
  ] as const) {
    assert.equal(nobleCrypto.verifyEs256({ x: kx, y: ky }, message, good), false);
    assert.equal(nodeCrypto.verifyEs256({ x: kx, y: ky }, message, good), false);
  }
  for (const length of [0, 1, 63, 65, 72, 128]) assert.equal(nobleCrypto.verifyEs256({ x, y }, message, new Uint8Array(length)), false);
});

test('Ed25519: keys and points of small and mixed order get the same answer as node:crypto', () => {
  const { Point } = ed25519;
  // A point of order 8: a curve point times the prime order keeps its torsion part only.
  let torsion = Point.ZERO;
  for (let i = 2; torsion.equals(Point.ZERO) || torsion.double().double().equals(Point.ZERO); i++) {
    try {
      const point = Point.fromBytes(littleEndian(BigInt(i)), true);
      torsion = point.multiplyUnsafe(ED25519_ORDER - 1n).add(point);
    } catch {
      // Not every y is on the curve: try the next one.
    }
  }
  const small = Array.from({ length: 8 }, (_, i) => (i === 0 ? Point.ZERO : torsion.multiplyUnsafe(BigInt(i))));
  assert.equal(new Set(small.map((point) => point.toHex())).size, 8);
  const prime = 2n ** 255n - 19n;
  const encodings = [
    ...small.map((point) => point.toBytes()),
    // Encodings that are not canonical: y ≥ p, and the sign bit set where x = 0.
    littleEndian(prime),
    littleEndian(prime + 1n),
    littleEndian(prime | (1n << 255n)),
    littleEndian(1n | (1n << 255n)),
    littleEndian((prime + 1n) | (1n << 255n)),
    littleEndian(2n ** 255n - 1n),
    littleEndian(2n ** 256n - 1n),
  ];
  const secret = 123456789n;
  const mixed = Point.BASE.multiply(secret).add(torsion);
  let valid = 0;
  let checked = 0;
  const compare = (key: Uint8Array, message: Uint8Array, signature: Uint8Array) => {
    const expected = nodeCrypto.verifyEd25519(key, message, signature);
    assert.equal(
      nobleCrypto.verifyEd25519(key, message, signature),
      expected,
      `key ${Buffer.from(key).toString('hex')} signature ${Buffer.from(signature).toString('hex')}`,
    );
    checked += 1;
    if (expected) valid += 1;
  };
  for (let n = 0; n < 8; n++) {
    const message = Buffer.from(`message ${n}`);
    for (const key of encodings) {
      for (const r of encodings) for (const s of [0n, 1n, ED25519_ORDER]) compare(key, message, Buffer.concat([r, littleEndian(s)]));
    }
    for (const t of small) {
      const r = Point.BASE.multiply(77n).add(t).toBytes();
      const hash = createHash('sha512').update(r).update(mixed.toBytes()).update(message).digest();
      const k = BigInt(`0x${Buffer.from(hash).reverse().toString('hex')}`) % ED25519_ORDER;
      compare(mixed.toBytes(), message, Buffer.concat([r, littleEndian((77n + k * secret) % ED25519_ORDER)]));
    }
  }
  assert.ok(valid > 0 && valid < checked, 'the corpus must hold both kinds');
});

test('Ed25519: a valid signature holds, every changed byte is caught', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
  const message = Buffer.from('checkpoint');
  const signature = sign(null, message, privateKey);
  assert.equal(nobleCrypto.verifyEd25519(key, message, signature), true);
  for (let i = 0; i < 64; i++) {
    const bad = Buffer.from(signature);
    bad[i]! ^= 1 << (i % 8);
    assert.equal(nobleCrypto.verifyEd25519(key, message, bad), false);
  }
  assert.equal(nobleCrypto.verifyEd25519(key.subarray(1), message, signature), false);
  assert.equal(nobleCrypto.verifyEd25519(key, message, signature.subarray(1)), false);
});

test('UTF-8 is strict and hides no byte order mark', () => {
  assert.equal(nobleCrypto.utf8.decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), '\ufeffa');
  for (const bad of [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff], [0xc3]]) {
    assert.throws(() => nobleCrypto.utf8.decode(Uint8Array.from(bad)));
  }
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => nobleCrypto.utf8.decode(nobleCrypto.utf8.encode(text)) === text));
});
