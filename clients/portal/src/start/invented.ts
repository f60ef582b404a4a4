/** Whom a visitor of the demo can be. */
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { become, inventedOfficers } from '../keys/me.ts';

export const invented = queryOptions({ queryKey: ['invented'], queryFn: inventedOfficers, staleTime: Number.POSITIVE_INFINITY });

/** Nothing happens where there is no such officer. */
export async function becomeOfficer(queries: QueryClient, officer: string): Promise<void> {
  const found = (await queries.ensureQueryData(invented)).find((one) => one.officer === officer);
  if (found !== undefined) await become(found);
}
