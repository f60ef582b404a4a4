/** What a look is held against (docs/spec/look.md), read from the newest state: keys in force, roles held now, the purposes that the charter names. */
import type { CharterRecord, KeyRecord, OfficerRecord } from '@tabularium/kernel';
import type { Crypto, VerificationKey } from '@tabularium/protocol';
import type { LookRights, Purpose } from '@tabularium/vault';
import type { LedgerDoor } from './ledger-door.ts';

export interface LookRightsParts {
  readonly door: Pick<LedgerDoor, 'origin' | 'record'>;
  readonly crypto: Crypto;
  /** ms UTC. */
  readonly clock: () => number;
}

/** As of now. */
export function lookRightsOf({ door, crypto, clock }: LookRightsParts): LookRights {
  const now = clock();
  const read = <T>(key: string): T | undefined => {
    const text = door.record(key);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  };
  const officerOf = (id: string): OfficerRecord | undefined => {
    const officer = read<OfficerRecord>(`kernel/officer/${id}`);
    return officer?.kind === 'officer' && officer.status === 'active' ? officer : undefined;
  };
  return {
    now,
    origin: door.origin,
    crypto,
    keyOf: (kid) => {
      const key = read<KeyRecord>(`kernel/key/${kid}`);
      if (key?.status !== 'active' || officerOf(key.holder) === undefined) return undefined;
      return { officer: key.holder, key: key as VerificationKey };
    },
    entitled: (officer, role, office) =>
      officerOf(officer)?.roles.some(
        (term) => term.role === role && term.office === office && (term.from ?? 0) <= now && now < term.until,
      ) ?? false,
    purposeOf: (purpose) => {
      const named = read<CharterRecord>('kernel/charter/current')?.parameters.privacy?.purposes;
      if (typeof named !== 'object' || named === null || !Object.hasOwn(named, purpose)) return undefined;
      const { basis = '', roles = [] } = (named as Readonly<Record<string, Partial<Purpose>>>)[purpose]!;
      return { basis, roles };
    },
  };
}
