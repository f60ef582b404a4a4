/** Short sentences for the tests' stories: a town with a county and a court, its officers, and bodies with only what a story is about. */
import { type Outcome, TestLedger } from '@tabularium/kernel/specification';
import type { JsonObject } from '@tabularium/protocol';
import { privacy } from './module.ts';

export const ROSA = 'rosa:registrar';
export const DORA = 'dora:data-protection-officer';
export const INES = 'ines:intake';
export const JUDGE = 'jon:judge@bench@court';
export const VAULT = 'vault-1:vault';
export const COUNTY_VAULT = 'vault-2:vault@cellar@county';
export const TWO = `${ROSA} ${DORA}`;

export const CASE = 'a'.repeat(32);

export const PURPOSES = {
  care: { basis: 'public-task', roles: ['registrar'] },
  investigation: { basis: 'legal-duty', roles: ['auditor'] },
};
export const AGENCIES = { town: { reviews: false }, county: { reviews: false }, court: { reviews: true } };

/** A town on Monday, 2 March 2026. */
export function town(parameters: JsonObject = {}): TestLedger {
  return new TestLedger(privacy, { today: '2026-03-02', agencies: AGENCIES, parameters: { purposes: PURPOSES, ...parameters } });
}

export const grantBody = (change: JsonObject = {}): JsonObject => ({
  ...{ case: CASE, agency: 'county', purpose: 'care', basis: 'public-task', until: '2026-12-31' },
  ...change,
});
export const withholdBody = (until: string): JsonObject => ({ case: CASE, purpose: 'investigation', basis: 'ORDER-7-2026', until });
export const granted = (erasure: string, ...holders: string[]): JsonObject => ({ erasure, decision: 'granted', holders });
export const attestBody = (erasure: string, unreadableFrom: string): JsonObject => ({
  ...{ erasure, destroyed: { holdings: 3, documents: 1, tokens: 40, keys: 3 }, method: 'key-destruction', unreadableFrom },
});

/** A request taken in by Ines; answers its id. */
export function requested(ledger: TestLedger, handle = CASE): string {
  return ledger.do('erasure.request', { case: handle, ground: 'consent-withdrawn' }, INES).id();
}

/** What of a record a story looks at. */
export function recordOf(ledger: TestLedger, collection: string, id: string): JsonObject | undefined {
  return ledger.view.get(collection, id);
}

/** The code of a refusal, or `accepted`. */
export function codeOf(result: Outcome): string {
  return result.refused?.code ?? 'accepted';
}
