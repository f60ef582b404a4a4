/**
 * The demo town's year, from the budget the council enacts in December to the closing of the year in the February after
 * next: about thirteen thousand transactions in the order of block time, the same for the same seed and year, on any machine.
 */

import { ordinarySpending } from './ordinary-spending.ts';
import { seededRandom } from './seeded-random.ts';
import { Offices } from './spending.ts';
import type { Step } from './step.ts';
import { accounting } from './town-closing.ts';
import { allotments, givenUp, incidents, nextYearsAllotment } from './town-incidents.ts';
import { justice } from './town-justice.ts';
import { projects } from './town-projects.ts';
import { YearPlan } from './year-plan.ts';

export interface TownYear {
  /** Any safe integer; 1 is the demo's. */
  readonly seed: number;
  /** The budget year; the demo takes the last whole one. */
  readonly year: number;
}

/** Steps in order of `at`. Nothing in them depends on keys: who signs is a code. */
export function townYear({ seed, year }: TownYear): Step[] {
  const plan = new YearPlan(year, seededRandom(seed));
  const offices = new Offices(plan);
  // Stories first: ordinary spending takes what they leave of each line.
  projects(plan, offices);
  justice(plan, offices);
  givenUp(plan, offices);
  ordinarySpending(plan, offices);
  incidents(plan, offices);
  accounting(plan, offices);
  allotments(plan, offices);
  nextYearsAllotment(plan);
  offices.signGathered();
  return plan.steps();
}

/** When the demo ledger is founded (ms UTC), before its first step. */
export function foundingTime(year: number): number {
  return new YearPlan(year, seededRandom(0)).instant(0, 'open') - 3_600_000;
}

/** The founders' acceptance of the charter, which opens the ledger; `charter` is SHA-256 of leaf 0, lowercase hex. */
export function foundingSteps(year: number, charter: string): Step[] {
  const at = new YearPlan(year, seededRandom(0)).instant(0, 'open');
  const accept = (officer: string, as: string): Step => ({
    key: `charter accepted by ${officer}`,
    ...{ at, officer, as, action: 'kernel.charter.accept', expect: 'accepted', story: 'founding' },
    body: () => ({ charter }),
  });
  return [accept('mayor-1', 'mayor@mayor'), accept('council-1', 'clerk@council'), accept('audit-1', 'auditor@audit')];
}
