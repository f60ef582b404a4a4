/**
 * Public keys: P-256 as a JWK (RFC 7517, RFC 7518 §6.2.1) and its thumbprint (RFC 7638), which is the `kid` of every
 * transaction. A key is named by what it is, so no table of names has to be trusted.
 */
import { Type } from 'typebox';
import { decodeBase64url, encodeBase64url } from './base64.ts';
import { asciiBytes } from './bytes.ts';
import type { Crypto, EcPublicKey } from './crypto.ts';
import type { JsonValue } from './json-value.ts';
import { onCurve } from './p256.ts';

/** A public key of ES256. Exactly these members: a private part `d` or any other member makes it something else. */
export interface PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  /** 32 bytes, base64url. */
  readonly x: string;
  readonly y: string;
}

/** 32 bytes in base64url: 43 characters, the last with two zero bits. */
export const DIGEST_PATTERN = '^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$';
const DIGEST = new RegExp(DIGEST_PATTERN);

/** The wire schema of a `PublicJwk`; `parsePublicJwk` checks the curve as well. */
export const PublicJwkSchema = Type.Object(
  {
    kty: Type.Literal('EC'),
    crv: Type.Literal('P-256'),
    x: Type.String({ pattern: DIGEST_PATTERN }),
    y: Type.String({ pattern: DIGEST_PATTERN }),
  },
  { additionalProperties: false },
);

/** Whether the text is 32 bytes in strict base64url: a transaction's name, a key's thumbprint, a disclosure's digest. */
export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/** RFC 7638: base64url SHA-256 of the required members in order, without spaces. */
export function thumbprint(jwk: PublicJwk, crypto: Crypto): string {
  return encodeBase64url(crypto.sha256(asciiBytes(`{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`)));
}

/** The coordinates of a JWK; undefined unless both are 32 bytes in strict base64url. Does not look at the curve. */
export function jwkToPoint(jwk: PublicJwk): EcPublicKey | undefined {
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256') return undefined;
  const x = decodeBase64url(jwk.x);
  const y = decodeBase64url(jwk.y);
  return x?.length === 32 && y?.length === 32 ? { x, y } : undefined;
}

/** The JWK of a point. Throws RangeError unless both coordinates have 32 bytes. */
export function pointToJwk(point: EcPublicKey): PublicJwk {
  if (point.x.length !== 32 || point.y.length !== 32) throw new RangeError('A coordinate of P-256 has 32 bytes.');
  return { kty: 'EC', crv: 'P-256', x: encodeBase64url(point.x), y: encodeBase64url(point.y) };
}

/** Reads a public key as it must be to be enrolled: these members only, 32-byte coordinates, on the curve. */
export function parsePublicJwk(value: JsonValue): { readonly jwk: PublicJwk; readonly point: EcPublicKey } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { kty, crv, x, y, ...others } = value as Record<string, JsonValue>;
  if (kty !== 'EC' || crv !== 'P-256' || typeof x !== 'string' || typeof y !== 'string' || Object.keys(others).length > 0) return undefined;
  const jwk: PublicJwk = { kty, crv, x, y };
  const point = jwkToPoint(jwk);
  return point !== undefined && onCurve(point) ? { jwk, point } : undefined;
}
