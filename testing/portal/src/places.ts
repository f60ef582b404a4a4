/** Every page of the portal, at one address each; those of a record are taken from what the town has written. */

import { packPresentation } from '@tabularium/sdk';
import { heldFile } from './held-file.ts';

export interface Place {
  readonly name: string;
  readonly path: string;
  /** The button, in English, by which the page is in the state that is meant. */
  readonly press?: string;
}

interface Payment {
  readonly id: string;
  readonly year: string;
  readonly entry: number;
}

/** The roof of Linden School: the demo's long story. */
const ROOF = 'GEN.6-321-01';

/** Two passkeys as a newcomer hands them over; any points do to look at the page. */
const SAMPLE_KEYS = btoa(
  JSON.stringify(
    ['a', 'b'].map((x) => ({
      kind: 'passkey',
      jwk: { kty: 'EC', crv: 'P-256', x, y: x },
      rpId: 'town.example',
      origins: ['https://town.example'],
    })),
  ),
);

export async function places(url: string): Promise<readonly Place[]> {
  const newest = await lastPaid(url, '');
  if (newest === undefined) throw new Error('the town has paid nothing yet');
  const payment = (await lastPaid(url, `&line=${newest.year}.${ROOF}`)) ?? newest;
  const shown = await packPresentation(await heldFile(url, payment.entry));
  return [
    { name: 'home', path: '/' },
    { name: 'money', path: '/money' },
    { name: 'lists', path: '/lists' },
    // A short page of a list: a long one is more of the same.
    { name: 'payments', path: '/lists/treasury/payments?limit=10' },
    { name: 'budget-lines', path: '/lists/treasury/lines?limit=10' },
    { name: 'payment', path: `/lists/treasury/payments/${payment.id}` },
    { name: 'record', path: `/record/treasury/payment/${payment.id}` },
    { name: 'records', path: '/entries' },
    { name: 'entry', path: `/entries/${payment.entry}` },
    { name: 'charter', path: '/entries/0' },
    { name: 'stamp', path: '/entries/1' },
    { name: 'search', path: '/search?q=repair' },
    { name: 'offices', path: '/offices' },
    { name: 'role', path: '/offices/cash/cashier' },
    { name: 'accessibility', path: '/accessibility' },
    { name: 'open-data', path: '/data' },
    { name: 'blocks', path: '/blocks' },
    { name: 'verify', path: '/verify' },
    { name: 'verify-broken', path: `/verify?entry=${payment.entry}`, press: 'Change one character' },
    { name: 'verify-shown', path: `/verify#p=${shown}` },
    { name: 'present', path: '/present' },
    { name: 'present-fields', path: `/present#p=${shown}` },
    { name: 'try-cheat', path: '/try/cheat' },
    { name: 'try-sample', path: '/try/sample' },
    { name: 'try-audit', path: '/try/audit' },
    { name: 'try-python', path: '/try/python' },
    { name: 'try-table', path: '/try/table' },
    { name: 'try-webhooks', path: '/try/webhooks' },
    { name: 'operator', path: '/operator' },
    { name: 'developers', path: '/developers' },
    { name: 'developers-feed', path: '/developers#get-api-v1-feed' },
    { name: 'desk', path: '/desk' },
    { name: 'desk-roles', path: '/desk/roles' },
    { name: 'keys', path: '/keys' },
    { name: 'new-keys', path: '/keys/new' },
    { name: 'lost-key', path: '/keys/lost' },
    { name: 'enrol', path: `/keys/enrol#${SAMPLE_KEYS}` },
    { name: 'sign-in', path: '/sign-in' },
    { name: 'report', path: `/money/line/${newest.year}.${ROOF}` },
    ...['mayor', 'auditor', 'citizen', 'integrator'].map((door) => ({ name: `start-${door}`, path: `/start/${door}` })),
    { name: 'not-here', path: '/entries/999999999' },
  ];
}

async function lastPaid(url: string, filter: string): Promise<Payment | undefined> {
  const response = await fetch(`${url}/api/v1/treasury/payments?limit=1&state=paid${filter}`);
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  return ((await response.json()) as { readonly rows: readonly Payment[] }).rows[0];
}
