/**
 * The outside of a compact JWS (RFC 7515 §3.1 and §7.1) and its JOSE header, read strictly. Transactions and refusal
 * notices share this reader; they differ in `typ` and payload. The header holds exactly alg, kid and typ: whatever else
 * JOSE offers (keys in the header, critical extensions, other algorithms) has been somebody's forgery (RFC 8725 §2).
 */
import { decodeBase64urlBytes, encodeBase64url } from './base64.ts';
import { asciiBytes, concatBytes } from './bytes.ts';
import { parseJson } from './json.ts';
import type { JsonObject, JsonValue } from './json-value.ts';
import { isDigest } from './key.ts';
import { type Malformed, malformed } from './malformed.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const DOT = 0x2e;

/** Where the parts of a compact JWS end: `header.payload.signature`. */
export interface Dots {
  readonly first: number;
  readonly second: number;
}

/** The two dots; undefined unless there are exactly two and no part is empty. */
export function findDots(bytes: Uint8Array): Dots | undefined {
  const first = bytes.indexOf(DOT);
  if (first <= 0) return undefined;
  const second = bytes.indexOf(DOT, first + 1);
  if (second <= first + 1 || second === bytes.length - 1 || bytes.indexOf(DOT, second + 1) !== -1) return undefined;
  return { first, second };
}

/** Reads one part as base64url of UTF-8 of a JSON object. */
export function readObject(
  bytes: Uint8Array,
  start: number,
  end: number,
  part: 'header' | 'payload',
): { readonly ok: true; readonly value: JsonObject } | Malformed {
  const decoded = decodeBase64urlBytes(bytes, start, end);
  if (decoded === undefined) return malformed('base64url-noncanonical', part);
  const text = decodeUtf8(decoded);
  if (text === undefined) return malformed('utf8-malformed', part);
  if (text.charCodeAt(0) === 0xfeff) return malformed('byte-order-mark', part);
  const json = parseJson(text);
  if (!json.ok) return malformed(json.code, part);
  if (typeof json.value !== 'object' || json.value === null || Array.isArray(json.value)) {
    return malformed(part === 'header' ? 'header-not-object' : 'payload-not-object');
  }
  return { ok: true, value: json.value as JsonObject };
}

/** Checks a header whose `typ` must be one of `types`. The first fault in the order of docs/spec/transaction.md is named. */
export function checkHeader<T extends string>(
  header: JsonObject,
  types: readonly T[],
): { readonly ok: true; readonly kid: string; readonly typ: T } | Malformed {
  const { alg, kid, typ } = header;
  if (alg !== 'ES256' && alg !== undefined) return malformed(algorithmFault(alg));
  if (kid === undefined || typ === undefined || alg === undefined || Object.keys(header).length !== 3)
    return malformed(memberFault(header));
  if (typeof typ !== 'string' || !types.includes(typ as T)) return malformed('typ-unknown');
  if (typeof kid !== 'string' || !isDigest(kid)) return malformed('kid-malformed');
  return { ok: true, kid, typ: typ as T };
}

function algorithmFault(alg: JsonValue): 'alg-none' | 'alg-symmetric' | 'alg-unsupported' {
  if (typeof alg !== 'string') return 'alg-unsupported';
  if (/^none$/i.test(alg)) return 'alg-none';
  return /^hs/i.test(alg) ? 'alg-symmetric' : 'alg-unsupported';
}

/** Members with which a header would bring its own key or the place to find one (RFC 7515 §4.1.2–4.1.8). */
const KEY_MEMBERS = ['jwk', 'jku', 'x5c', 'x5u', 'x5t', 'x5t#S256'];

function memberFault(header: JsonObject): 'header-crit' | 'header-b64' | 'header-key' | 'header-member-unknown' | 'header-member-missing' {
  if (Object.hasOwn(header, 'crit')) return 'header-crit';
  if (Object.hasOwn(header, 'b64')) return 'header-b64';
  if (KEY_MEMBERS.some((name) => Object.hasOwn(header, name))) return 'header-key';
  const names = Object.keys(header);
  return names.every((name) => name === 'alg' || name === 'kid' || name === 'typ') ? 'header-member-missing' : 'header-member-unknown';
}

/** The bytes an ES256 signer signs: `header.payload` in ASCII (RFC 7515 §5.1). */
export function makeSigningInput(typ: string, kid: string, payload: string): Uint8Array {
  const header = encodeBase64url(asciiBytes(`{"alg":"ES256","kid":"${kid}","typ":"${typ}"}`));
  return asciiBytes(`${header}.${encodeBase64url(encodeUtf8(payload))}`);
}

/** The whole compact JWS from its signing input and third part. */
export function joinCompact(signingInput: Uint8Array, third: Uint8Array): Uint8Array {
  return concatBytes(signingInput, asciiBytes(`.${encodeBase64url(third)}`));
}
