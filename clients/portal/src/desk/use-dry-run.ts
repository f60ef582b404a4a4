/** What would be decided if this were signed now: asked while somebody types, of the same `decide` that will answer, and again with each block. */
import { type ActionRequest, type CheckVerdict, Ledger } from '@tabularium/sdk';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { fetchInLanguage } from '../data/api.ts';
import type { Me } from '../keys/me.ts';

const TYPING_MS = 300;

/** `request`: as JSON; empty while there is nothing to ask. */
export const dryRun = (request: string, { signer }: Me, origin: string) =>
  queryOptions({
    queryKey: ['ledger', 'dry-run', signer.kid, request],
    queryFn: (): Promise<CheckVerdict> =>
      new Ledger({ url: location.origin, origin, fetch: fetchInLanguage }).check(JSON.parse(request) as ActionRequest, signer.kid, {
        changes: true,
      }),
    enabled: request !== '',
    staleTime: 0,
    gcTime: 60_000,
  });

/** `request`: undefined while the form is not filled in. The verdict is that of a request a moment ago while `isAsking`. */
export function useDryRun(
  request: ActionRequest | undefined,
  me: Me,
  origin: string,
): { readonly verdict: CheckVerdict | undefined; readonly isAsking: boolean; readonly isLost: boolean } {
  const text = request === undefined ? '' : JSON.stringify(request);
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const asked = useQuery({ ...dryRun(settled, me, origin), placeholderData: keepPreviousData });
  const { data, isFetching, isPlaceholderData, isError } = asked;
  const isOld = text !== settled || isPlaceholderData;
  return { verdict: text === '' ? undefined : data, isAsking: isOld || (isFetching && data === undefined), isLost: isError };
}
