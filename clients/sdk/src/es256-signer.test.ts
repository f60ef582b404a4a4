/** Signers: their signatures are ES256, wrong keys are refused, WebCrypto keys serve as well as JWKs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateEs256, nodeCrypto } from '@tabularium/crypto';
import { jwkToPoint, thumbprint } from '@tabularium/protocol';
import { es256Signer, generatePrivateJwk, webCryptoSigner } from './es256-signer.ts';

const message = new TextEncoder().encode('a payment of 300 euros');

test('a JWK signs what the server verifies, the same each time', () => {
  const jwk = generatePrivateJwk();
  const signer = es256Signer(jwk);
  const point = jwkToPoint(signer.jwk)!;
  assert.equal(signer.kid, thumbprint(signer.jwk, nodeCrypto));
  assert.deepEqual(Object.keys(signer.jwk).sort(), ['crv', 'kty', 'x', 'y']);
  const signature = signer.sign(message);
  assert.ok(nodeCrypto.verifyEs256(point, message, signature));
  assert.deepEqual(signer.sign(message), signature);
  assert.ok(!nodeCrypto.verifyEs256(point, message.slice(1), signature));
});

test('a JWK made by node:crypto signs too; parts that do not belong together do not', () => {
  const { privateKey } = generateEs256();
  const jwk = privateKey.export({ format: 'jwk' }) as unknown as Parameters<typeof es256Signer>[0];
  const signer = es256Signer(jwk);
  assert.ok(nodeCrypto.verifyEs256(jwkToPoint(signer.jwk)!, message, signer.sign(message)));
  const other = generatePrivateJwk();
  for (const bad of [
    { ...jwk, d: other.d },
    { ...jwk, x: other.x },
    { ...jwk, d: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
    { ...jwk, d: `${jwk.d}A` },
    { ...jwk, crv: 'P-384' as 'P-256' },
  ]) {
    assert.throws(() => es256Signer(bad), RangeError);
  }
});

test('secrets come from the randomness given, drawn again where out of range', () => {
  const draws = [new Uint8Array(32), new Uint8Array(32).fill(255), new Uint8Array(32).fill(7)];
  const jwk = generatePrivateJwk(() => draws.shift()!);
  assert.equal(draws.length, 0);
  assert.equal(jwk.d, Buffer.alloc(32, 7).toString('base64url'));
});

test('a WebCrypto key that cannot be read out signs', async () => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const signer = await webCryptoSigner(pair);
  assert.ok(nodeCrypto.verifyEs256(jwkToPoint(signer.jwk)!, message, await signer.sign(message)));
  const ed25519 = (await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify'])) as unknown as Parameters<
    typeof webCryptoSigner
  >[0];
  await assert.rejects(webCryptoSigner(ed25519), RangeError);
});
