export type { Crypto, EcPublicKey, Utf8 } from './crypto.ts';
export type { JsonObject, JsonValue } from './json-value.ts';
export type { KeyKind, Transaction, TransactionPayload } from './transaction-types.ts';
