/**
 * Ed25519 (RFC 8032), for checkpoints and cosignatures.
 *
 * Verifiers disagree on keys of small order and on non-canonical encodings of the key. So a key is refused here when
 * its y is not below p or when it is one of the eight points of small order; OpenSSL itself refuses S ≥ L and
 * compares R byte for byte. No honest key comes near any of this.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { KeyCache } from './key-cache.ts';

/** SubjectPublicKeyInfo of Ed25519 (RFC 8410 §4) up to the 32 key bytes. */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
/** The y coordinates of the points of small order, little-endian, sign bit cleared: 0, 1, p−1 and the two of order 8. */
const SMALL_ORDER: ReadonlySet<string> = new Set(
  [
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  ].map((hex) => Buffer.from(hex, 'hex').toString('latin1')),
);
const keys = new KeyCache(1_000);

/** True when the key encodes y ≥ p = 2^255 − 19. */
function isNonCanonical(key: Uint8Array): boolean {
  if ((key[31]! & 0x7f) !== 0x7f || key[0]! < 0xed) return false;
  for (let i = 1; i < 31; i++) if (key[i] !== 0xff) return false;
  return true;
}

function publicKey(key: Uint8Array): KeyObject | undefined {
  if (key.length !== 32) return undefined;
  const copy = Buffer.from(key);
  const id = copy.toString('latin1');
  const cached = keys.get(id);
  if (cached !== undefined) return cached;
  const der = Buffer.concat([SPKI_HEAD, copy]);
  copy[31] = copy[31]! & 0x7f;
  if (isNonCanonical(key) || SMALL_ORDER.has(copy.toString('latin1'))) return undefined;
  try {
    const made = createPublicKey({ key: der, format: 'der', type: 'spki' });
    keys.set(id, made);
    return made;
  } catch {
    return undefined;
  }
}

/** Ed25519 over `message`; `key` 32 bytes, `signature` 64 bytes. False on anything malformed. */
export function verifyEd25519(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const object = publicKey(key);
  if (object === undefined) return false;
  return verify(null, message, object, signature);
}

export interface Ed25519Key {
  readonly privateKey: KeyObject;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** A fresh Ed25519 key. */
export function generateEd25519(): Ed25519Key {
  return ed25519Key(generateKeyPairSync('ed25519').privateKey);
}

/** The pair that belongs to a private key. Throws RangeError when it is not Ed25519. */
export function ed25519Key(privateKey: KeyObject): Ed25519Key {
  const { crv, x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (crv !== 'Ed25519' || x === undefined) throw new RangeError('not an Ed25519 key');
  return { privateKey, publicKey: new Uint8Array(Buffer.from(x, 'base64url')) };
}

/** Read an Ed25519 private key from PKCS#8 PEM. Throws on anything else. */
export function ed25519FromPem(pem: string): Ed25519Key {
  return ed25519Key(createPrivateKey({ key: pem, format: 'pem' }));
}

/** A signer of messages: 64 bytes. */
export function signEd25519(privateKey: KeyObject): (message: Uint8Array) => Uint8Array {
  return (message) => new Uint8Array(sign(null, message, privateKey));
}
