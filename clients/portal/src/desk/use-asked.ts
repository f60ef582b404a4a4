/**
 * Proposals with all that is shown of each, which the page waits for: a card that is there does not grow, so that its button and those below
 * stay where they are.
 */
import type { CheckVerdict } from '@tabularium/sdk';
import { useQueries, useQuery } from '@tanstack/react-query';
import type { Me } from '../keys/me.ts';
import { formOf, forms, formWithSchema } from './desk-data.ts';
import type { Schema } from './forms/fields.ts';
import type { OpenProposal } from './open-proposals.ts';
import { dryRun } from './use-dry-run.ts';

const APPROVE = 'kernel.approve';

export const approvalOf = ({ id }: OpenProposal) => ({ action: APPROVE, body: { proposal: id } });

export interface Asked {
  readonly proposal: OpenProposal;
  /** Undefined where the rules could not be asked. */
  readonly verdict: CheckVerdict | undefined;
  /** Of the proposed body; undefined where no form asks for it. */
  readonly schema: Schema | undefined;
}

/** Those of which everything is known by now. */
export function useAsked(proposals: readonly OpenProposal[], me: Me, origin: string): readonly Asked[] {
  const all = useQuery(forms).data;
  const checks = useQueries({ queries: proposals.map((one) => dryRun(JSON.stringify(approvalOf(one)), me, origin)) });
  const known = useQueries({
    queries: proposals.map((one) => {
      const form = formOf(all ?? [], one);
      return { ...formWithSchema(form?.module ?? '', form?.name ?? ''), enabled: form !== undefined };
    }),
  });
  if (all === undefined) return [];
  return proposals.flatMap((proposal, n): Asked[] => {
    const [check, form] = [checks[n]!, known[n]!];
    const isOnItsWay = [check, form].some(({ isLoading, failureCount }) => isLoading && failureCount === 0);
    return isOnItsWay ? [] : [{ proposal, verdict: check.data, schema: form.data?.schema }];
  });
}
