/** A passkey's key is read from what a browser answers, and found again from a signature alone; a transaction by a passkey is signed over itself. */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import { nodeCrypto } from '@tabularium/crypto';
import { asciiBytes, parseTransaction, thumbprint, verifyTransaction } from '@tabularium/protocol';
import { Ledger } from './ledger.ts';
import { assertionOf, jwkOfSpki, kidsThatSigned } from './passkey-keys.ts';

const RP = { rpId: 'town.example', origins: ['https://town.example'] };
const ledger = new Ledger({ url: 'http://nowhere.invalid', origin: 'town/0123456789abcdef', clock: () => 1_700_000_000_000 });

/** An authenticator with one key: user present and verified. */
function authenticator() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  return { spki, assert: (challenge: Uint8Array) => assertionBy(privateKey, challenge) };
}

async function assertionBy(key: KeyObject, challenge: Uint8Array) {
  const data = Buffer.concat([createHash('sha256').update(RP.rpId).digest(), Buffer.of(5, 0, 0, 0, 0)]);
  const text = Buffer.from(challenge).toString('base64url');
  const client = Buffer.from(`{"type":"webauthn.get","challenge":"${text}","origin":"${RP.origins[0]}","crossOrigin":false}`);
  const der = sign('sha256', Buffer.concat([data, createHash('sha256').update(client).digest()]), key);
  return assertionOf(new Uint8Array(data), new Uint8Array(der), new Uint8Array(client));
}

test('what a passkey signs is the transaction: its name is the challenge, and one that was changed does not verify', async () => {
  const { spki, assert: ask } = authenticator();
  const jwk = jwkOfSpki(spki)!;
  const signed = await ledger.sign(
    { action: 'kernel.approve', body: { proposal: 'x' } },
    { kid: thumbprint(jwk, nodeCrypto), assert: ask },
  );
  const parsed = parseTransaction(asciiBytes(signed.jws)!, nodeCrypto);
  assert.ok(parsed.ok && verifyTransaction(parsed.transaction, { kind: 'passkey', jwk, ...RP }, nodeCrypto));
  const [header, payload, third] = signed.jws.split('.') as [string, string, string];
  const other = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('"x"', '"y"')).toString('base64url');
  const changed = parseTransaction(asciiBytes(`${header}.${other}.${third}`)!, nodeCrypto);
  assert.ok(!changed.ok && changed.code === 'passkey-challenge');
});

test('of the keys that can have made a signature one is the passkey’s, whichever way the point lies', async () => {
  for (let tries = 0; tries < 8; tries++) {
    const { spki, assert: ask } = authenticator();
    const kid = thumbprint(jwkOfSpki(spki)!, nodeCrypto);
    assert.equal(kidsThatSigned(await ask(new Uint8Array(32).fill(tries))).filter((one) => one === kid).length, 1);
  }
});

test('what is no key and no signature of P-256 is refused', () => {
  const { spki } = authenticator();
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'der', type: 'spki' });
  const shifted = spki.slice();
  shifted[60] = shifted[60]! ^ 1;
  for (const bad of [new Uint8Array(p384), shifted, spki.slice(1), new Uint8Array(0)]) assert.equal(jwkOfSpki(bad), undefined);
  assert.throws(() => assertionOf(new Uint8Array(37), new Uint8Array(70), new Uint8Array(2)), RangeError);
  const none = { authenticatorData: new Uint8Array(37), signature: new Uint8Array(64), clientDataJson: new Uint8Array(2) };
  assert.deepEqual(kidsThatSigned(none), []);
});
