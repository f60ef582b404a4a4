/** The treasury's closed list of refusals. Codes never change their meaning; a test provokes each. */
import type { Facts, Refusal, RefusalCode } from '@tabularium/kernel';
import type { RuleId } from './rules.ts';

export const refusals = {
  'same-person': { kind: 'authority', text: 'One of those who sign has already acted in this chain where another person must act.' },
  'roles-alike': { kind: 'authority', text: 'Those who sign act in one role; two different roles must sign.' },
  'not-own-act': { kind: 'authority', text: 'Only one who made the pending act can withdraw it.' },
  'year-exists': { kind: 'conflict', text: 'This budget year has already been opened.' },
  'line-exists': { kind: 'conflict', text: 'This budget line has already been enacted for the year.' },
  'not-pending': {
    kind: 'conflict',
    text: 'The record is not in the state this step starts from: it was posted, paid, voided or ended before.',
  },
  'pending-expired': { kind: 'conflict', text: 'The pending act has expired and can no longer be posted or voided.' },
  'record-suspended': { kind: 'conflict', text: 'The record, or one it rests on, is suspended.' },
  'record-annulled': { kind: 'conflict', text: 'The record, or one it rests on, was annulled.' },
  'has-dependents': { kind: 'conflict', text: 'Other records rest on this one and must be annulled first.' },
  'source-changed': { kind: 'conflict', text: 'The source was imported from a file with another digest.' },
  'row-imported': { kind: 'conflict', text: 'This row of the source was imported before.' },
  'unknown-year': { kind: 'rule', text: 'The budget year has not been opened.' },
  'unknown-line': { kind: 'rule', text: 'There is no such budget line.' },
  'unknown-commitment': { kind: 'rule', text: 'There is no such commitment.' },
  'unknown-payable': { kind: 'rule', text: 'There is no such payable.' },
  'unknown-payment': { kind: 'rule', text: 'There is no such payment.' },
  'unknown-record': { kind: 'rule', text: 'There is no such record.' },
  'amount-not-positive': { kind: 'rule', text: 'The amount is zero or negative.' },
  'amount-overflow': { kind: 'rule', text: 'The amount would take an account beyond what the ledger can hold.' },
  'currency-mismatch': { kind: 'rule', text: 'The currency is not that of the budget line.' },
  'limit-exceeded': { kind: 'rule', text: 'The account does not hold that much.' },
  'commitment-exceeded': { kind: 'rule', text: 'The commitment does not leave that much open.' },
  'payable-exceeded': { kind: 'rule', text: 'Less than that is still owed on the payable.' },
  'too-many-payments': { kind: 'rule', text: 'The payable already has as many payments as it may have.' },
  'revenue-line': { kind: 'rule', text: 'The budget line is a revenue line; money is spent from expense lines only.' },
  'year-closed': { kind: 'rule', text: 'The budget year is closed.' },
  'year-over': { kind: 'rule', text: 'The budget year is over.' },
  'year-not-begun': { kind: 'rule', text: 'The budget year has not begun.' },
  'year-not-over': { kind: 'rule', text: 'The budget year is not over yet.' },
  'year-unsettled': { kind: 'rule', text: 'Something in the year is still pending or committed.' },
  'period-wrong': {
    kind: 'rule',
    text: 'The period ends before it begins, is longer than two years, or does not touch the year it is named for.',
  },
  'day-impossible': { kind: 'rule', text: 'The day does not exist in the calendar.' },
  'day-outside-year': { kind: 'rule', text: 'The day lies outside the budget year.' },
  backdated: { kind: 'rule', text: 'The day has already passed.' },
  'day-in-future': { kind: 'rule', text: 'The day has not come yet.' },
  'before-commitment': { kind: 'rule', text: 'The delivery was made before its commitment was posted.' },
  'payment-early': { kind: 'rule', text: 'The payment would be made too long before its due date.' },
  'correction-raises': { kind: 'rule', text: 'A correction cannot raise an amount that was already checked.' },
  'change-invalid': { kind: 'rule', text: 'The change names something that cannot be changed in this record, or leaves nothing changed.' },
} as const satisfies Record<string, RefusalCode>;

export type Code = keyof typeof refusals;

/** A refusal of this module: `code` without the module's name. */
export function no(code: Code, rule: RuleId, facts?: Facts): { readonly refused: Refusal } {
  const full = `treasury.${code}`;
  return { refused: facts === undefined ? { code: full, rule } : { code: full, rule, facts } };
}
