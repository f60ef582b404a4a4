/**
 * The frame of the year: opened and enacted by two people in December, next year's budget a year later, what the bank sent
 * back in between, the bridge carried over by law, and the books closed in February with the court of audit.
 */
import type { Offices } from './spending.ts';
import { BRIDGE_CONTRACT } from './town-projects.ts';
import { bothSign } from './two-signatures.ts';
import { yearBudget } from './year-budget.ts';
import type { DayIndex, YearPlan } from './year-plan.ts';

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
  for (const { part, body } of yearBudget(year, raise)) {
    bothSign(plan, {
      key: `budget ${year}, ${part}`,
      action: 'treasury.budget.enact',
      body: () => body,
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
