/** One gesture: sign what the screen shows, send it, say what became of it. Nothing of it throws. */
import { type ActionRequest, Ledger, type Outcome } from '@tabularium/sdk';
import { fetchInLanguage } from '../data/api.ts';
import { tellDeed } from '../parts/deeds.ts';
import type { Me } from './me.ts';
import { isDeclined } from './passkey.ts';

export type Signed =
  | Outcome
  /** Whoever was asked for their passkey said no, or did not answer: nothing was sent. */
  | { readonly kind: 'unsigned' };

/** The office did not answer, whatever became of it. */
const UNREACHED: Outcome = { kind: 'busy', status: 503, detail: '', retryAfterSeconds: 1 };

/** `origin` is the ledger's. */
export async function signAndSend(request: ActionRequest, { signer }: Me, origin: string): Promise<Signed> {
  const ledger = new Ledger({ url: location.origin, origin, fetch: fetchInLanguage });
  try {
    const answer = await ledger.act(request, signer);
    if (answer.kind === 'accepted' || answer.kind === 'repeated') tellDeed('signed');
    return answer;
  } catch (error) {
    return isDeclined(error) ? { kind: 'unsigned' } : UNREACHED;
  }
}
