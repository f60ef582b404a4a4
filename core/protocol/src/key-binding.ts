/**
 * The key-binding JWT (RFC 9901 §4.3): the holder of a record signs what they show, for whom, and when, so that nobody else can show it again
 * to somebody else. The key is told by the record itself, in a disclosure called `holderKey` (docs/spec/presentation.md): no leaf holds it.
 */
import { decodeBase64urlBytes, encodeBase64url } from './base64.ts';
import { asciiBytes, asciiText } from './bytes.ts';
import { canonicalJson } from './canonical-json.ts';
import { findDots, joinCompact, readObject } from './compact-jws.ts';
import type { Crypto } from './crypto.ts';
import { joinSubmission } from './disclosure.ts';
import type { JsonObject } from './json-value.ts';
import { isDigest, jwkToPoint, type PublicJwk } from './key.ts';
import { signatureInRange } from './p256.ts';
import { encodeUtf8 } from './utf8.ts';

export const KEY_BINDING_TYPE = 'kb+jwt';
/** The field whose disclosure holds the holder's public key, a JWK of P-256. */
export const HOLDER_KEY = 'holderKey';
const MAX_KEY_BINDING_LENGTH = 4096;
/** Characters of an audience or a nonce. */
export const MAX_BINDING_WORD = 512;

export interface KeyBinding {
  /** For whom it is, in words or as an address, as whoever checks it is known to the holder. */
  readonly audience: string;
  /** What whoever checks it asked to be signed, new for each time. */
  readonly nonce: string;
  /** Seconds since the epoch. */
  readonly time: number;
  /** base64url SHA-256 of the entry and the disclosures shown (RFC 9901 §4.3.1). */
  readonly shown: string;
}

/** What a key binding speaks of: the entry and what is shown of it, in their order. */
export function shownDigest(entry: string, disclosures: readonly string[], crypto: Crypto): string {
  const text = disclosures.length === 0 ? `${entry}~` : joinSubmission(entry, disclosures);
  return encodeBase64url(crypto.sha256(asciiBytes(text)));
}

/** Signs one; `sign` answers r‖s, 64 bytes. Rejects with RangeError on one that `readKeyBinding` would not take. */
export async function makeKeyBinding(
  { audience, nonce, time, shown }: KeyBinding,
  sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): Promise<string> {
  const payload = { aud: audience, iat: time, nonce, sd_hash: shown };
  if (!isBinding(payload)) throw new RangeError('Audience and nonce are texts of 1 to 512 characters, time is whole seconds.');
  const header = encodeBase64url(asciiBytes(canonicalJson({ alg: 'ES256', typ: KEY_BINDING_TYPE })));
  const input = asciiBytes(`${header}.${encodeBase64url(encodeUtf8(canonicalJson(payload)))}`);
  return asciiText(joinCompact(input, await sign(input)));
}

/** Reads one and checks its signature. Undefined where it is none; `signed` is false where the key did not sign it. Total: never throws. */
export function readKeyBinding(
  text: string,
  jwk: PublicJwk,
  crypto: Crypto,
): { readonly signed: boolean; readonly binding: KeyBinding } | undefined {
  const point = jwkToPoint(jwk);
  if (point === undefined || text.length > MAX_KEY_BINDING_LENGTH || !/^[\x21-\x7e]+$/.test(text)) return undefined;
  const bytes = asciiBytes(text);
  const dots = findDots(bytes);
  if (dots === undefined) return undefined;
  const header = readObject(bytes, 0, dots.first, 'header');
  if (!header.ok || !hasOnly(header.value, { alg: 'ES256', typ: KEY_BINDING_TYPE })) return undefined;
  const payload = readObject(bytes, dots.first + 1, dots.second, 'payload');
  if (!payload.ok || !isBinding(payload.value)) return undefined;
  const signature = decodeBase64urlBytes(bytes, dots.second + 1, bytes.length);
  if (signature === undefined || signature.length !== 64 || !signatureInRange(signature, 0)) return undefined;
  const { aud, iat, nonce, sd_hash } = payload.value as { aud: string; iat: number; nonce: string; sd_hash: string };
  const binding = { audience: aud, nonce, time: iat, shown: sd_hash };
  return { signed: crypto.verifyEs256(point, bytes.subarray(0, dots.second), signature), binding };
}

function hasOnly(object: JsonObject, members: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(members);
  return Object.keys(object).length === names.length && names.every((name) => object[name] === members[name]);
}

function isBinding(value: JsonObject): boolean {
  const { aud, iat, nonce, sd_hash } = value;
  const isWord = (word: unknown): boolean => typeof word === 'string' && word.length > 0 && word.length <= MAX_BINDING_WORD;
  return (
    Object.keys(value).length === 4 &&
    isWord(aud) &&
    isWord(nonce) &&
    typeof iat === 'number' &&
    Number.isSafeInteger(iat) &&
    iat >= 0 &&
    typeof sd_hash === 'string' &&
    isDigest(sd_hash)
  );
}
