/** What waits for me, the most urgent first; and what I see waiting for others. */
import { useQuery } from '@tanstack/react-query';
import type { Me } from '../keys/me.ts';
import { type Entitled, entitled, forms } from './desk-data.ts';
import { type OpenProposal, openProposals } from './open-proposals.ts';
import { stepsOf, type WaitingStep, waitingSteps } from './waiting-rows.ts';

export interface InboxProposals {
  readonly mine: readonly OpenProposal[];
  readonly others: readonly OpenProposal[];
}

/** Undefined while they are on their way. */
export function useInbox({ officer }: Me): {
  readonly steps: readonly WaitingStep[] | undefined;
  readonly proposals: InboxProposals | undefined;
  /** How many things wait for me. */
  readonly count: number;
} {
  const right = useQuery(entitled(officer)).data;
  const all = useQuery(forms).data;
  const known = right === undefined || all === undefined ? undefined : stepsOf(all, right);
  const steps = useQuery({ ...waitingSteps(known ?? []), enabled: known !== undefined }).data;
  const open = useQuery(openProposals).data;
  const proposals = right === undefined || open === undefined ? undefined : shared(open, right);
  const count = (steps ?? []).reduce((sum, one) => sum + one.count, 0) + (proposals?.mine.length ?? 0);
  return { steps: steps?.toSorted(byUrgency), proposals, count };
}

/** Whoever has signed waits for others; so does whoever may not sign. The dry run has the last word. */
function shared(open: readonly OpenProposal[], { officer, actions }: Entitled): InboxProposals {
  const may = new Set(actions.map(({ action }) => action));
  const isMine = ({ action, proposer }: OpenProposal): boolean => may.has(action) && proposer !== officer;
  const sorted = open.toSorted((a, b) => a.until - b.until);
  return { mine: sorted.filter(isMine), others: sorted.filter((one) => !isMine(one)) };
}

function byUrgency(a: WaitingStep, b: WaitingStep): number {
  return (a.by ?? Number.POSITIVE_INFINITY) - (b.by ?? Number.POSITIVE_INFINITY);
}
