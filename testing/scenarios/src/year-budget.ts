/** A year's budget as the council enacts it, and the half of it that is allotted at once: told once, for the story and for a town that goes on. */
import type { JsonObject } from '@tabularium/protocol';
import { FUND, money } from './spending.ts';
import { BUDGET_LINES, type BudgetLine } from './town-budget.ts';

/** Expected revenue, whole euro; with a small loan it carries the expense lines. */
const REVENUE: readonly (readonly [code: string, title: string, euro: number])[] = [
  ['R-11-01', 'Property tax', 3_412_000],
  ['R-13-01', 'Business tax', 4_180_000],
  ['R-29-01', 'Share of income tax', 4_926_000],
  ['R-31-01', 'Water, sewage and waste fees', 2_104_000],
  ['R-34-01', 'School meals, kindergarten and pool fees', 618_000],
  ['R-42-01', 'State grant', 2_846_000],
  ['R-75-01', 'Grant for the roof of Linden School', 320_000],
  ['R-91-01', 'Loan', 533_000],
];

export interface BudgetPart {
  readonly part: 'revenue' | 'expense';
  /** Of `treasury.budget.enact`. */
  readonly body: JsonObject;
}

/** Two bundles, revenue first, as one transaction holds at most 60 KiB. `raise`: percent by which expenses are above the first year's. */
export function yearBudget(year: number, raise: number): readonly BudgetPart[] {
  const expense = ({ code, chapter, title, euro, office }: BudgetLine): JsonObject => ({
    ...{ year: String(year), fund: FUND, line: code, economic: chapter, functional: code.slice(2, 5) },
    ...{ administrative: office.toUpperCase(), money: money(Math.floor((euro * (100 + raise)) / 100) * 100), title },
  });
  const revenue = REVENUE.map(
    ([code, title, euro]): JsonObject => ({
      ...{ year: String(year), fund: FUND, line: code, side: 'revenue', economic: code.slice(2, 4) },
      ...{ money: money(euro * 100), title },
    }),
  );
  const law = `BUDGET-${year}`;
  return [
    { part: 'revenue', body: { law, items: revenue } },
    { part: 'expense', body: { law, items: BUDGET_LINES.map(expense) } },
  ];
}

/** Of `treasury.allot`: half of what each line had in the first year. */
export function halfAllotted(year: number): JsonObject {
  return { items: BUDGET_LINES.map(({ code, euro }) => ({ year: String(year), fund: FUND, line: code, money: money(euro * 50) })) };
}
