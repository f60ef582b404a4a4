/**
 * A budget office's own program, invented: it allots money of this budget year, in the name of the budget controller. What it may try
 * out, and as whom, is looked up in this demo's ledger.
 */
import { es256Signer, type PrivateJwk, type SynchronousSigner } from '@tabularium/sdk';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from '../data/api.ts';
import { inventedOfficers } from '../keys/me.ts';

export const ALLOT = 'treasury.allot';
const ROLE = 'budget-controller@';

/** A budget line that has money left to allot. */
export interface FreeLine {
  readonly year: string;
  readonly fund: string;
  readonly code: string;
  readonly currency: string;
  /** Minor units. */
  readonly free: bigint;
}

export interface BudgetProgram {
  /** `role@office`. */
  readonly role: string;
  readonly signer: SynchronousSigner;
  /** Private part of the key, base64url. */
  readonly d: string;
  /** Of the year that is open today, with the most money left first; none where no such year is. */
  readonly lines: readonly FreeLine[];
}

interface YearRow {
  readonly year: string;
  readonly state: string;
  readonly first_day: string;
  readonly last_day: string;
}

interface LineRow {
  readonly year: string;
  readonly fund: string;
  readonly code: string;
  readonly currency: string;
  readonly appropriated: string;
  readonly allotted: string;
}

export const budgetProgram = queryOptions({
  queryKey: ['ledger', 'budget-program'],
  queryFn: async (): Promise<BudgetProgram> => {
    const [people, { rows: years }] = await Promise.all([
      inventedOfficers(),
      getJson<{ readonly rows: readonly YearRow[] }>('/api/v1/treasury/years?limit=100'),
    ]);
    const who = people.find(({ roles }) => roles.some((role) => role.startsWith(ROLE)));
    if (who === undefined) throw new Error('this demo has no budget controller');
    const jwk = who.jwk as PrivateJwk;
    const today = new Date().toISOString().slice(0, 10);
    const year = years.find(({ state, first_day, last_day }) => state === 'open' && first_day <= today && today <= last_day)?.year;
    const of = `/api/v1/treasury/lines?state=enacted&side=expense&limit=200&year=${year ?? ''}`;
    const rows = year === undefined ? [] : (await getJson<{ readonly rows: readonly LineRow[] }>(of)).rows;
    const lines = rows
      .filter((row) => BigInt(row.appropriated) > BigInt(row.allotted))
      .map(({ appropriated, allotted, ...row }) => ({ ...row, free: BigInt(appropriated) - BigInt(allotted) }))
      .sort((a, b) => (a.free > b.free ? -1 : 1));
    return { role: who.roles.find((role) => role.startsWith(ROLE))!, signer: es256Signer(jwk), d: jwk.d, lines };
  },
});

/** `amount`: minor units, decimal text. */
export function allotment({ year, fund, code, currency }: Omit<FreeLine, 'free'>, amount: string) {
  return { items: [{ year, fund, line: code, money: { amount, currency } }] };
}
