/**
 * Keys that sign transactions (RFC 7515, ES256). A signer shows its public half and signs; where the private half
 * lies is its own affair: a JWK in a file, a WebCrypto key that cannot be read out, or a token behind a driver.
 */
import { p256 } from '@noble/curves/nist.js';
import { decodeBase64url, encodeBase64url, onCurve, type PublicJwk, pointToJwk, thumbprint } from '@tabularium/protocol';
import { nobleCrypto } from './noble-crypto.ts';

/** A private key of P-256 (RFC 7518 §6.2.2). */
export interface PrivateJwk extends PublicJwk {
  /** The secret number, 32 bytes, base64url. */
  readonly d: string;
}

export interface Es256Signer {
  readonly jwk: PublicJwk;
  /** RFC 7638 thumbprint of `jwk`. */
  readonly kid: string;
  /** r‖s, 64 bytes, over SHA-256 of the message. */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** A signer that answers at once. */
export interface SynchronousSigner extends Es256Signer {
  sign(message: Uint8Array): Uint8Array;
}

/** A signer from a private JWK; deterministic (RFC 6979), synchronous. Throws RangeError when the parts do not fit each other. */
export function es256Signer({ kty, crv, x, y, d }: PrivateJwk): SynchronousSigner {
  const secret = decodeBase64url(d);
  if (kty !== 'EC' || crv !== 'P-256' || secret?.length !== 32 || !p256.utils.isValidSecretKey(secret)) {
    throw new RangeError('not a private key of P-256');
  }
  const jwk = publicJwkOf(secret);
  if (jwk.x !== x || jwk.y !== y) throw new RangeError('the public and the private part of the key do not belong together');
  return {
    jwk,
    kid: thumbprint(jwk, nobleCrypto),
    // High s is as valid as low s (RFC 7518 §3.4), so nothing is rewritten.
    sign: (message) => p256.sign(message, secret, { prehash: true, lowS: false, format: 'compact' }),
  };
}

/** A new private key. `random` answers so many random bytes; default: the platform's. */
export function generatePrivateJwk(random: (length: number) => Uint8Array = randomBytes): PrivateJwk {
  for (;;) {
    const secret = random(32);
    // One of 2^32 draws lies outside 1…n−1 and is drawn again.
    if (p256.utils.isValidSecretKey(secret)) return { ...publicJwkOf(secret), d: encodeBase64url(secret) };
  }
}

/** A signer from a WebCrypto key pair (ECDSA, P-256, usage `sign`); the private key may be one that cannot be exported. */
export async function webCryptoSigner(pair: CryptoKeyPair): Promise<Es256Signer> {
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const coordinates = { x: point.slice(1, 33), y: point.slice(33) };
  if (point.length !== 65 || !onCurve(coordinates)) throw new RangeError('not a key of P-256');
  const jwk = pointToJwk(coordinates);
  return {
    jwk,
    kid: thumbprint(jwk, nobleCrypto),
    async sign(message) {
      const bytes = new Uint8Array(message);
      return new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, bytes));
    },
  };
}

/** So many random bytes from the platform (Web Crypto `getRandomValues`, which needs no secure context). */
export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

type CryptoKeyPair = { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey };
type CryptoKey = Parameters<typeof crypto.subtle.sign>[1];

function publicJwkOf(secret: Uint8Array): PublicJwk {
  const point = p256.getPublicKey(secret, false);
  return pointToJwk({ x: point.slice(1, 33), y: point.slice(33) });
}
