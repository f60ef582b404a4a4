/** An officer's keys as the ledger has them now: each read from a fact that this browser has checked, never from a list. */
import { queryOptions } from '@tanstack/react-query';
import { fetchAndCheckFact } from '../proof/check.ts';

export interface OfficerKey {
  readonly kid: string;
  readonly kind: 'es256' | 'passkey';
  /** Of a passkey: the name of the site that it works for. */
  readonly rpId?: string;
  readonly holder: string;
  readonly status: 'active' | 'pending' | 'revoked';
  /** Enrolled or last changed, block time in ms UTC. */
  readonly time: number;
}

export interface OfficerHere {
  readonly officer: string;
  readonly agency: string;
  readonly status: 'active' | 'left';
  /** `role@office`, in force or to come. */
  readonly roles: readonly string[];
  readonly keys: readonly OfficerKey[];
  /** New keys that wait to replace these, and when they do, ms UTC. */
  readonly recovery?: { readonly due: number };
}

/** A fact that did not hold: the office said what its own log does not bear out. */
export class UnprovenRecord extends Error {
  override readonly name = 'UnprovenRecord';
}

export const officerHere = (officer: string) =>
  queryOptions({
    queryKey: ['ledger', 'officer', officer],
    queryFn: async (): Promise<OfficerHere | null> => {
      const [record, recovery] = await Promise.all([proven(`kernel/officer/${officer}`), proven(`kernel/recovery/${officer}`)]);
      if (record === null) return null;
      const { agency, status, roles, keys } = record as unknown as {
        readonly agency: string;
        readonly status: OfficerHere['status'];
        readonly roles: readonly { readonly role: string; readonly office: string }[];
        readonly keys: readonly string[];
      };
      const known = await Promise.all(keys.map(keyByKid));
      return {
        ...{ officer, agency, status },
        roles: roles.map(({ role, office }) => `${role}@${office}`),
        keys: known.filter((one) => one !== undefined),
        ...(recovery?.status === 'open' ? { recovery: { due: Number(recovery.due) } } : {}),
      };
    },
  });

/** Undefined where no such key was ever enrolled. */
export async function keyByKid(kid: string): Promise<OfficerKey | undefined> {
  const record = await proven(`kernel/key/${kid}`);
  return record === null ? undefined : ({ ...record, kid } as unknown as OfficerKey);
}

async function proven(key: string): Promise<Readonly<Record<string, unknown>> | null> {
  const checked = await fetchAndCheckFact(key);
  if (!checked.ok) throw new UnprovenRecord(checked.detail);
  return checked.value as Readonly<Record<string, unknown>> | null;
}

/** Roles and offices that the charter in force has; each office with its agency. */
export const officesHere = queryOptions({
  queryKey: ['ledger', 'offices'],
  queryFn: async (): Promise<{ readonly roles: readonly string[]; readonly offices: ReadonlyMap<string, string> }> => {
    const { roles, offices } = (await proven('kernel/charter/current')) as unknown as {
      readonly roles: Readonly<Record<string, unknown>>;
      readonly offices: Readonly<Record<string, { readonly agency: string }>>;
    };
    return { roles: Object.keys(roles), offices: new Map(Object.entries(offices).map(([office, { agency }]) => [office, agency])) };
  },
});
