/**
 * Who works in Vellmere's offices. Officers are codes, never names. The duties are split as the model treasury rules ask:
 * who commits does not control or certify, and a payment passes three people. Two officers stand in for others, which is
 * legal until one of them tries to act twice on one payment.
 */
import type { OfficeCode } from './town-budget.ts';

export interface Officer {
  readonly code: string;
  readonly agency: 'vellmere' | 'court-of-audit' | 'district-court' | 'state-archive';
  /** `role@office`, the everyday one first. */
  readonly roles: readonly string[];
}

/** Office code → title. */
export const OFFICES: Readonly<Record<string, { readonly agency: Officer['agency']; readonly title: string }>> = {
  council: { agency: 'vellmere', title: 'Council office' },
  mayor: { agency: 'vellmere', title: 'Mayor' },
  budget: { agency: 'vellmere', title: 'Budget office' },
  accounts: { agency: 'vellmere', title: 'Accounts' },
  finance: { agency: 'vellmere', title: 'Finance' },
  cash: { agency: 'vellmere', title: 'Cash desk' },
  works: { agency: 'vellmere', title: 'Works and roads' },
  schools: { agency: 'vellmere', title: 'Schools' },
  social: { agency: 'vellmere', title: 'Social services' },
  culture: { agency: 'vellmere', title: 'Culture and sport' },
  personnel: { agency: 'vellmere', title: 'Personnel and town hall' },
  utilities: { agency: 'vellmere', title: 'Water, energy and waste' },
  registers: { agency: 'vellmere', title: 'Registers' },
  counter: { agency: 'vellmere', title: 'Citizens’ counter' },
  'data-protection': { agency: 'vellmere', title: 'Data protection' },
  audit: { agency: 'court-of-audit', title: 'Audit of municipalities' },
  registry: { agency: 'district-court', title: 'Registry' },
  stacks: { agency: 'state-archive', title: 'Archive' },
};

const SPENDING: readonly OfficeCode[] = ['works', 'schools', 'social', 'culture', 'personnel', 'utilities'];

export const OFFICERS: readonly Officer[] = [
  { code: 'council-1', agency: 'vellmere', roles: ['clerk@council'] },
  { code: 'council-2', agency: 'vellmere', roles: ['clerk@council'] },
  { code: 'mayor-1', agency: 'vellmere', roles: ['mayor@mayor'] },
  { code: 'budget-1', agency: 'vellmere', roles: ['budget-controller@budget'] },
  { code: 'budget-2', agency: 'vellmere', roles: ['budget-controller@budget'] },
  { code: 'accounts-1', agency: 'vellmere', roles: ['accountant@accounts'] },
  { code: 'accounts-2', agency: 'vellmere', roles: ['accountant@accounts'] },
  { code: 'finance-1', agency: 'vellmere', roles: ['authorising-officer@finance'] },
  { code: 'finance-2', agency: 'vellmere', roles: ['authorising-officer@finance', 'cashier@cash'] },
  { code: 'cash-1', agency: 'vellmere', roles: ['cashier@cash'] },
  { code: 'cash-2', agency: 'vellmere', roles: ['cashier@cash'] },
  ...SPENDING.flatMap((office): Officer[] => [
    { code: `${office}-1`, agency: 'vellmere', roles: [`spending-unit@${office}`] },
    { code: `${office}-2`, agency: 'vellmere', roles: [`spending-unit@${office}`] },
  ]),
  { code: 'registers-1', agency: 'vellmere', roles: ['registrar@registers'] },
  { code: 'registers-2', agency: 'vellmere', roles: ['registrar@registers'] },
  { code: 'counter-1', agency: 'vellmere', roles: ['intake@counter'] },
  { code: 'counter-2', agency: 'vellmere', roles: ['intake@counter'] },
  { code: 'data-protection-1', agency: 'vellmere', roles: ['data-protection-officer@data-protection'] },
  { code: 'audit-1', agency: 'court-of-audit', roles: ['auditor@audit'] },
  { code: 'audit-2', agency: 'court-of-audit', roles: ['auditor@audit'] },
  { code: 'court-1', agency: 'district-court', roles: ['judge@registry'] },
  { code: 'court-2', agency: 'district-court', roles: ['judge@registry'] },
  { code: 'archive-1', agency: 'state-archive', roles: ['archive-keeper@stacks'] },
];

/** The officer of a duty and its deputy by turns. */
export function onDuty(kind: 'budget' | 'accounts' | 'finance' | 'cash' | OfficeCode, turn: number): string {
  return `${kind}-${(turn % 2) + 1}`;
}
