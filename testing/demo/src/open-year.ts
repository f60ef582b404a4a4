/**
 * So that on every day there is money to decide about: where today's budget year is missing, the town's offices open it, enact its budget
 * and allot half of it, as they did in the years that were written. In December they do so for the next year too.
 */
import { halfAllotted, yearBudget } from '@tabularium/scenarios';
import { actAs, actTogether, type OpenTown, recordsOf } from './act-as.ts';

const MONTH_MS = 31 * 86_400_000;
/** Percent, as the story's second budget. */
const RAISE = 3;

/** Throws where the town refuses. */
export async function openYears(town: OpenTown): Promise<void> {
  for (const year of new Set([0, MONTH_MS].map((ahead) => new Date(town.clock() + ahead).getUTCFullYear()))) await openYear(town, year);
}

async function openYear(town: OpenTown, year: number): Promise<void> {
  const isThere = recordsOf(town, 'treasury/year').some(({ id }) => id === String(year));
  if (!isThere) await actTogether(town, ['accounts-1', 'mayor-1'], 'treasury.year.open', yearOpening(year));
  const lines = new Set(recordsOf(town, 'treasury/line').map(({ id }) => id));
  for (const { part, body } of yearBudget(year, RAISE)) {
    const { fund, line } = (body.items as readonly { readonly fund: string; readonly line: string }[])[0]!;
    if (lines.has(`${year}.${fund}.${line}`)) continue;
    await actTogether(town, ['council-1', 'mayor-1'], 'treasury.budget.enact', body);
    if (part === 'expense') await actAs(town, 'budget-1', 'treasury.allot', halfAllotted(year));
  }
}

/** Of `treasury.year.open`. */
export function yearOpening(year: number): { readonly year: string; readonly from: string; readonly to: string } {
  return { year: String(year), from: `${year}-01-01`, to: `${year}-12-31` };
}
