/**
 * A look: somebody's signed word that they read, and, of an officer who reads what the vault holds, as whom, what for and for which file
 * (docs/spec/look.md, ADR 0017 "Looking"). It opens reading routes until `exp` and changes nothing. Signed as a transaction is, by a plain
 * key or a passkey.
 */
import { asciiText } from './bytes.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Crypto } from './crypto.ts';
import type { JsonObject } from './json-value.ts';
import type { Assertion } from './passkey.ts';
import {
  assertCompact,
  checkThirdPart,
  parseSigned,
  type SignedTypes,
  signCompact,
  type VerificationKey,
  verifySigned,
} from './signed-jws.ts';
import { isOrigin, isRoleAtOffice } from './transaction-fields.ts';
import type { KeyKind } from './transaction-types.ts';
import { isUlid } from './ulid.ts';
import { encodeUtf8 } from './utf8.ts';

export const LOOK_TYPES = { es256: 'tabularium-look+jwt', passkey: 'tabularium-look+webauthn' } as const satisfies SignedTypes;
/** It travels in a header. */
export const MAX_LOOK_LENGTH = 4_096;
/** Seconds between making a look and its end, at most. */
export const MAX_LOOK_SECONDS = 900;

const PURPOSE = /^[a-z][a-z0-9-]{0,63}$/;
const FILE = /^[A-Za-z0-9](?:[A-Za-z0-9 ._:/@-]{0,126}[A-Za-z0-9])?$/;
const MAX_EXP = 253_402_300_799;

/** Of whoever reads what is their own, or what every member may read: it names no purpose. */
export interface PlainLookPayload {
  /** Origin of the ledger that is read, or whose vault is. */
  readonly ledger: string;
  /** ULID. */
  readonly id: string;
  /** NumericDate (RFC 7519 §2): seconds since the epoch, at most 900 ahead. */
  readonly exp: number;
}

/** Of an officer who reads what is known of others. */
export interface LookPayload extends PlainLookPayload {
  /** Role used, `role@office`. */
  readonly as: string;
  /** One that the charter names, `birth-certificate`. */
  readonly purpose: string;
  /** Number of the file that the officer works on. */
  readonly case: string;
}

export interface Look {
  readonly text: string;
  /** base64url SHA-256 of the signing input. */
  readonly name: string;
  readonly kid: string;
  readonly kind: KeyKind;
  readonly payload: LookPayload | PlainLookPayload;
}

/** Whether the look says as whom, what for and for which file. */
export function isOfficial(payload: Look['payload']): payload is LookPayload {
  return 'as' in payload;
}

/** Reads a look strictly; undefined for whatever is none. Total: never throws. Does not verify the signature. */
export function parseLook(text: string, crypto: Crypto): Look | undefined {
  if (text.length > MAX_LOOK_LENGTH || !text.isWellFormed()) return undefined;
  const bytes = encodeUtf8(text);
  const read = parseSigned(bytes, LOOK_TYPES, crypto);
  if (!read.ok || !isLookPayload(read.signed.payload) || checkThirdPart(bytes, read.signed) !== undefined) return undefined;
  return { text, ...read.signed, payload: read.signed.payload as unknown as Look['payload'] };
}

/** Whether the key signed the look. False, never a throw, wherever it did not. */
export function verifyLookSignature({ text, kind }: Look, key: VerificationKey, crypto: Crypto): boolean {
  return verifySigned(encodeUtf8(text), kind, key, crypto);
}

/** Makes a look of an `es256` key; `sign` answers r‖s, 64 bytes. Throws RangeError where `parseLook` would not take it. */
export async function encodeLook(
  payload: Look['payload'],
  kid: string,
  sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): Promise<string> {
  return asciiText(await signCompact(LOOK_TYPES.es256, kid, textOf(payload), sign));
}

/** Makes a look of a passkey; `assert` asks the authenticator. Throws RangeError where `parseLook` would not take it. */
export async function encodePasskeyLook(
  payload: Look['payload'],
  kid: string,
  assert: (challenge: Uint8Array) => Promise<Assertion>,
  crypto: Crypto,
): Promise<string> {
  return asciiText(await assertCompact(LOOK_TYPES.passkey, kid, textOf(payload), assert, crypto));
}

function textOf(payload: Look['payload']): string {
  if (!isLookPayload(payload as unknown as JsonObject)) throw new RangeError('A member of the look is malformed.');
  return canonicalJson(payload as unknown as JsonObject);
}

function isLookPayload(payload: JsonObject): boolean {
  const { ledger, id, exp, ...official } = payload;
  return (
    typeof ledger === 'string' &&
    isOrigin(ledger) &&
    typeof id === 'string' &&
    isUlid(id) &&
    typeof exp === 'number' &&
    Number.isSafeInteger(exp) &&
    exp >= 1 &&
    exp <= MAX_EXP &&
    (Object.keys(official).length === 0 || isOfficialPart(official))
  );
}

function isOfficialPart(official: JsonObject): boolean {
  const { as, purpose, case: file } = official;
  return (
    Object.keys(official).length === 3 &&
    typeof as === 'string' &&
    isRoleAtOffice(as) &&
    typeof purpose === 'string' &&
    PURPOSE.test(purpose) &&
    typeof file === 'string' &&
    FILE.test(file)
  );
}
