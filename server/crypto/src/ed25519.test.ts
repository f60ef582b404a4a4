/** Ed25519: RFC 8032, and the keys and signatures on which verifiers disagree. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ed25519FromPem, generateEd25519, signEd25519, verifyEd25519 } from './ed25519.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

describe('Ed25519', () => {
  // RFC 8032 §7.1, TEST 2.
  const key = hex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
  const message = hex('72');
  const signature = hex(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  );

  test('the signature of RFC 8032 verifies, and no byte of it may change', () => {
    assert.equal(verifyEd25519(key, message, signature), true);
    assert.equal(verifyEd25519(key, hex('73'), signature), false);
    for (let i = 0; i < 64; i++) {
      const bent = signature.slice();
      bent[i] = bent[i]! ^ 1;
      assert.equal(verifyEd25519(key, message, bent), false, `byte ${i}`);
    }
  });

  test('a key of small order verifies nothing, in any encoding', () => {
    // With A the identity, R the identity and S = 0 many verifiers say yes to every message.
    const identity = '0100000000000000000000000000000000000000000000000000000000000000';
    const forged = hex(identity + '00'.repeat(32));
    const keys = [
      identity,
      '0100000000000000000000000000000000000000000000000000000000000080',
      'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      '0000000000000000000000000000000000000000000000000000000000000000',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    ];
    for (const small of keys)
      for (const text of ['', '72', 'ff00']) assert.equal(verifyEd25519(hex(small), hex(text), forged), false, small);
  });

  test('other lengths are false, never a throw', () => {
    assert.equal(verifyEd25519(key.subarray(1), message, signature), false);
    assert.equal(verifyEd25519(key, message, signature.subarray(1)), false);
    assert.equal(verifyEd25519(new Uint8Array(32).fill(0xff), message, signature), false);
  });

  test('S above the group order is refused', () => {
    // S + L of the signature above.
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    let s = 0n;
    for (let i = 63; i >= 32; i--) s = (s << 8n) | BigInt(signature[i]!);
    s += order;
    const bent = signature.slice();
    for (let i = 32; i < 64; i++, s >>= 8n) bent[i] = Number(s & 0xffn);
    assert.equal(verifyEd25519(key, message, bent), false);
  });

  test('a fresh key signs, and goes through PEM unchanged', () => {
    const fresh = generateEd25519();
    const pem = fresh.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
    const again = ed25519FromPem(pem);
    assert.deepEqual(again.publicKey, fresh.publicKey);
    assert.equal(verifyEd25519(fresh.publicKey, message, signEd25519(again.privateKey)(message)), true);
  });
});
