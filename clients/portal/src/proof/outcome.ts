/** What comes of checking what was given, under a policy of the reader's own or, where there is none, the one that this office shows. */
import {
  type CheckedFact,
  type CheckedPresentation,
  type CheckedReceipt,
  checkFact,
  checkPresentation,
  checkReceipt,
  fetchPolicy,
} from './check.ts';
import type { Given } from './given.ts';
import { type CheckedStamp, checkStamp } from './stamp-check.ts';
import { type Signer, unfittingSigner } from './steps.ts';

export type Provable = Extract<Given, { kind: 'receipt' | 'presentation' | 'fact' | 'stamp' }>;

export type Outcome = {
  /** True where nobody was asked for the policy. */
  readonly alone: boolean;
  /** Where a signature of the stamp does not fit: whose. */
  readonly by?: Signer | undefined;
} & (
  | { readonly kind: 'receipt'; readonly checked: CheckedReceipt; readonly onPaper: boolean }
  | { readonly kind: 'presentation'; readonly checked: CheckedPresentation; readonly onPaper: boolean; readonly proof: string | Uint8Array }
  | { readonly kind: 'fact'; readonly checked: CheckedFact }
  | { readonly kind: 'stamp'; readonly checked: CheckedStamp }
);

/** Rejects where the policy cannot be had. */
export async function outcomeOf(given: Provable, ownPolicy: string | undefined): Promise<Outcome> {
  const policy = ownPolicy ?? (await fetchPolicy());
  const alone = ownPolicy !== undefined;
  const by = (checked: { readonly ok: boolean; readonly code?: string }, proof: string | Uint8Array): Signer | undefined =>
    checked.code === 'signature-invalid' ? unfittingSigner(proof, policy) : undefined;
  if (given.kind === 'stamp') {
    const checked = checkStamp(given.text, policy);
    return { kind: 'stamp', checked, alone, by: by(checked, given.text) };
  }
  if (given.kind === 'presentation') {
    const { proof, onPaper } = given;
    const checked = checkPresentation(proof, policy);
    return { kind: 'presentation', checked, alone, by: by(checked, proof), onPaper, proof };
  }
  if (given.kind === 'fact') {
    const checked = checkFact(given.proof, policy);
    return { kind: 'fact', checked, alone, by: by(checked, given.proof) };
  }
  const checked = checkReceipt(given.proof, policy);
  return { kind: 'receipt', checked, alone, by: by(checked, given.proof), onPaper: given.onPaper };
}
