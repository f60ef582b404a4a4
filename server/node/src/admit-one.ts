/**
 * Admission of one submission: strict parsing, the form of its body, the signature (DESIGN §5). Pure, so that the thread that runs it and
 * an audit that repeats it agree. Whether the key is in force and its holder may do this is the machine's to say.
 */
import type { ModuleDefinition } from '@tabularium/kernel';
import {
  type BodyChecker,
  type Crypto,
  jwkToPoint,
  makeBodyChecker,
  parseTransaction,
  type Transaction,
  type VerificationKey,
  verifyTransaction,
} from '@tabularium/protocol';
import type { AdmissionRefusal } from './admission-messages.ts';
import type { TableKey } from './key-table.ts';

export type Admitted =
  | { readonly kind: 'admitted'; readonly transaction: Transaction }
  | { readonly kind: 'refused'; readonly name: string; readonly code: AdmissionRefusal }
  | { readonly kind: 'malformed'; readonly code: string; readonly detail: string };

export class Admitter {
  readonly #crypto: Crypto;
  readonly #checkers = new Map<string, BodyChecker>();
  readonly #keys = new Map<string, VerificationKey>();

  constructor(catalogue: readonly ModuleDefinition[], crypto: Crypto) {
    this.#crypto = crypto;
    for (const { name, actions } of catalogue) {
      // An action's meaning never changes from version to version (DESIGN §3), so any version's schema is the right one.
      for (const [action, { body }] of Object.entries(actions)) this.#checkers.set(`${name}.${action}`, makeBodyChecker(body));
    }
  }

  /** Take in new and changed keys. */
  learn(keys: readonly TableKey[]): void {
    for (const { kid, kind, jwk, rpId, origins } of keys) {
      const point = jwkToPoint(jwk);
      if (point === undefined) throw new Error(`the key ${kid} in state is no key`);
      this.#keys.set(kid, rpId === undefined || origins === undefined ? { kind, point } : { kind, point, rpId, origins });
    }
  }

  /** Any bytes have an answer. */
  admit(bytes: Uint8Array): Admitted {
    const parsed = parseTransaction(bytes, this.#crypto);
    if (!parsed.ok) return { kind: 'malformed', code: parsed.code, detail: parsed.detail };
    const { transaction } = parsed;
    const { action, body } = transaction.payload;
    // An action nobody knows is the machine's to refuse.
    const fits = this.#checkers.get(action)?.(body);
    if (fits?.ok === false) {
      return { kind: 'malformed', code: 'body-invalid', detail: `body${fits.path} ${fits.message}` };
    }
    const key = this.#keys.get(transaction.kid);
    if (key === undefined) return { kind: 'refused', name: transaction.name, code: 'key-unknown' };
    if (key.kind !== transaction.kind) return { kind: 'refused', name: transaction.name, code: 'key-kind' };
    if (!verifyTransaction(transaction, key, this.#crypto)) return { kind: 'refused', name: transaction.name, code: 'signature-invalid' };
    return { kind: 'admitted', transaction };
  }
}
