/** Passkeys with an authenticator in software: what a browser would answer is taken, and every flipped bit of it is caught. */
import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { derSignature, generateEs256, nodeCrypto } from '@tabularium/crypto';
import fc from 'fast-check';
import { encodeBase64url } from './base64.ts';
import { concatBytes } from './bytes.ts';
import { thumbprint } from './key.ts';
import { type Assertion, ecdsaFromDer } from './passkey.ts';
import { readPayload } from './read-payload.ts';
import { encodePasskeyTransaction, parseTransaction, verifyTransaction } from './transaction.ts';
import type { TransactionPayload } from './transaction-types.ts';
import { encodeUtf8 } from './utf8.ts';

const { privateKey, jwk } = generateEs256();
const kid = thumbprint(jwk, nodeCrypto);
const party = { rpId: 'ledger.example', origins: ['https://ledger.example'] };
const key = { kind: 'passkey', jwk, ...party } as const;
const payload: TransactionPayload = {
  ledger: 'town.example/0123456789abcdef',
  id: '01JD0RNSS0ABCDEFGHJKMNPQRS',
  action: 'kernel.propose',
  exp: 1_800_000_000,
  body: {},
};

/** What an authenticator and a browser answer to a challenge: DER, as all of them do. */
function authenticate(challenge: Uint8Array): Promise<Assertion> {
  const clientDataJson = encodeUtf8(
    `{"type":"webauthn.get","challenge":"${encodeBase64url(challenge)}","origin":"https://ledger.example","crossOrigin":false}`,
  );
  const authenticatorData = concatBytes(nodeCrypto.sha256(encodeUtf8(party.rpId)), Uint8Array.of(0x05, 0, 0, 0, 1));
  const der = sign('sha256', concatBytes(authenticatorData, nodeCrypto.sha256(clientDataJson)), privateKey);
  const signature = ecdsaFromDer(der);
  assert.ok(signature !== undefined);
  return Promise.resolve({ authenticatorData, signature, clientDataJson });
}

const bytes = await encodePasskeyTransaction(payload, kid, authenticate, nodeCrypto);

describe('a passkey transaction', () => {
  test('is read, equals the quick way back, and verifies', () => {
    const parsed = parseTransaction(bytes, nodeCrypto);
    assert.ok(parsed.ok && parsed.transaction.kind === 'passkey');
    assert.deepStrictEqual(readPayload(bytes, nodeCrypto), parsed.transaction);
    assert.ok(verifyTransaction(parsed.transaction, key, nodeCrypto));
  });

  test('verifies nowhere without a relying party', () => {
    const parsed = parseTransaction(bytes, nodeCrypto);
    assert.ok(parsed.ok);
    assert.equal(verifyTransaction(parsed.transaction, { kind: 'passkey', jwk }, nodeCrypto), false);
    assert.equal(verifyTransaction(parsed.transaction, { kind: 'passkey', jwk, rpId: party.rpId }, nodeCrypto), false);
  });

  test('every single flipped bit is caught', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      const parsed = parseTransaction(changed, nodeCrypto);
      if (parsed.ok) assert.equal(verifyTransaction(parsed.transaction, key, nodeCrypto), false, `bit ${bit}`);
    }
  });

  test('any third part gets an answer', () => {
    const input = Buffer.from(bytes).toString('latin1').split('.').slice(0, 2).join('.');
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 100, maxLength: 1200 }), (third) => {
        const parsed = parseTransaction(Buffer.from(`${input}.${encodeBase64url(third)}`), nodeCrypto);
        assert.ok(!parsed.ok && /^(?:passkey|signature)-/.test(parsed.code));
      }),
    );
  });
});

describe('DER', () => {
  test('signatures of any scalars go both ways', () => {
    const scalar = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((value) => value.fill(0, 0, (value[31] as number) % 32));
    fc.assert(
      fc.property(scalar, scalar, (r, s) => {
        const signature = concatBytes(r, s);
        const der = derSignature(signature);
        if (der !== undefined) assert.deepEqual(ecdsaFromDer(der), signature);
      }),
      { numRuns: 1000 },
    );
  });

  test('anything but strict DER is refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (der) => void ecdsaFromDer(der)));
    const good = [0x30, 6, 2, 1, 1, 2, 1, 1];
    assert.ok(ecdsaFromDer(Uint8Array.from(good)) !== undefined);
    const wrong: readonly (readonly number[])[] = [
      [],
      [0x31, ...good.slice(1)],
      [...good, 0],
      [0x30, 7, ...good.slice(2)],
      [0x30, 7, 2, 1, 1, 2, 2, 0, 1],
      [0x30, 6, 2, 1, 0x80, 2, 1, 1],
      [0x30, 6, 2, 2, 1, 1, 2, 0],
      [0x30, 6, 3, 1, 1, 2, 1, 1],
      [0x30, 6, 2, 9, 1, 2, 1, 1],
      [0x30, 0x81, 6, 2, 1, 1, 2, 1, 1],
      [0x30, 38, 2, 33, ...Array<number>(33).fill(1), 2, 1, 1],
    ];
    for (const der of wrong) assert.equal(ecdsaFromDer(Uint8Array.from(der)), undefined, String(der));
  });
});
