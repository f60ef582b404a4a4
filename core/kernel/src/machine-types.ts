/** What goes into the machine and what comes out of it; engines know these types and nothing else of the kernel. */
import type { JsonObject, Transaction } from '@tabularium/protocol';
import type { Refusal, Signer } from './module.ts';

/** Committed state, values as canonical JSON text. `scan` runs over start ≤ key < end in key-byte order. */
export interface StateReader {
  get(key: string): string | undefined;
  scan(start: string, end: string, limit: number): readonly (readonly [key: string, value: string])[];
}

/** An event as it is stored with its block (derived, unhashed) and fed to projections. */
export interface StoredEvent {
  /** Full type, `treasury.payment.ordered`. */
  readonly type: string;
  readonly data: JsonObject;
  /** Name of the transaction or deadline; in block 1 base64url SHA-256 of the charter. */
  readonly tx: string;
  /** Position of its entry among the block's accepted transactions; −1 for a deadline, and for what the charter founds in block 1. */
  readonly entry: number;
  readonly action: string;
  readonly signers: readonly Signer[];
  /** State keys that its `evolve` wrote or removed (index keys included), each once, in byte order: from them one record's life is told. */
  readonly keys: readonly string[];
}

export type Verdict =
  | { readonly kind: 'accepted'; readonly name: string }
  /** The same signer, id and payload was accepted before (or earlier in this block). */
  | { readonly kind: 'repeated'; readonly name: string }
  | { readonly kind: 'refused'; readonly name: string; readonly refusal: Refusal };

/** A record as it stands, and as it would stand; null where there is none. */
export interface RecordChange {
  readonly key: string;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

/** Who votes on blocks. */
export interface Validator {
  /** Ed25519 public key, base64. */
  readonly key: string;
  /** More than 0. */
  readonly power: number;
}

export interface BlockInput {
  /** Height of the seal this block gets if it is not empty. */
  readonly height: number;
  /** Block time, integer ms UTC, not before the last one. */
  readonly time: number;
  /** Parsed, signature verified against the key its `kid` names (the machine checks that the key is in force). At most 1,000. */
  readonly transactions: readonly Transaction[];
  /** Name of the accepted transaction with this signer and id whose `exp` has not passed, if any. */
  accepted(kid: string, id: string): string | undefined;
}

export interface BlockResult {
  /** One per input transaction, in order. */
  readonly verdicts: readonly Verdict[];
  /** Deadlines fired before the transactions, ≤ 1,000. */
  readonly deadlines: number;
  readonly events: readonly StoredEvent[];
  /** Final value of each changed key; null = removed. Keys in byte order. */
  readonly writes: ReadonlyMap<string, string | null>;
  /** The tlog-policy text that state generates after this block. */
  readonly policy: string;
}
