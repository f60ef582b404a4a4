/** What clients of a node without a quorum are told. */
import type { Agency } from '../agency.ts';

/** What was under way when a link was cut has arrived or is lost. */
export const GRACE_MS = 2_000;

/** Not yet, and where to ask; the node knows that it waits. Throws where it is told something else. */
export async function tellsToComeAgain(agency: Agency, transaction: Uint8Array): Promise<void> {
  const response = await agency.post(transaction, '?wait=500');
  const text = await response.text();
  const place = response.headers.get('location');
  if (response.status !== 202 || place === null || response.headers.get('retry-after') === null)
    throw new Error(`${agency.id} has no quorum and answers ${response.status}: ${text}`);
  const asked = await fetch(`${agency.url}${place}`);
  if (asked.status !== 202) throw new Error(`${agency.id} was asked again and answers ${asked.status}: ${await asked.text()}`);
  await asked.body?.cancel();
}

/** In the end it says that nobody knows. */
export async function tellsThatNothingIsKnown(agency: Agency, transaction: Uint8Array): Promise<void> {
  const response = await agency.post(transaction, '?wait=30000');
  const { code } = (await response.json()) as { readonly code?: string };
  if (response.status !== 503 || code !== 'undecided' || response.headers.get('retry-after') === null)
    throw new Error(`${agency.id} has no quorum and answers ${response.status} ${code}`);
}
