/** Checks proofs in this browser, with the ledger's own verifier: nobody is asked but for the policy, which says whose word counts. */
import { nobleCrypto } from '@tabularium/sdk';
import {
  type RefusedFact,
  type RefusedPresentation,
  type RefusedReceipt,
  type VerifiedFact,
  type VerifiedPresentation,
  type VerifiedReceipt,
  verifyFact,
  verifyPresentation,
  verifyReceipt,
} from '@tabularium/verify';
import { queryOptions } from '@tanstack/react-query';
import { getText } from '../data/api.ts';

export type CheckedReceipt = VerifiedReceipt | RefusedReceipt;

export function checkReceipt(receipt: string | Uint8Array, policy: string): CheckedReceipt {
  return verifyReceipt(receipt, policy, nobleCrypto, Math.floor(Date.now() / 1_000));
}

/** Whose word counts, as this node says. */
export function fetchPolicy(): Promise<string> {
  return getText('/log/policy');
}

export async function fetchAndCheckReceipt(name: string, policy: string | Promise<string> = fetchPolicy()): Promise<CheckedReceipt> {
  return checkReceipt(...(await Promise.all([getText(`/api/v1/receipts/${name}?wait=quorum`), policy])));
}

export type CheckedFact = VerifiedFact | RefusedFact;

export function checkFact(fact: string | Uint8Array, policy: string): CheckedFact {
  return verifyFact(fact, policy, nobleCrypto, { nowSeconds: Math.floor(Date.now() / 1_000) });
}

export type CheckedPresentation = VerifiedPresentation | RefusedPresentation;

export function checkPresentation(presentation: string | Uint8Array, policy: string): CheckedPresentation {
  return verifyPresentation(presentation, { policy, crypto: nobleCrypto, nowSeconds: Math.floor(Date.now() / 1_000) });
}

/** `key`: the record that the page shows; a fact of another one proves nothing about it. */
export async function fetchAndCheckFact(key: string): Promise<CheckedFact> {
  const [fact, policy] = await Promise.all([getText(`/api/v1/facts/${key}`), fetchPolicy()]);
  const checked = checkFact(fact, policy);
  return checked.ok && checked.key !== key ? { ok: false, code: 'key-malformed', detail: checked.key } : checked;
}

export const fact = (key: string) => queryOptions({ queryKey: ['ledger', 'fact', key], queryFn: () => fetchAndCheckFact(key) });
