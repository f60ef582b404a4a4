/**
 * ES256 (RFC 7518 §3.4): ECDSA on P-256 with SHA-256, signature r‖s.
 *
 * OpenSSL checks a DER signature about a third faster than node:crypto's `ieee-p1363` form, so r‖s is rewritten
 * to DER (SEC 1, RFC 3279 §2.2.3) by hand. r and s are range-checked here, before OpenSSL sees them, because
 * verifiers agree on ES256 only once that is done. High s stays valid.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import type { EcPublicKey } from '@tabularium/protocol';
import { KeyCache } from './key-cache.ts';

/** Order of the P-256 base point (SEC 2 §2.4.2), big-endian. */
const ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
/** SubjectPublicKeyInfo up to the point: id-ecPublicKey, prime256v1, BIT STRING of 66 bytes, `04` = uncompressed. */
const SPKI_HEAD = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');
const keys = new KeyCache(10_000);
const point = Buffer.alloc(64);

/** True when the 32 bytes at `from` are a scalar in 1..n−1. */
function inRange(signature: Uint8Array, from: number): boolean {
  let zero = true;
  for (let i = 0; i < 32; i++) {
    if (signature[from + i] !== 0) {
      zero = false;
      break;
    }
  }
  if (zero) return false;
  for (let i = 0; i < 32; i++) {
    const a = signature[from + i]!;
    const b = ORDER[i]!;
    if (a !== b) return a < b;
  }
  return false;
}

/** Write one ASN.1 INTEGER at `at`; returns where the next byte goes. */
function writeInteger(out: Uint8Array, at: number, signature: Uint8Array, from: number): number {
  let start = from;
  const end = from + 32;
  while (start < end - 1 && signature[start] === 0) start++;
  const pad = signature[start]! >= 0x80 ? 1 : 0;
  out[at++] = 0x02;
  out[at++] = end - start + pad;
  if (pad === 1) out[at++] = 0;
  while (start < end) out[at++] = signature[start++]!;
  return at;
}

/** r‖s (64 bytes) as a DER ECDSA-Sig-Value, or undefined when it is no signature at all (length, range). */
export function derSignature(signature: Uint8Array): Uint8Array | undefined {
  if (signature.length !== 64 || !inRange(signature, 0) || !inRange(signature, 32)) return undefined;
  const out = new Uint8Array(72);
  let at = writeInteger(out, 2, signature, 0);
  at = writeInteger(out, at, signature, 32);
  out[0] = 0x30;
  out[1] = at - 2;
  return out.subarray(0, at);
}

/** The KeyObject of a point, cached by x‖y; undefined when the point is not on the curve. */
function publicKey(key: EcPublicKey): KeyObject | undefined {
  if (key.x.length !== 32 || key.y.length !== 32) return undefined;
  point.set(key.x, 0);
  point.set(key.y, 32);
  const id = point.toString('latin1');
  const cached = keys.get(id);
  if (cached !== undefined) return cached;
  try {
    const made = createPublicKey({ key: Buffer.concat([SPKI_HEAD, point]), format: 'der', type: 'spki' });
    keys.set(id, made);
    return made;
  } catch {
    return undefined;
  }
}

/** ES256 over `message`; `signature` is r‖s, 64 bytes. False on anything malformed, the key included. */
export function verifyEs256(key: EcPublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  const der = derSignature(signature);
  if (der === undefined) return false;
  const object = publicKey(key);
  if (object === undefined) return false;
  return verify('sha256', message, object, der);
}

/** A fresh P-256 key and its public half as a JWK (RFC 7518 §6.2.1) of exactly the four required members. */
export function generateEs256(): Es256Key {
  return es256Key(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
}

export interface Es256Key {
  readonly privateKey: KeyObject;
  readonly jwk: { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string };
}

/** The pair that belongs to a private key. Throws RangeError when it is not on P-256. */
export function es256Key(privateKey: KeyObject): Es256Key {
  const { kty, crv, x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (kty !== 'EC' || crv !== 'P-256' || x === undefined || y === undefined) throw new RangeError('not a P-256 key');
  return { privateKey, jwk: { kty, crv, x, y } };
}

/** Read a P-256 private key from PKCS#8 PEM. Throws on anything else. */
export function es256FromPem(pem: string): Es256Key {
  return es256Key(createPrivateKey({ key: pem, format: 'pem' }));
}

/** A signer of messages: r‖s, 64 bytes. */
export function signEs256(privateKey: KeyObject): (message: Uint8Array) => Uint8Array {
  return (message) => new Uint8Array(sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
}
