/** Sign in with a passkey: one gesture says which key is here, and the ledger says whose it is. No name is typed and no server is asked to believe it. */

import type { QueryClient } from '@tanstack/react-query';
import { me, signWith } from './me.ts';
import { keyByKid, officerHere } from './officer-keys.ts';
import { findPasskey, isDeclined } from './passkey.ts';

/** `unknown`: the passkey that answered is not in force here, or not yet. */
export type Found = 'found' | 'declined' | 'unknown';

export async function findMe(queries: QueryClient): Promise<Found> {
  try {
    const { kids, handleOf } = await findPasskey();
    const keys = await Promise.all(kids.map(keyByKid));
    const mine = keys.find((one) => one?.kind === 'passkey' && one.status === 'active');
    if (mine === undefined) return 'unknown';
    const officer = await queries.fetchQuery(officerHere(mine.holder));
    if (officer?.status !== 'active') return 'unknown';
    await signWith(handleOf(mine.kid), officer);
    await queries.invalidateQueries({ queryKey: me.queryKey });
    return 'found';
  } catch (error) {
    if (isDeclined(error)) return 'declined';
    throw error;
  }
}
