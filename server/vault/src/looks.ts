/**
 * Whether a look counts: by a key in force, of an officer who holds the role, for a purpose that the charter names and gives to that role,
 * for this ledger and this quarter of an hour (docs/spec/look.md). Without one, nothing of a person is read.
 */
import {
  type Crypto,
  isOfficial,
  type Look,
  type LookPayload,
  MAX_LOOK_SECONDS,
  parseLook,
  type VerificationKey,
  verifyLookSignature,
} from '@tabularium/protocol';

/** Why a look does not count, in the order in which it is asked. A closed list; none says what the vault holds. */
export const LOOK_CODES = {
  'look-malformed': 'This is no look.',
  'look-ledger': 'The look is for another ledger.',
  'look-key': 'No officer holds this key.',
  'look-signature': 'The signature does not fit the key.',
  'look-expired': 'The look is over. Sign a new one.',
  'look-too-long': 'A look lasts a quarter of an hour at most.',
  'look-role': 'The officer does not hold this role.',
  'look-purpose': 'The charter names no such purpose.',
  'look-purpose-role': 'The charter does not give this purpose to this role.',
} as const;
export type LookCode = keyof typeof LOOK_CODES;

export interface LookKey {
  readonly officer: string;
  readonly key: VerificationKey;
}

export interface Purpose {
  /** The law that allows it. */
  readonly basis: string;
  readonly roles: readonly string[];
}

/** What state and the clock say. */
export interface LookRights {
  /** ms UTC. */
  readonly now: number;
  /** Of this ledger. */
  readonly origin: string;
  readonly crypto: Crypto;
  /** The holder of a key in force; no service's. */
  keyOf(kid: string): LookKey | undefined;
  /** Whether the officer holds the role in that office now. */
  entitled(officer: string, role: string, office: string): boolean;
  purposeOf(purpose: string): Purpose | undefined;
}

/** Who looks, once it is checked. */
export interface Looker {
  readonly officer: string;
  readonly role: string;
  readonly office: string;
  readonly purpose: string;
  /** Number of the officer's file. */
  readonly file: string;
  /** Name of the look. */
  readonly look: string;
}

/** With a refusal goes whoever surely signed, so that the attempt can be laid to them; `look-signature` and before name nobody. */
export type CheckedLook =
  | { readonly ok: true; readonly looker: Looker }
  | { readonly ok: false; readonly code: LookCode; readonly looker?: Looker };

/** Total: never throws, for any text. */
export function verifyLook(text: string, { now, origin, crypto, keyOf, entitled, purposeOf }: LookRights): CheckedLook {
  const look = parseLook(text, crypto);
  const payload = look?.payload;
  if (look === undefined || payload === undefined || !isOfficial(payload)) return { ok: false, code: 'look-malformed' };
  const holder = payload.ledger === origin ? keyOf(look.kid) : undefined;
  const { code } = checkPlainLook(look, holder?.key, { now, origin, crypto });
  if (holder === undefined || code === 'look-signature') return { ok: false, code: code ?? 'look-key' };
  const looker = lookerOf(look.name, payload, holder.officer);
  const refused = (why: LookCode): CheckedLook => ({ ok: false, code: why, looker });
  if (code !== undefined) return refused(code);
  if (!entitled(looker.officer, looker.role, looker.office)) return refused('look-role');
  const purpose = purposeOf(looker.purpose);
  if (purpose === undefined) return refused('look-purpose');
  return purpose.roles.includes(looker.role) ? { ok: true, looker } : refused('look-purpose-role');
}

/**
 * Whether this key signed the look for this ledger and this quarter of an hour: all that is asked of whoever reads what is their own, or
 * what every member may read. `key` is that of the look's `kid`, if anybody has it.
 */
export function checkPlainLook(
  look: Look,
  key: VerificationKey | undefined,
  { now, origin, crypto }: Pick<LookRights, 'now' | 'origin' | 'crypto'>,
): { readonly code: LookCode | undefined } {
  const { ledger, exp } = look.payload;
  const seconds = Math.floor(now / 1_000);
  if (ledger !== origin) return { code: 'look-ledger' };
  if (key === undefined) return { code: 'look-key' };
  if (!verifyLookSignature(look, key, crypto)) return { code: 'look-signature' };
  if (exp <= seconds) return { code: 'look-expired' };
  return { code: exp > seconds + MAX_LOOK_SECONDS ? 'look-too-long' : undefined };
}

function lookerOf(name: string, payload: LookPayload, officer: string): Looker {
  const at = payload.as.indexOf('@');
  const [role, office] = [payload.as.slice(0, at), payload.as.slice(at + 1)];
  return { officer, role, office, purpose: payload.purpose, file: payload.case, look: name };
}
