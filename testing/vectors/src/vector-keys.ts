/**
 * Fixed keys and deterministic ES256 (RFC 6979) for making vectors. Written on noble and Buffer, not on the protocol's own
 * code, so that the vectors judge that code instead of repeating it. These keys are public: never use them for a ledger.
 */
import { createHash } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export interface VectorKey {
  readonly secret: Uint8Array;
  readonly jwk: { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string };
  /** RFC 7638 thumbprint. */
  readonly kid: string;
}

export function sha256(bytes: Uint8Array | string): Buffer {
  return createHash('sha256').update(bytes).digest();
}

export function base64url(bytes: Uint8Array | string): string {
  return Buffer.from(bytes as Uint8Array).toString('base64url');
}

export function makeKey(label: string): VectorKey {
  const secret = new Uint8Array(sha256(`tabularium vector key ${label}`));
  const point = Buffer.from(p256.getPublicKey(secret, false));
  const jwk = { kty: 'EC', crv: 'P-256', x: base64url(point.subarray(1, 33)), y: base64url(point.subarray(33)) } as const;
  const kid = base64url(sha256(`{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`));
  return { secret, jwk, kid };
}

export const OFFICER = makeKey('officer');
export const OTHER = makeKey('other');
export const PASSKEY = makeKey('passkey');
export const NODE = makeKey('node');

/** r‖s over SHA-256 of the message, as RFC 6979 gives it; `s` chooses between the two valid values. */
export function signEs256(key: VectorKey, message: Uint8Array | string, s: 'low' | 'high' = 'low'): Uint8Array {
  const signature = p256.sign(Buffer.from(message as Uint8Array), key.secret, { prehash: true, lowS: true, format: 'compact' });
  return s === 'low' ? signature : withScalars(signature.subarray(0, 32), ORDER - scalar(signature.subarray(32)));
}

/** A 64-byte signature from two scalars, each as bytes or as a number. */
export function withScalars(r: Uint8Array | bigint, s: Uint8Array | bigint): Uint8Array {
  return Buffer.concat([scalarBytes(r), scalarBytes(s)]);
}

export { ORDER };

function scalar(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function scalarBytes(value: Uint8Array | bigint): Buffer {
  return typeof value === 'bigint' ? Buffer.from(value.toString(16).padStart(64, '0'), 'hex') : Buffer.from(value);
}
