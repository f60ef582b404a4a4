/** What a parsed transaction is: the shape every room downstream of admission works with (docs/spec/transaction.md). */
import type { JsonObject } from './json-value.ts';

/** `es256`: a plain ES256 JWS. `passkey`: a WebAuthn assertion over the same signing input. Kinds never mix. */
export type KeyKind = 'es256' | 'passkey';

/** A parsed transaction; `bytes` are exactly what was submitted and what becomes the entry. */
export interface Transaction {
  readonly bytes: Uint8Array;
  /** base64url SHA-256 of the JWS signing input. */
  readonly name: string;
  readonly kid: string;
  readonly kind: KeyKind;
  readonly payload: TransactionPayload;
}

export interface TransactionPayload {
  /** Origin of the ledger it is meant for. */
  readonly ledger: string;
  /** ULID, unique for this signer until `exp`. */
  readonly id: string;
  /** `module.subject.verb`. */
  readonly action: string;
  /** Role used, `role@office`. */
  readonly as?: string;
  /** Mandate id: acts for. */
  readonly for?: string;
  /** NumericDate (RFC 7519 §2): seconds since the epoch, integer. */
  readonly exp: number;
  /** State key → revision the signer relied on (0 = absent). */
  readonly on?: Readonly<Record<string, number>>;
  readonly body: JsonObject;
}
