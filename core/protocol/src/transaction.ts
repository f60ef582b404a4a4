/**
 * The transaction: a compact JWS (RFC 7515) that names one action and carries one signature (docs/spec/transaction.md).
 * The exact bytes submitted become the entry; nothing is ever written anew in order to be verified. The reader is total:
 * any bytes give either a transaction or one code of a closed list.
 */
import { canonicalJson } from './canonical-json.ts';
import type { Crypto } from './crypto.ts';
import type { JsonObject } from './json-value.ts';
import { type Malformed, malformed } from './malformed.ts';
import type { Assertion } from './passkey.ts';
import {
  assertCompact,
  checkThirdPart,
  inputDigest,
  parseSigned,
  type SignedTypes,
  signCompact,
  type VerificationKey,
  verifySigned,
} from './signed-jws.ts';
import { checkPayload } from './transaction-fields.ts';
import type { Transaction, TransactionPayload } from './transaction-types.ts';

/** 60 KiB: a leaf has at most 65,535 bytes (C2SP tlog-tiles), and a receipt's JSON must hold it. */
export const MAX_TRANSACTION_BYTES = 61_440;

/** The `typ` of each kind of key; a key of one kind never verifies the other. */
export const TRANSACTION_TYPES = { es256: 'tabularium-tx+jwt', passkey: 'tabularium-tx+webauthn' } as const satisfies SignedTypes;

export type ParsedTransaction = { readonly ok: true; readonly transaction: Transaction } | Malformed;

/** Reads a transaction strictly. Total: never throws, for any bytes. Does not verify the signature. */
export function parseTransaction(bytes: Uint8Array, crypto: Crypto): ParsedTransaction {
  if (bytes.length === 0) return malformed('empty');
  if (bytes.length > MAX_TRANSACTION_BYTES) return malformed('too-large');
  if (bytes[0] === 0x7b) return malformed('leading-brace');
  const read = parseSigned(bytes, TRANSACTION_TYPES, crypto);
  if (!read.ok) return read;
  const { payload: object, ...signed } = read.signed;
  const payload = checkPayload(object);
  if (!payload.ok) return payload;
  return checkThirdPart(bytes, signed) ?? { ok: true, transaction: { bytes, ...signed, payload: payload.payload } };
}

/** base64url SHA-256 of a signing input. The signature is left out: it can be respelled (r, n−s) without the key. */
export function transactionName(signingInput: Uint8Array, crypto: Crypto): string {
  return inputDigest(signingInput, crypto);
}

/** The signed bytes of a parsed transaction: `header.payload`. */
export function signingInput(transaction: Transaction): Uint8Array {
  return transaction.bytes.subarray(0, transaction.bytes.lastIndexOf(0x2e));
}

/** Whether the key signed the transaction. False, never a throw, wherever it did not. */
export function verifyTransaction({ bytes, kind }: Transaction, key: VerificationKey, crypto: Crypto): boolean {
  return verifySigned(bytes, kind, key, crypto);
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
  const made = signCompact(TRANSACTION_TYPES.es256, kid, textOf(payload), sign);
  return made instanceof Uint8Array ? withinLimit(made) : made.then(withinLimit);
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
  return withinLimit(await assertCompact(TRANSACTION_TYPES.passkey, kid, textOf(payload), assert, crypto));
}

function textOf(payload: TransactionPayload): string {
  const checked = checkPayload(payload as unknown as JsonObject);
  if (!checked.ok) throw new RangeError(checked.detail);
  return canonicalJson(payload as unknown as JsonObject);
}

function withinLimit(bytes: Uint8Array): Uint8Array {
  if (bytes.length > MAX_TRANSACTION_BYTES) throw new RangeError(malformed('too-large').detail);
  return bytes;
}
