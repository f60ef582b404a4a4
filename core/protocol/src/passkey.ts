/**
 * Passkeys (WebAuthn Level 3): an authenticator cannot sign our bytes, only its own data and a digest of JSON that the
 * browser writes, with our challenge inside. The challenge is SHA-256 of the transaction's signing input, so the
 * assertion still covers every byte of it. The JSON is checked by the limited verification algorithm of §5.8.1.2, which
 * compares its beginning byte for byte. Two things are ours: what the browser appends must still be JSON in which no
 * member stands twice, and `crossOrigin` may be absent, which means false (§5.8.1), because WebKit leaves it out.
 *
 * Third part of the JWS = base64url(authenticatorData, 37 bytes ‖ r‖s, 64 bytes ‖ clientDataJSON, 1 to 1,024 bytes).
 * What needs no state is checked when the transaction is parsed; origin and rpId are state and come with the key.
 */
import { concatBytes, equalBytes } from './bytes.ts';
import type { Crypto, EcPublicKey } from './crypto.ts';
import { parseJson } from './json.ts';
import type { JsonObject } from './json-value.ts';
import type { MalformedCode } from './malformed.ts';
import { signatureInRange } from './p256.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

export const AUTHENTICATOR_DATA_BYTES = 37;
export const MAX_CLIENT_DATA_BYTES = 1024;
const SIGNATURE_END = AUTHENTICATOR_DATA_BYTES + 64;
const FLAGS_AT = 32;

/** WebAuthn §6.1: bits of the flags byte. */
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const BACKUP_ELIGIBLE = 0x08;
const BACKED_UP = 0x10;
const ATTESTED_DATA = 0x40;
const EXTENSION_DATA = 0x80;

/** What an authenticator answered, in the shape in which it becomes the third part of a JWS. */
export interface Assertion {
  readonly authenticatorData: Uint8Array;
  /** r‖s, 64 bytes: browsers answer DER, see `ecdsaFromDer`. */
  readonly signature: Uint8Array;
  readonly clientDataJson: Uint8Array;
}

/** The third part of a passkey transaction, before base64url. */
export function joinAssertion(assertion: Assertion): Uint8Array {
  return concatBytes(assertion.authenticatorData, assertion.signature, assertion.clientDataJson);
}

/** The challenge an authenticator is asked to sign: SHA-256 of the signing input, 32 bytes. */
export function passkeyChallenge(signingInput: Uint8Array, crypto: Crypto): Uint8Array {
  return crypto.sha256(signingInput);
}

/** What is wrong with the third part whatever the state says; undefined if nothing. `name` is the transaction's name. */
export function assertionFault(third: Uint8Array, name: string): MalformedCode | undefined {
  if (third.length <= SIGNATURE_END || third.length > SIGNATURE_END + MAX_CLIENT_DATA_BYTES) return 'passkey-length';
  const flags = third[FLAGS_AT] as number;
  if ((flags & USER_PRESENT) === 0 || (flags & USER_VERIFIED) === 0) return 'passkey-flags';
  if ((flags & (ATTESTED_DATA | EXTENSION_DATA)) !== 0) return 'passkey-flags';
  if ((flags & BACKED_UP) !== 0 && (flags & BACKUP_ELIGIBLE) === 0) return 'passkey-flags';
  if (!signatureInRange(third, AUTHENTICATOR_DATA_BYTES)) return 'signature-range';
  const text = decodeUtf8(third.subarray(SIGNATURE_END));
  if (text === undefined) return 'passkey-client-data';
  const json = parseJson(text);
  if (!json.ok || typeof json.value !== 'object' || json.value === null || Array.isArray(json.value)) return 'passkey-client-data';
  return clientDataFault(text, json.value as JsonObject, name);
}

function clientDataFault(text: string, data: JsonObject, challenge: string): MalformedCode | undefined {
  const { type, origin, crossOrigin } = data;
  if (type !== 'webauthn.get') return 'passkey-type';
  if (data.challenge !== challenge) return 'passkey-challenge';
  if ((crossOrigin !== false && crossOrigin !== undefined) || data.topOrigin !== undefined) return 'passkey-cross-origin';
  if (typeof origin !== 'string' || !startsAsWritten(text, challenge, origin, crossOrigin)) return 'passkey-client-data';
  return undefined;
}

/** §5.8.1.2: the beginning must be exactly what a conforming client serialises for these values. */
function startsAsWritten(text: string, challenge: string, origin: string, crossOrigin: false | undefined): boolean {
  const known = `{"type":"webauthn.get","challenge":"${challenge}","origin":${ccdText(origin)}`;
  const start = crossOrigin === undefined ? known : `${known},"crossOrigin":false`;
  if (!text.startsWith(start)) return false;
  const next = text.charCodeAt(start.length);
  return next === 0x7d || next === 0x2c;
}

/** CCDToString, WebAuthn §5.8.1.1: only the quote, the backslash and controls are escaped, controls always as \u00xx. */
function ccdText(text: string): string {
  let quoted = '"';
  for (const character of text) {
    const point = character.codePointAt(0) as number;
    if (point === 0x22) quoted += '\\"';
    else if (point === 0x5c) quoted += '\\\\';
    else if (point < 0x20) quoted += `\\u${point.toString(16).padStart(4, '0')}`;
    else quoted += character;
  }
  return `${quoted}"`;
}

/** Where a passkey may be used; both are state, set under the charter, so that all nodes agree. */
export interface RelyingParty {
  /** WebAuthn RP ID, a domain. */
  readonly rpId: string;
  /** Exact origins, `https://ledger.example`. */
  readonly origins: readonly string[];
}

/** Checks a third part that `assertionFault` passed against key and relying party. False, never a throw, on anything else. */
export function verifyAssertion(third: Uint8Array, point: EcPublicKey, party: RelyingParty, crypto: Crypto): boolean {
  const authenticatorData = third.subarray(0, AUTHENTICATOR_DATA_BYTES);
  if (!equalBytes(authenticatorData.subarray(0, FLAGS_AT), crypto.sha256(encodeUtf8(party.rpId)))) return false;
  const clientData = third.subarray(SIGNATURE_END);
  const origin = originOf(clientData);
  if (origin === undefined || !party.origins.includes(origin)) return false;
  const message = concatBytes(authenticatorData, crypto.sha256(clientData));
  return crypto.verifyEs256(point, message, third.subarray(AUTHENTICATOR_DATA_BYTES, SIGNATURE_END));
}

function originOf(clientData: Uint8Array): string | undefined {
  const text = decodeUtf8(clientData);
  if (text === undefined) return undefined;
  const json = parseJson(text);
  if (!json.ok || typeof json.value !== 'object' || json.value === null || Array.isArray(json.value)) return undefined;
  const origin = (json.value as JsonObject).origin;
  return typeof origin === 'string' ? origin : undefined;
}

/**
 * r‖s from the DER form that browsers and HSMs answer (SEC 1 C.5). Strict DER; undefined on anything else. For clients:
 * nothing in DER ever reaches the ledger.
 */
export function ecdsaFromDer(der: Uint8Array): Uint8Array | undefined {
  if (der.length < 8 || der.length > 72 || der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const signature = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1];
    if (der[at] !== 0x02 || length === undefined || length === 0 || at + 2 + length > der.length) return undefined;
    let start = at + 2;
    const next = start + length;
    const first = der[start] as number;
    if (first >= 0x80) return undefined;
    if (first === 0 && length > 1) {
      if ((der[start + 1] as number) < 0x80) return undefined;
      start++;
    }
    if (next - start > 32) return undefined;
    signature.set(der.subarray(start, next), end - (next - start));
    at = next;
  }
  return at === der.length ? signature : undefined;
}
