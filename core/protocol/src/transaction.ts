/**
 * The transaction: a compact JWS (RFC 7515) that names one action and carries one signature (docs/spec/transaction.md).
 * The exact bytes submitted become the entry; nothing is ever written anew in order to be verified. The reader is total:
 * any bytes give either a transaction or one code of a closed list.
 */
import { decodeBase64urlBytes, encodeBase64url } from './base64.ts';
import { canonicalJson } from './canonical-json.ts';
import { checkHeader, findDots, joinCompact, makeSigningInput, readObject } from './compact-jws.ts';
import type { Crypto, EcPublicKey } from './crypto.ts';
import type { JsonObject } from './json-value.ts';
import { isDigest, jwkToPoint, type PublicJwk } from './key.ts';
import { type Malformed, malformed } from './malformed.ts';
import { signatureInRange } from './p256.ts';
import { type Assertion, assertionFault, joinAssertion, passkeyChallenge, type RelyingParty, verifyAssertion } from './passkey.ts';
import { checkPayload } from './transaction-fields.ts';
import type { KeyKind, Transaction, TransactionPayload } from './transaction-types.ts';

/** 60 KiB: a leaf has at most 65,535 bytes (C2SP tlog-tiles), and a receipt's JSON must hold it. */
export const MAX_TRANSACTION_BYTES = 61_440;

/** The `typ` of each kind of key; a key of one kind never verifies the other. */
export const TRANSACTION_TYPES = { es256: 'tabularium-tx+jwt', passkey: 'tabularium-tx+webauthn' } as const satisfies Record<
  KeyKind,
  string
>;
const TYPES = [TRANSACTION_TYPES.es256, TRANSACTION_TYPES.passkey] as const;

export type ParsedTransaction = { readonly ok: true; readonly transaction: Transaction } | Malformed;

/** Reads a transaction strictly. Total: never throws, for any bytes. Does not verify the signature. */
export function parseTransaction(bytes: Uint8Array, crypto: Crypto): ParsedTransaction {
  if (bytes.length === 0) return malformed('empty');
  if (bytes.length > MAX_TRANSACTION_BYTES) return malformed('too-large');
  if (bytes[0] === 0x7b) return malformed('leading-brace');
  const dots = findDots(bytes);
  if (dots === undefined) return malformed('not-compact-jws');

  const header = readObject(bytes, 0, dots.first, 'header');
  if (!header.ok) return header;
  const checked = checkHeader(header.value, TYPES);
  if (!checked.ok) return checked;
  const kind: KeyKind = checked.typ === TRANSACTION_TYPES.es256 ? 'es256' : 'passkey';

  const object = readObject(bytes, dots.first + 1, dots.second, 'payload');
  if (!object.ok) return object;
  const payload = checkPayload(object.value);
  if (!payload.ok) return payload;

  const third = decodeBase64urlBytes(bytes, dots.second + 1, bytes.length);
  if (third === undefined) return malformed('base64url-noncanonical', 'signature');
  const name = transactionName(bytes.subarray(0, dots.second), crypto);
  const fault = kind === 'es256' ? signatureFault(third) : assertionFault(third, name);
  if (fault !== undefined) return malformed(fault);
  return { ok: true, transaction: { bytes, name, kid: checked.kid, kind, payload: payload.payload } };
}

function signatureFault(signature: Uint8Array): 'signature-length' | 'signature-range' | undefined {
  if (signature.length !== 64) return 'signature-length';
  return signatureInRange(signature, 0) ? undefined : 'signature-range';
}

/** base64url SHA-256 of a signing input. The signature is left out: it can be respelled (r, n−s) without the key. */
export function transactionName(signingInput: Uint8Array, crypto: Crypto): string {
  return encodeBase64url(crypto.sha256(signingInput));
}

/** The signed bytes of a parsed transaction: `header.payload`. */
export function signingInput(transaction: Transaction): Uint8Array {
  return transaction.bytes.subarray(0, transaction.bytes.lastIndexOf(0x2e));
}

/** What state knows of the key a transaction names. For a passkey, `rpId` and `origins` must be there. */
export type VerificationKey = { readonly kind: KeyKind } & Partial<RelyingParty> &
  ({ readonly point: EcPublicKey } | { readonly jwk: PublicJwk });

/**
 * Whether the key signed the transaction. False, never a throw, where kinds differ, the key is malformed, a passkey's
 * relying party is missing, or the signature does not fit. That `kid` belongs to the key is the caller's look-up.
 */
export function verifyTransaction(transaction: Transaction, key: VerificationKey, crypto: Crypto): boolean {
  if (transaction.kind !== key.kind) return false;
  const point = 'point' in key ? key.point : jwkToPoint(key.jwk);
  if (point === undefined) return false;
  const { bytes } = transaction;
  const dot = bytes.lastIndexOf(0x2e);
  const third = decodeBase64urlBytes(bytes, dot + 1, bytes.length);
  if (third === undefined) return false;
  if (transaction.kind === 'es256') return crypto.verifyEs256(point, bytes.subarray(0, dot), third);
  if (key.rpId === undefined || key.origins === undefined) return false;
  return verifyAssertion(third, point, { rpId: key.rpId, origins: key.origins }, crypto);
}

/**
 * Makes a transaction of an `es256` key, for clients. `sign` answers r‖s, 64 bytes, over the message it is given.
 * Throws RangeError where payload or kid are not what `parseTransaction` would take.
 */
export function encodeTransaction(payload: TransactionPayload, kid: string, sign: (message: Uint8Array) => Uint8Array): Uint8Array;
export function encodeTransaction(
  payload: TransactionPayload,
  kid: string,
  sign: (message: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array>;
export function encodeTransaction(
  payload: TransactionPayload,
  kid: string,
  sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): Uint8Array | Promise<Uint8Array> {
  const input = signingInputOf(payload, kid, 'es256');
  const signature = sign(input);
  return signature instanceof Uint8Array ? finish(input, signature) : signature.then((bytes) => finish(input, bytes));
}

/**
 * Makes a transaction of a passkey, for clients. `assert` asks the authenticator, with the challenge computed here from
 * what the person was shown, never one that a server sent.
 */
export async function encodePasskeyTransaction(
  payload: TransactionPayload,
  kid: string,
  assert: (challenge: Uint8Array) => Promise<Assertion>,
  crypto: Crypto,
): Promise<Uint8Array> {
  const input = signingInputOf(payload, kid, 'passkey');
  return finish(input, joinAssertion(await assert(passkeyChallenge(input, crypto))));
}

function signingInputOf(payload: TransactionPayload, kid: string, kind: KeyKind): Uint8Array {
  const checked = checkPayload(payload as unknown as JsonObject);
  if (!checked.ok) throw new RangeError(checked.detail);
  if (!isDigest(kid)) throw new RangeError(malformed('kid-malformed').detail);
  return makeSigningInput(TRANSACTION_TYPES[kind], kid, canonicalJson(payload as unknown as JsonObject));
}

function finish(input: Uint8Array, third: Uint8Array): Uint8Array {
  const bytes = joinCompact(input, third);
  if (bytes.length > MAX_TRANSACTION_BYTES) throw new RangeError(malformed('too-large').detail);
  return bytes;
}
