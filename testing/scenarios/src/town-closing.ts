/**
 * The frame of the year: opened and enacted by two people in December, next year's budget a year later, what the bank sent
 * back in between, the bridge carried over by law, and the books closed in February with the court of audit.
 */
import type { JsonObject } from '@tabularium/protocol';
import { FUND, money, type Offices } from './spending.ts';
import { BUDGET_LINES, type BudgetLine } from './town-budget.ts';
import { BRIDGE_CONTRACT } from './town-projects.ts';
import { bothSign } from './two-signatures.ts';
import type { DayIndex, YearPlan } from './year-plan.ts';

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

export function accounting(plan: YearPlan, offices: Offices): void {
  const { year } = plan;
  openAndEnact(plan, year, plan.on(12, 11, year - 1), 0);
  openAndEnact(plan, year + 1, plan.on(12, 9), 3);
  returned(plan, offices);
  const january = plan.on(1, 12, year + 1);
  bothSign(plan, {
    key: 'bridge carried over',
    action: 'treasury.commit.carry',
    body: (records) => ({ law: `COUNCIL-${year + 1}-02`, into: String(year + 1), items: [{ commitment: records.id(BRIDGE_CONTRACT) }] }),
    story: 'mill-bridge',
    proposed: { day: january, hour: 'morning', officer: 'council-1', as: 'clerk@council' },
    approved: { day: january + 1, hour: 'noon', officer: 'mayor-1', as: 'mayor@mayor' },
  });
  const close = plan.on(2, 16, year + 1);
  bothSign(plan, {
    key: 'year closed',
    action: 'treasury.year.close',
    body: () => ({ year: String(year) }),
    proposed: { day: close, hour: 'morning', officer: 'accounts-1', as: 'accountant@accounts' },
    approved: { day: close + 2, hour: 'noon', officer: 'audit-1', as: 'auditor@audit' },
  });
}

function openAndEnact(plan: YearPlan, year: number, day: DayIndex, raise: number): void {
  const mayor = (at: DayIndex) => ({ day: at, hour: 'noon', officer: 'mayor-1', as: 'mayor@mayor' }) as const;
  bothSign(plan, {
    key: `year ${year} opened`,
    action: 'treasury.year.open',
    body: () => ({ year: String(year), from: `${year}-01-01`, to: `${year}-12-31` }),
    proposed: { day, hour: 'morning', officer: 'accounts-1', as: 'accountant@accounts' },
    approved: mayor(day),
  });
  const expense = ({ code, chapter, title, euro, office }: BudgetLine): JsonObject => ({
    ...{ year: String(year), fund: FUND, line: code, economic: chapter, functional: code.slice(2, 5) },
    ...{ administrative: office.toUpperCase(), money: money(Math.floor((euro * (100 + raise)) / 100) * 100), title },
  });
  const revenue = REVENUE.map(
    ([code, title, euro]): JsonObject => ({
      year: String(year),
      fund: FUND,
      line: code,
      side: 'revenue',
      economic: code.slice(2, 4),
      money: money(euro * 100),
      title,
    }),
  );
  // Two bundles, expense and revenue, as one transaction holds at most 60 KiB.
  for (const [part, items] of [
    ['revenue', revenue],
    ['expense', BUDGET_LINES.map(expense)],
  ] as const) {
    bothSign(plan, {
      key: `budget ${year}, ${part}`,
      action: 'treasury.budget.enact',
      body: () => ({ law: `BUDGET-${year}`, items }),
      proposed: { day: day + 1, hour: 'morning', officer: 'council-1', as: 'clerk@council' },
      approved: mayor(day + 3),
    });
  }
}

/** Three payments came back from the bank, the account being closed, and went out again two weeks later. */
function returned(plan: YearPlan, offices: Offices): void {
  const candidates = offices.paid.filter(
    ({ purchase, released }) => purchase.line.spending === 'grants' && released > plan.on(3, 1) && released < plan.on(11, 1),
  );
  for (const [n, paid] of plan.random.shuffle(candidates).slice(0, 3).entries()) {
    const day = paid.released + 3;
    bothSign(plan, {
      key: `returned by the bank ${n + 1}`,
      action: 'treasury.payment.return',
      body: (records) => ({ reason: 'AC04', items: [{ payment: records.id(paid.order, paid.n) }] }),
      proposed: { day, hour: 'morning', officer: 'cash-1', as: 'cashier@cash' },
      approved: { day, hour: 'noon', officer: 'accounts-2', as: 'accountant@accounts' },
    });
    offices.pay(paid.purchase, paid.certified, day + 8, [{ payable: paid.payable, cents: paid.cents }], ', again');
  }
}
