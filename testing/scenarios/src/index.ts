/** The demo town's year as signed transactions, its charter, and the repeatable randomness behind it: for tests, the demo and load. */
export { type DemoKeys, defaultRoles, demoCharterDraft } from './demo-charter.ts';
export { CIVIL_STORY, REQUEST_STORY, registryWeeks } from './registry-weeks.ts';
export { ReplayState } from './replay-state.ts';
export { type SeededRandom, seededRandom } from './seeded-random.ts';
export { type SignedStep, type Signing, type SigningKey, signSteps } from './sign-steps.ts';
export type { Earlier, Step } from './step.ts';
export { BUDGET_LINES, TOWN } from './town-budget.ts';
export { OFFICERS, OFFICES } from './town-staff.ts';
export { foundingSteps, foundingTime, type TownYear, townYear } from './town-year.ts';
export { type BudgetPart, halfAllotted, yearBudget } from './year-budget.ts';
