/**
 * The quick way back into a transaction that admission has parsed strictly: an engine's main thread gets bytes and name
 * from a worker and needs the payload once more. It checks nothing. For bytes that `parseTransaction` takes it gives an
 * equal Transaction (a property test holds it to that); for any other bytes it may throw or answer nonsense.
 */
import { decodeBase64urlBytes } from './base64.ts';
import { findDots } from './compact-jws.ts';
import type { Crypto } from './crypto.ts';
import { TRANSACTION_TYPES, transactionName } from './transaction.ts';
import type { Transaction, TransactionPayload } from './transaction-types.ts';
import { decodeUtf8 } from './utf8.ts';

/** Help from the platform; each part is optional. */
export interface ReadAids {
  /** The transaction's name where it is known already: saves a hash. */
  readonly name?: string;
  /** The UTF-8 text behind base64url that stands in `bytes` from `start` to `end` (exclusive). */
  readonly decodeText?: (bytes: Uint8Array, start: number, end: number) => string;
}

export function readPayload(bytes: Uint8Array, crypto: Crypto, aids: ReadAids = {}): Transaction {
  const dots = findDots(bytes);
  if (dots === undefined) throw new Error('These bytes were never admitted: they are no compact JWS.');
  const decodeText = aids.decodeText ?? decodeOwn;
  const header = JSON.parse(decodeText(bytes, 0, dots.first)) as { readonly kid: string; readonly typ: string };
  const payload = JSON.parse(decodeText(bytes, dots.first + 1, dots.second)) as TransactionPayload;
  const name = aids.name ?? transactionName(bytes.subarray(0, dots.second), crypto);
  return { bytes, name, kid: header.kid, kind: header.typ === TRANSACTION_TYPES.passkey ? 'passkey' : 'es256', payload };
}

function decodeOwn(bytes: Uint8Array, start: number, end: number): string {
  const decoded = decodeBase64urlBytes(bytes, start, end);
  const text = decoded === undefined ? undefined : decodeUtf8(decoded);
  if (text === undefined) throw new Error('These bytes were never admitted: a part is not base64url of UTF-8.');
  return text;
}
