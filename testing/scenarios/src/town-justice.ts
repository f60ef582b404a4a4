/**
 * The standing actions in a town's year: acts taken back by those who made them, a typing error put right with both versions
 * kept, a text withdrawn because it told too much about a person, and a court that stops a payment and lets it go on.
 */
import type { Offices, Purchase } from './spending.ts';
import { BUDGET_LINES, type BudgetLine } from './town-budget.ts';
import { bothSign } from './two-signatures.ts';
import type { DayIndex, Hour, YearPlan } from './year-plan.ts';

export const COURT_CASE = 'court-case';
export const TYPING_ERROR = 'typing-error';
export const WITHDRAWN_TEXT = 'withdrawn-text';

function line(code: string): BudgetLine {
  return BUDGET_LINES.find((candidate) => candidate.code === code)!;
}

export function justice(plan: YearPlan, offices: Offices): void {
  withdrawn(plan, offices);
  typingError(plan, offices);
  withdrawnText(plan, offices);
  courtCase(plan, offices);
}

/** Five commitments are taken back by the officer who made them, before anybody confirmed them. */
function withdrawn(plan: YearPlan, offices: Offices): void {
  for (let n = 0; n < 5; n++) {
    const key = `taken back ${n + 1}`;
    const office = (['works', 'schools', 'culture', 'utilities', 'social'] as const)[n]!;
    const budget = BUDGET_LINES.find((candidate) => candidate.office === office && candidate.chapter === '2')!;
    const committed = plan.on(2 + 2 * n, 17);
    const reference = `C-${plan.year}-W${String(n + 1).padStart(3, '0')}`;
    offices.commit({
      key,
      line: budget,
      cents: 12_345 + 1_000 * n,
      reference,
      purpose: 'Ordered in another office already',
      committed,
      hour: 'morning',
    });
    plan.add(committed, 'noon', {
      key: `${key}, withdrawn`,
      officer: `${office}-1`,
      as: `spending-unit@${office}`,
      action: 'kernel.withdraw',
      body: (records) => ({ key: `treasury/commitment/${records.id(key)}` }),
    });
  }
}

/** Two digits of a contract's number changed places; two people put it right a fortnight later. */
function typingError(plan: YearPlan, offices: Offices): void {
  const key = `${TYPING_ERROR} contract`;
  const committed = plan.on(3, 4);
  const purchase = { key, line: line('2-333-01'), purpose: 'Exhibition “Seven Centuries of the Mill”: show-cases', story: TYPING_ERROR };
  offices.buy({
    ...purchase,
    cents: 386_425,
    reference: `C-${plan.year}-9021`,
    committed,
    invoices: [{ cents: 386_425, delivered: committed + 20, payee: { is: 'organisation', name: 'Tessera Exhibitions' }, desk: 3 }],
  });
  bothSign(plan, {
    key: `${key}, corrected`,
    action: 'kernel.correct',
    story: TYPING_ERROR,
    body: (records) => ({
      key: `treasury/commitment/${records.id(key)}`,
      reason: 'typing-error',
      change: { reference: `C-${plan.year}-9012` },
    }),
    proposed: { day: committed + 10, hour: 'morning', officer: 'accounts-1', as: 'accountant@accounts' },
    approved: { day: committed + 11, hour: 'noon', officer: 'council-1', as: 'clerk@council' },
  });
}

/** A purpose said at whose door the stair lift was mended. Amount, date and proofs stay; the text goes. */
function withdrawnText(plan: YearPlan, offices: Offices): void {
  const key = `${WITHDRAWN_TEXT} contract`;
  const committed = plan.on(5, 19);
  offices.buy({
    key,
    line: line('2-231-01'),
    cents: 64_180,
    reference: `C-${plan.year}-9031`,
    purpose: 'Stair lift at Mill Lane 7, second door on the left, for the tenant after the hip operation',
    committed,
    story: WITHDRAWN_TEXT,
    invoices: [{ cents: 64_180, delivered: committed + 6, payee: { is: 'organisation', name: 'Samphire Nursing' }, desk: 2 }],
  });
  bothSign(plan, {
    key: `${key}, text withdrawn`,
    action: 'kernel.text.withdraw',
    story: WITHDRAWN_TEXT,
    body: (records) => ({ digest: records.text(key), ground: 'personal-data', case: `DPO-${plan.year}-04` }),
    proposed: { day: committed + 14, hour: 'morning', officer: 'council-1', as: 'clerk@council' },
    approved: { day: committed + 14, hour: 'noon', officer: 'mayor-1', as: 'mayor@mayor' },
  });
}

/**
 * Two firms claimed the same money for the retaining wall. The district court suspended the payable until it had decided;
 * the accounts could not pay it even by mistake, and paid it in August once the court reinstated it.
 */
function courtCase(plan: YearPlan, offices: Offices): void {
  const key = `${COURT_CASE} contract`;
  const committed = plan.on(3, 18);
  const delivered = plan.on(4, 28);
  const purchase: Purchase = {
    key,
    line: line('2-153-01'),
    cents: 1_894_400,
    reference: `C-${plan.year}-9041`,
    purpose: 'Retaining wall, Station Road',
    committed,
    story: COURT_CASE,
    invoices: [{ cents: 1_894_400, delivered, payee: { is: 'organisation', name: 'Riverbank Groundworks' }, desk: 3, term: 120 }],
  };
  offices.buy(purchase);
  const payable = `${key}/1`;
  const order = (name: string, verb: 'suspend' | 'reinstate', day: DayIndex, document: string): void =>
    bothSign(plan, {
      key: name,
      action: 'kernel.order.execute',
      story: COURT_CASE,
      body: (records) => ({ key: `treasury/payable/${records.payable(payable)}`, verb, case: `7C-114/${plan.year}`, document }),
      proposed: judge('court-1', day, 'morning'),
      approved: judge('court-2', day, 'noon'),
    });
  const digest = (): string => plan.handle() + plan.handle();
  order('payable suspended by the court', 'suspend', plan.on(5, 21), digest());
  plan.add(plan.on(6, 12), 'order', {
    key: 'payment of the suspended payable',
    officer: 'accounts-2',
    as: 'accountant@accounts',
    action: 'treasury.payment.order',
    expect: 'treasury.record-suspended',
    story: COURT_CASE,
    body: (records) => ({ items: [{ payable: records.payable(payable), money: { amount: '1894400', currency: 'EUR' } }] }),
  });
  order('payable reinstated by the court', 'reinstate', plan.on(7, 16), digest());
}

function judge(officer: string, day: DayIndex, hour: Hour) {
  return { day, hour, officer, as: 'judge@registry' } as const;
}
