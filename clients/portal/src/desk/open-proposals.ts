/** What waits for signatures, each held against its own proof: what is shown is what was proposed, word for word. */
import { queryOptions } from '@tanstack/react-query';
import { getJson, type Row } from '../data/api.ts';
import type { Story } from '../data/stories.ts';

export interface OpenProposal {
  readonly id: string;
  readonly action: string;
  readonly proposer: string;
  /** In which role: `accountant@accounts`; absent where nobody can tell. */
  readonly seat?: string;
  readonly needed: number;
  readonly signed: number;
  /** ms UTC. */
  readonly until: number;
  /** The body of the proposed action, from the entry itself. */
  readonly body: Readonly<Record<string, unknown>>;
}

export const openProposals = queryOptions({
  queryKey: ['ledger', 'open-proposals'],
  queryFn: async (): Promise<readonly OpenProposal[]> => {
    // The demo's first page asks for this too, and need not wait for what checks proofs.
    const { fetchPolicy } = await import('../proof/check.ts');
    const [{ rows }, policy] = await Promise.all([
      getJson<{ readonly rows: readonly Row[] }>('/api/v1/kernel/proposals?status=open&limit=50'),
      fetchPolicy(),
    ]);
    const proven = await Promise.all(rows.map((row) => proposed(row, policy)));
    return proven.filter((one) => one !== undefined);
  },
});

/** Undefined where the entry does not prove what its row says. */
async function proposed(row: Row, policy: string): Promise<OpenProposal | undefined> {
  const id = String(row.proposal);
  const { fetchAndCheckReceipt } = await import('../proof/check.ts');
  const checked = await fetchAndCheckReceipt(id, policy);
  if (!checked.ok || checked.transaction.name !== id) return undefined;
  const { as } = checked.transaction.payload;
  const { action, body } = checked.transaction.payload.body as { readonly action?: unknown; readonly body?: unknown };
  if (typeof action !== 'string' || typeof body !== 'object' || body === null) return undefined;
  const seat = as ?? (await seatOf(id));
  const { proposer, needed, signed, until } = row;
  return {
    ...{ id, action, proposer: String(proposer), needed: Number(needed), signed: Number(signed), until: Number(until) },
    body: body as Readonly<Record<string, unknown>>,
    ...(seat === undefined ? {} : { seat }),
  };
}

/** Where whoever proposed has one role that may, they need not name it: the node tells which it was. */
async function seatOf(id: string): Promise<string | undefined> {
  const told = await getJson<Story>(`/api/v1/stories/${encodeURIComponent(id)}`).catch(() => undefined);
  const [first] = told?.signers ?? [];
  return first === undefined ? undefined : `${first.role}@${first.office}`;
}
