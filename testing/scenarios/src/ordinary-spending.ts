/**
 * The ordinary business of a town, line by line: pay on the 24th, meals each school week, electricity each month, and the
 * hundreds of small purchases of a works yard. Amounts follow from the budget: a line is used to nine tenths or more, in
 * unequal parts, to the cent.
 */
import type { Invoice, Offices, Payee, Purchase } from './spending.ts';
import { BUDGET_LINES, type BudgetLine, type Trade } from './town-budget.ts';
import { ASSOCIATIONS, MONTHS, purposeOf, SUPPLIERS } from './town-suppliers.ts';
import type { DayIndex, YearPlan } from './year-plan.ts';

const PERSON: Payee = { is: 'person' };
const firm = (name: string): Payee => ({ is: 'organisation', name });

/** Cents of `total` in `parts` unequal shares, each at least one cent, that add up to it exactly. */
export function shares(plan: YearPlan, total: number, parts: number): number[] {
  const weights = Array.from({ length: parts }, () => plan.random.between(2, 12) * plan.random.between(2, 12));
  const sum = weights.reduce((a, b) => a + b, 0);
  const cut = weights.map((weight) => Math.max(1, Math.floor((total * weight) / sum)));
  cut[cut.length - 1]! += total - cut.reduce((a, b) => a + b, 0);
  return cut;
}

/** Nine tenths or more of what stories and incidents leave of a line, in cents. */
function used(plan: YearPlan, offices: Offices, line: BudgetLine): number {
  const told = (offices.committed.get(line.code) ?? []).reduce((sum, { cents }) => sum + cents, 0);
  return Math.floor(((line.euro * 100 - told) * plan.random.between(900, 970)) / 1_000);
}

/** `C-2025-0017`: contracts and decisions are numbered through the year. */
class References {
  readonly #year: number;
  #last = 0;

  constructor(year: number) {
    this.#year = year;
  }

  next(kind: 'C' | 'D'): string {
    this.#last += 1;
    return `${kind}-${this.#year}-${String(this.#last).padStart(4, '0')}`;
  }
}

/** Every line that is spent in the ordinary way; projects are told as stories. */
export function ordinarySpending(plan: YearPlan, offices: Offices): void {
  const references = new References(plan.year);
  for (const line of BUDGET_LINES) {
    if (line.spending === 'payroll') payroll(plan, offices, line, references);
    else if (line.spending === 'contract') contracts(plan, offices, line, references);
    else if (line.spending === 'purchases') purchases(plan, offices, line, references);
    else if (line.spending === 'grants') grants(plan, offices, line, references);
    else if (line.spending === 'benefits') benefits(plan, offices, line, references);
    else if (line.spending === 'debt') debt(plan, offices, line, references);
  }
}

function payroll(plan: YearPlan, offices: Offices, line: BudgetLine, references: References): void {
  const total = Math.floor((line.euro * plan.random.between(970, 992)) / 10);
  // Twelve months and half a month's pay more in November.
  const month = Math.floor((total * 2) / 25);
  const invoices = MONTHS.map((_, n): Invoice => {
    const cents = (n === 10 ? Math.floor((month * 3) / 2) : month) - plan.random.between(0, 30_000);
    return { cents, delivered: Math.max(plan.on(n + 1, 22) - 1, 0), payee: firm('Pay account of the town of Vellmere'), desk: 1, term: 3 };
  });
  offices.buy({
    key: line.code,
    line,
    cents: total,
    reference: references.next('D'),
    purpose: `${line.title}, the year's pay roll`,
    committed: plan.on(1, 2),
    invoices,
  });
}

/** How often a supplier under a yearly contract sends its bill. */
const RHYTHM: Partial<Record<Trade, 'weekly' | 'twice a month'>> = {
  food: 'weekly',
  transport: 'twice a month',
  care: 'twice a month',
  cleaning: 'twice a month',
};

function contracts(plan: YearPlan, offices: Offices, line: BudgetLine, references: References): void {
  const trade = line.trade!;
  const suppliers = plan.random.shuffle(SUPPLIERS[trade]).slice(0, trade === 'energy' ? 3 : 2);
  const budgets = shares(plan, used(plan, offices, line), suppliers.length);
  suppliers.forEach((supplier, n) => {
    const days = billingDays(plan, RHYTHM[trade]);
    const cents = budgets[n]!;
    // A little of the contract's value stays unused and lapses when the year is over.
    const invoices = shares(plan, Math.floor((cents * plan.random.between(93, 100)) / 100), days.length).map(
      (part, m): Invoice => ({ cents: part, delivered: days[m]!, payee: firm(supplier), desk: plan.random.between(1, 6) }),
    );
    offices.buy({
      key: `${line.code} contract ${n + 1}`,
      line,
      cents,
      reference: references.next('C'),
      purpose: `${line.title}: ${supplier}, yearly contract`,
      committed: plan.on(1, 7) + plan.random.between(0, 6),
      invoices,
    });
  });
}

function billingDays(plan: YearPlan, rhythm: 'weekly' | 'twice a month' | undefined): DayIndex[] {
  const days: DayIndex[] = [];
  for (let month = 1; month <= 12; month++) {
    // School kitchens rest in July and August.
    if (rhythm === 'weekly' && (month === 7 || month === 8)) continue;
    const dates = rhythm === 'weekly' ? [6, 13, 20, 27] : rhythm === 'twice a month' ? [14, 27] : [25];
    for (const date of dates) days.push(Math.min(plan.on(month, date), plan.lastDay - 1));
  }
  return days.filter((day) => day > plan.on(1, 22));
}

/** Small purchases: on average one in about 1,900 euro, delivered within weeks, mostly billed once. */
function purchases(plan: YearPlan, offices: Offices, line: BudgetLine, references: References): void {
  const trade = line.trade!;
  const count = Math.max(54, Math.min(124, Math.floor(line.euro / 1_700)));
  const amounts = shares(plan, used(plan, offices, line), count);
  const last = plan.lastDay - 8;
  const days = amounts.map(() => plan.random.between(plan.on(1, 7), last)).sort((a, b) => a - b);
  amounts.forEach((cents, n) => {
    const committed = days[n]!;
    const supplier = plan.random.pick(SUPPLIERS[trade]);
    const bills = plan.random.chance(1, 4) && cents > 100_000 ? 2 : 1;
    // One commitment in eight turns out cheaper than thought; its rest is given back at once or lapses.
    const cheaper = plan.random.chance(1, 8);
    const spent = cheaper ? Math.floor((cents * plan.random.between(80, 97)) / 100) : cents;
    let delivered = committed;
    const invoices = shares(plan, spent, bills).map((part): Invoice => {
      delivered = Math.min(delivered + plan.random.between(2, 12), plan.lastDay - 1);
      return {
        cents: part,
        delivered,
        payee: firm(supplier),
        desk: plan.random.between(1, 5),
        halves: part > 900_000 && plan.random.chance(1, 6),
      };
    });
    const purchase: Purchase = {
      key: `${line.code} ${n + 1}`,
      line,
      cents,
      reference: references.next('C'),
      purpose: purposeOf(trade, plan.random.below(60), plan.random.below(60)),
      committed,
      invoices,
      releaseRest: cheaper && plan.random.chance(1, 2),
    };
    offices.buy(purchase);
  });
}

function grants(plan: YearPlan, offices: Offices, line: BudgetLine, references: References): void {
  const receivers = plan.random.shuffle(ASSOCIATIONS).slice(0, plan.random.between(9, 14));
  const amounts = shares(plan, used(plan, offices, line), receivers.length).map((cents) => cents - (cents % 5_000));
  receivers.forEach((name, n) => {
    const cents = Math.max(5_000, amounts[n]!);
    const committed = plan.on(plan.random.between(2, 10), plan.random.between(1, 28));
    offices.buy({
      key: `${line.code} ${n + 1}`,
      line,
      cents,
      reference: references.next('D'),
      purpose: `${line.title}: ${name}`,
      committed,
      invoices: [{ cents, delivered: committed + 2, payee: firm(name), desk: 2, term: 10 }],
    });
  });
}

/** Allowances for households: one decision for many cases, certified, ordered, approved and released in long lists. */
function benefits(plan: YearPlan, offices: Offices, line: BudgetLine, references: References): void {
  const monthly = line.code === '4-231-01';
  const rounds = monthly ? MONTHS.map((_, n) => n + 1) : line.code === '4-326-01' ? [8] : [2, 11];
  const budgets = shares(plan, used(plan, offices, line), rounds.length);
  rounds.forEach((month, round) => {
    const cents = budgets[round]!;
    const cases = monthly ? plan.random.between(38, 52) : plan.random.between(180, 230);
    const committed = plan.on(month, 5);
    const delivered = committed + 3;
    const invoices = shares(plan, cents, cases).map((part): Invoice => ({ cents: part, delivered, payee: PERSON, desk: 1, term: 5 }));
    offices.buy({
      key: `${line.code} ${month}`,
      line,
      cents,
      reference: references.next('D'),
      purpose: `${line.title}, ${MONTHS[month - 1]}: ${cases} households`,
      committed,
      invoices,
      together: 100,
    });
  });
}

function debt(plan: YearPlan, offices: Offices, line: BudgetLine, references: References): void {
  const cents = line.euro * 100;
  const invoices = shares(plan, cents, 4).map(
    (part, n): Invoice => ({ cents: part, delivered: plan.on(3 * n + 3, n === 3 ? 15 : 28), payee: firm(SUPPLIERS.bank[0]!), desk: 1 }),
  );
  offices.buy({
    key: line.code,
    line,
    cents,
    reference: references.next('D'),
    purpose: `${line.title}, four instalments`,
    committed: plan.on(1, 2),
    invoices,
  });
}
