/** Short sentences for the tests' stories: a town, its officers, and bodies with only what a story is about. */

import { type Outcome, TestLedger } from '@tabularium/kernel/specification';
import type { JsonObject } from '@tabularium/protocol';
import { treasury } from './module.ts';

/** Officers, each with the role they sign in most. */
export const ANA = 'ana:accountant';
export const BRUNO = 'bruno:budget-controller';
export const CARLA = 'carla:authorising-officer';
export const DAVID = 'david:cashier';
export const ELSA = 'elsa:spending-unit';
export const FINN = 'finn:spending-unit';
export const CLERK_AND_MAYOR = 'gita:clerk hugo:mayor';
export const OPENERS = 'ana:accountant hugo:mayor';
export const CLOSERS = 'ana:accountant ines:auditor';
export const TELLERS = 'david:cashier ana:accountant';

export const FUND = 'GENERAL';
export const LINE = '2-151-01';
/** `2026.GENERAL.2-151-01`. */
export const LINE_ID = `2026.${FUND}.${LINE}`;

export const eur = (amount: string | number, currency = 'EUR') => ({ amount: String(amount), currency });

/** Digests as a client would make them: of disclosures or decoys. */
export function digests(count: number, seed = 'x'): string[] {
  return Array.from({ length: count }, (_, n) => `${seed}${n}`.padEnd(43, 'A'));
}

export const enactItem = (change: JsonObject = {}): JsonObject => ({
  ...{ year: '2026', fund: FUND, line: LINE, economic: '2', functional: '151', administrative: 'WORKS', money: eur(100_000) },
  ...{ _sd: digests(1) },
  ...change,
});
export const enactBody = (...items: JsonObject[]): JsonObject => ({
  law: 'BUDGET-ACT-2026',
  items: items.length === 0 ? [enactItem()] : items,
});
export const allotBody = (amount: string | number, change: JsonObject = {}): JsonObject => ({
  items: [{ year: '2026', fund: FUND, line: LINE, money: eur(amount), ...change }],
});
export const commitItem = (amount: string | number, change: JsonObject = {}): JsonObject => ({
  ...{ year: '2026', fund: FUND, line: LINE, money: eur(amount), reference: 'CONTRACT-17', _sd: digests(1) },
  ...change,
});
export const commitBody = (amount: string | number, change: JsonObject = {}): JsonObject => ({ items: [commitItem(amount, change)] });
export const commitments = (...ids: string[]): JsonObject => ({ items: ids.map((commitment) => ({ commitment })) });
export const certifyItem = (commitment: string, amount: string | number, change: JsonObject = {}): JsonObject => ({
  ...{ commitment, money: eur(amount), payee: 'c'.repeat(32), payeeIs: 'organisation', delivered: '2026-03-02', due: '2026-03-10' },
  ...{ _sd: digests(2) },
  ...change,
});
export const certifyBody = (commitment: string, amount: string | number, change: JsonObject = {}): JsonObject => ({
  items: [certifyItem(commitment, amount, change)],
});
export const orderBody = (payable: string, amount: string | number, change: JsonObject = {}): JsonObject => ({
  items: [{ payable, money: eur(amount), ...change }],
});
export const payments = (...ids: string[]): JsonObject => ({ items: ids.map((payment) => ({ payment })) });
export const voidBody = (kind: 'commitment' | 'payment', ...ids: string[]): JsonObject => ({
  reason: 'mistake',
  items: ids.map((id) => ({ [kind]: id })),
});

/** A town on 2 March 2026 with the year open. */
export function openYear(parameters: JsonObject = {}): TestLedger {
  const town = new TestLedger(treasury, { today: '2026-03-02', parameters });
  town.do('year.open', { year: '2026', from: '2026-01-01', to: '2026-12-31' }, OPENERS);
  return town;
}

/** … with 1,000.00 EUR appropriated on one line and 800.00 allotted. */
export function funded(parameters: JsonObject = {}): TestLedger {
  const town = openYear(parameters);
  town.do('budget.enact', enactBody(), CLERK_AND_MAYOR);
  town.do('allot', allotBody(80_000), BRUNO);
  return town;
}

/** A commitment by Elsa, posted by Bruno; answers its id. */
export function committed(town: TestLedger, amount: string | number = 50_000, change: JsonObject = {}): string {
  const commitment = town.do('commit', commitBody(amount, change), ELSA).id();
  town.do('commit.post', commitments(commitment), BRUNO);
  return commitment;
}

/** A delivery certified by Finn; answers the payable's id. */
export function certified(town: TestLedger, commitment: string, amount: string | number = 30_000, change: JsonObject = {}): string {
  const [event] = town.do('payable.certify', certifyBody(commitment, amount, change), FINN).events;
  return String(event?.data.payable);
}

/** A payment ordered by Ana; answers its id. */
export function ordered(town: TestLedger, payable: string, amount: string | number = 30_000, change: JsonObject = {}): string {
  return town.do('payment.order', orderBody(payable, amount, { execute: '2026-03-09', ...change }), ANA).id();
}

/** A payment ordered by Ana, approved by Carla and released by David. */
export function paid(town: TestLedger, payable: string, amount: string | number = 30_000): string {
  const payment = ordered(town, payable, amount);
  town.do('payment.approve', payments(payment), CARLA);
  town.do('payment.release', payments(payment), DAVID);
  return payment;
}

/** The code of a refusal, or `accepted`. */
export function codeOf(result: Outcome): string {
  return result.refused?.code ?? 'accepted';
}

/** An account as debits, pending debits, credits, pending credits. */
export function account(town: TestLedger, level: string, line = LINE_ID): string {
  const record = town.view.get('account', `${line}.${level}`);
  if (record === undefined) return 'empty';
  return ['debits', 'debitsPending', 'credits', 'creditsPending'].map((side) => record[side]).join(' ');
}
