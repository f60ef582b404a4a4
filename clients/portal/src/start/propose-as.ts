/** So that something waits for the visitor's signature: an invented officer proposes it, from this browser, unless it waits already. */
import { Ledger } from '@tabularium/sdk';
import type { QueryClient } from '@tanstack/react-query';
import { getJson, office, type Row } from '../data/api.ts';
import { importDeviceKey } from '../keys/device-key.ts';
import { signerOf } from '../keys/signer-of.ts';
import { invented } from './invented.ts';

export interface Proposed {
  readonly action: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Throws `NotProposed` where the ledger does not take it. */
export async function proposeAs(queries: QueryClient, officer: string, { action, body }: Proposed): Promise<void> {
  const { rows } = await getJson<{ readonly rows: readonly Row[] }>(`/api/v1/kernel/proposals?status=open&action=${action}&limit=1`);
  if (rows.length > 0) return;
  const [{ origin }, people] = await Promise.all([queries.ensureQueryData(office), queries.ensureQueryData(invented)]);
  const one = people.find((person) => person.officer === officer);
  if (one === undefined) throw new NotProposed(officer);
  const signer = await signerOf(await importDeviceKey(one.jwk));
  const ledger = new Ledger({ url: location.origin, origin });
  const outcome = await ledger.act({ action: 'kernel.propose', body: { action, body } as never }, signer);
  if (outcome.kind !== 'accepted' && outcome.kind !== 'repeated') throw new NotProposed(outcome.kind);
}

/** What should have waited for the visitor could not be prepared. */
export class NotProposed extends Error {
  override readonly name = 'NotProposed';
}
