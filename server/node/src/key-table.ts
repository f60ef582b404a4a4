/**
 * The public keys that state knows, in the form an admission thread needs them: enough to check a signature, nothing about who may do
 * what. The machine alone decides whether a key is still in force, so revoked keys stay in the table (DESIGN §5 "admission").
 */
import type { StateReader } from '@tabularium/kernel';
import type { JsonObject, KeyKind, PublicJwk } from '@tabularium/protocol';

/** Keys enrolled in state lie under this prefix; their ids are their thumbprints. */
export const KEY_PREFIX = 'kernel/key/';
/** The first key after all of `KEY_PREFIX`. */
const KEY_END = 'kernel/key0';
const PAGE = 1_000;

/** What verifies a transaction of this key; survives a structured clone. */
export interface TableKey {
  readonly kid: string;
  readonly kind: KeyKind;
  readonly jwk: PublicJwk;
  readonly rpId?: string;
  readonly origins?: readonly string[];
}

/** Every key in state, page by page, so that a large table is not held twice. */
export function* allKeys(state: StateReader): Generator<readonly TableKey[]> {
  for (let start = KEY_PREFIX; ; ) {
    const page = state.scan(start, KEY_END, PAGE);
    if (page.length > 0) yield page.map(([key, value]) => tableKey(key, value));
    if (page.length < PAGE) return;
    // The smallest key after the last one of this page.
    start = `${page.at(-1)![0]}\u0000`;
  }
}

/** The keys among a block's changed records, as state has them now. */
export function changedKeys(changed: readonly string[], state: StateReader): readonly TableKey[] {
  return changed.flatMap((key) => {
    const value = key.startsWith(KEY_PREFIX) ? state.get(key) : undefined;
    return value === undefined ? [] : [tableKey(key, value)];
  });
}

/** The public key that `kid` names, for receipts. */
export function jwkOf(kid: string, state: StateReader): PublicJwk | undefined {
  const key = KEY_PREFIX + kid;
  const value = state.get(key);
  return value === undefined ? undefined : tableKey(key, value).jwk;
}

function tableKey(key: string, value: string): TableKey {
  const { kind, jwk, rpId, origins } = JSON.parse(value) as JsonObject & Omit<TableKey, 'kid'>;
  const kid = key.slice(KEY_PREFIX.length);
  return rpId === undefined || origins === undefined ? { kid, kind, jwk } : { kid, kind, jwk, rpId, origins };
}
