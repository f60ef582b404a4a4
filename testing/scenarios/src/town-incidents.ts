/**
 * What went wrong in the year, in the open: sums beyond an allotment, an invoice paid twice or too early, one person at two
 * desks, yesterday's date. The ledger refuses each with a code; the year goes on. And what was given up in good order:
 * commitments that nobody confirmed in time, or that were not needed.
 */
import { FUND, money, type Offices, type Paid } from './spending.ts';
import { BUDGET_LINES } from './town-budget.ts';
import { onDuty } from './town-staff.ts';
import { halfAllotted } from './year-budget.ts';
import type { DayIndex, Hour, Note, YearPlan } from './year-plan.ts';

export function incidents(plan: YearPlan, offices: Offices): void {
  const { random } = plan;
  const lines = BUDGET_LINES.filter((line) => line.spending === 'purchases');
  // What follows picks payments of single invoices that take their usual month, each at most once.
  const payments = random.shuffle(
    offices.paid.filter(
      ({ purchase, ordered, certified }) => purchase.story === undefined && purchase.together === undefined && ordered > certified + 6,
    ),
  );
  const next = (fits: (paid: Paid) => boolean = () => true): Paid => {
    const found = payments.findIndex(fits);
    if (found === -1) throw new Error('no payment fits the incident');
    return payments.splice(found, 1)[0]!;
  };
  const refused = (day: DayIndex, hour: Hour, expect: string, note: Omit<Note, 'key' | 'expect'>, n: number): void =>
    plan.add(day, hour, { ...note, key: `refused: ${expect} ${n + 1}`, expect });
  const times: Times = repeat;

  times(14, (n) => {
    const line = random.pick(lines);
    offices.commit({
      key: `refused: over the line ${n + 1}`,
      line,
      cents: line.euro * 100 + random.between(1, 99_999),
      reference: `C-${plan.year}-X${String(n + 1).padStart(3, '0')}`,
      purpose: 'Framework for the rest of the year',
      committed: random.between(plan.on(3, 1), plan.on(11, 30)),
      expect: 'treasury.limit-exceeded',
    });
  });
  offices.commit({
    key: 'refused: in francs',
    line: lines[3]!,
    cents: 184_000,
    currency: 'CHF',
    reference: `C-${plan.year}-X900`,
    purpose: 'Spare parts from abroad',
    committed: plan.on(5, 6),
    expect: 'treasury.currency-mismatch',
  });
  times(6, (n) => {
    const { order, n: place, released } = next();
    refused(released + 1, 'approve', 'treasury.not-pending', approve(order, place, released), n);
  });
  times(7, (n) => {
    const { payable, cents, purchase, released } = next(({ released: day }) => day < plan.lastDay);
    const body: Note['body'] = (records) => ({ items: [{ payable: records.payable(payable), money: money(cents) }] });
    refused(released + 1, 'order', 'treasury.payable-exceeded', { ...orderBy(purchase.line.code.charCodeAt(3)), body }, n);
  });
  times(6, (n) => {
    const { payable, cents, certified } = next();
    const body: Note['body'] = (records) => ({ items: [{ payable: records.payable(payable), money: money(cents) }] });
    refused(certified + 1, 'order', 'treasury.payment-early', { ...orderBy(n), body }, n);
  });
  times(3, (n) => {
    const { payable, cents, ordered } = next();
    const execute = plan.date(ordered - 2);
    const body: Note['body'] = (records) => ({ items: [{ payable: records.payable(payable), money: money(cents), execute }] });
    refused(ordered - 1, 'order', 'treasury.backdated', { ...orderBy(n), body }, n);
  });
  samePerson(next, refused, times);
  certificates(plan, offices, refused, times);
  withoutAuthority(plan, next, refused);
  wrongMoney(plan);
}

const orderBy = (turn: number): Pick<Note, 'officer' | 'as' | 'action'> => ({
  officer: onDuty('accounts', turn),
  as: 'accountant@accounts',
  action: 'treasury.payment.order',
});

function approve(order: string, place: number, turn: number): Omit<Note, 'key' | 'expect'> {
  return {
    officer: onDuty('finance', turn),
    as: 'authorising-officer@finance',
    action: 'treasury.payment.approve',
    body: (records) => ({ items: [{ payment: records.id(order, place) }] }),
  };
}

type Refused = (day: DayIndex, hour: Hour, expect: string, note: Omit<Note, 'key' | 'expect'>, n: number) => void;
type Times = (count: number, tell: (n: number) => void) => void;

const repeat: Times = (count, tell) => {
  for (let n = 0; n < count; n++) tell(n);
};

/** finance-2 stands in at the cash desk; what it approved on one day it may not release on the next. */
function samePerson(next: (fits?: (paid: Paid) => boolean) => Paid, refused: Refused, times: Times): void {
  times(5, (n) => {
    const paid = next(({ approved }) => onDuty('finance', approved) === 'finance-2');
    refused(
      paid.released,
      'noon',
      'treasury.same-person',
      {
        officer: 'finance-2',
        as: 'cashier@cash',
        action: 'treasury.payment.release',
        body: (records) => ({ items: [{ payment: records.id(paid.order, paid.n) }] }),
      },
      n,
    );
  });
}

/** Certificates that were not taken: for tomorrow, for before the contract, by the person who made it, for nothing known. */
function certificates(plan: YearPlan, offices: Offices, refused: Refused, times: Times): void {
  const { random } = plan;
  const open = random.shuffle(
    offices.bought.filter(
      ({ purchase, posted }) => purchase.story === undefined && purchase.line.spending === 'purchases' && posted < plan.lastDay - 30,
    ),
  );
  const certify = (wrong: { officer?: 0; delivered?: DayIndex; unknown?: true }, expect: string, n: number): void => {
    const { purchase, posted } = open.pop()!;
    // Before the first invoice comes in, so that the whole commitment is open.
    const day = posted + 1;
    const payee = plan.handle();
    const nobody = plan.handle();
    refused(
      day,
      'noon',
      expect,
      {
        officer: onDuty(purchase.line.office, wrong.officer ?? 1),
        as: `spending-unit@${purchase.line.office}`,
        action: 'treasury.payable.certify',
        body: (records) => ({
          items: [
            {
              commitment: wrong.unknown === true ? nobody : records.id(purchase.key),
              money: money(100),
              payee,
              payeeIs: 'organisation',
              delivered: plan.date(day + (wrong.delivered ?? 0)),
              due: plan.date(day + 20),
            },
          ],
        }),
      },
      n,
    );
  };
  times(3, (n) => certify({ delivered: 1 }, 'treasury.day-in-future', n));
  times(3, (n) => certify({ delivered: -10 }, 'treasury.before-commitment', n));
  times(4, (n) => certify({ officer: 0 }, 'treasury.same-person', n + 5));
  times(2, (n) => certify({ unknown: true }, 'treasury.unknown-commitment', n));
}

/** Acts by people who may not: without the role, in a role that does not have the action, or alone where two must sign. */
function withoutAuthority(plan: YearPlan, next: (fits?: (paid: Paid) => boolean) => Paid, refused: Refused): void {
  const approval = (officer: string, as: string, expect: string, n: number): void => {
    const { order, n: place, approved } = next(({ approved, ordered }) => approved > ordered);
    const body: Note['body'] = (records) => ({ items: [{ payment: records.id(order, place) }] });
    refused(approved, 'noon', expect, { officer, as, action: 'treasury.payment.approve', body }, n);
  };
  approval('works-1', 'authorising-officer@finance', 'kernel.role-not-held', 0);
  approval('accounts-2', 'authorising-officer@finance', 'kernel.role-not-held', 1);
  approval('accounts-1', 'accountant@accounts', 'kernel.action-not-permitted', 0);
  approval('schools-2', 'spending-unit@schools', 'kernel.action-not-permitted', 1);
  const item = { year: String(plan.year), fund: FUND, line: '2-920-99', economic: '2', money: money(2_500_000) };
  const clerk = { officer: 'council-1', as: 'clerk@council' } as const;
  refused(
    plan.on(6, 24),
    'noon',
    'kernel.signers-missing',
    { ...clerk, action: 'treasury.budget.enact', body: () => ({ law: `BUDGET-${plan.year}-B`, items: [item] }) },
    0,
  );
}

/** In January an office tried to use up what was left of the year before; in April another one took fees for its own. */
function wrongMoney(plan: YearPlan): void {
  plan.add(plan.on(1, 8, plan.year + 1), 'noon', {
    key: 'refused: last year’s money',
    officer: 'culture-1',
    as: 'spending-unit@culture',
    action: 'treasury.commit',
    expect: 'treasury.year-over',
    body: () => ({
      items: [
        {
          ...{ year: String(plan.year), fund: FUND, line: '2-334-01', money: money(120_000) },
          ...{ reference: `C-${plan.year}-X950`, purpose: 'Chairs for the concert hall' },
        },
      ],
    }),
  });
  const roads = BUDGET_LINES.find(({ code }) => code === '2-153-01')!;
  plan.add(plan.on(4, 8), 'noon', {
    key: 'refused: spending revenue',
    officer: onDuty(roads.office, 0),
    as: `spending-unit@${roads.office}`,
    action: 'treasury.commit',
    expect: 'treasury.revenue-line',
    body: () => ({
      items: [
        {
          ...{ year: String(plan.year), fund: FUND, line: 'R-31-01', money: money(500_000) },
          ...{ reference: `C-${plan.year}-X951`, purpose: 'Pipes, paid from fees' },
        },
      ],
    }),
  });
}

/** Eight commitments expire because nobody posts them in time; eleven are voided while they are pending. */
export function givenUp(plan: YearPlan, offices: Offices): void {
  const { random } = plan;
  const times: Times = repeat;
  const lines = BUDGET_LINES.filter((line) => line.spending === 'purchases' && line.euro > 100_000);
  const pending = (key: string, n: number): { key: string; day: DayIndex; office: string } => {
    const line = random.pick(lines);
    const day = random.between(plan.on(2, 3), plan.on(11, 14));
    offices.commit({
      key,
      line,
      cents: random.between(20_000, 90_000),
      reference: `C-${plan.year}-P${String(n + 1).padStart(3, '0')}`,
      purpose: 'Offer by telephone, contract to follow',
      committed: day,
      until: day + random.between(4, 12),
      hour: 'morning',
    });
    return { key, day, office: line.office };
  };
  times(8, (n) => void pending(`expires ${n + 1}`, n));
  times(11, (n) => {
    const { key, day, office } = pending(`voided ${n + 1}`, n + 20);
    const reason = random.pick(['not-needed', 'mistake', 'duplicate', 'fell-through'] as const);
    plan.add(day + random.between(1, 3), 'noon', {
      key: `${key}, given up`,
      officer: `${office}-2`,
      as: `spending-unit@${office}`,
      action: 'treasury.commit.void',
      body: (records) => ({ reason, items: [{ commitment: records.id(key) }] }),
    });
  });
}

/** Half of next year's budget, allotted on its first day, so that the town can go on where the demo ends. */
export function nextYearsAllotment(plan: YearPlan): void {
  const year = plan.year + 1;
  plan.add(plan.on(1, 2, year), 'open', {
    key: `allotment ${year}`,
    officer: onDuty('budget', 0),
    as: 'budget-controller@budget',
    action: 'treasury.allot',
    body: () => halfAllotted(year),
  });
}

/** The allotments a quarter needs: what its commitments take, and a little air, as far as the line reaches. */
export function allotments(plan: YearPlan, offices: Offices): void {
  const starts = [0, 1, 2, 3].map((quarter) => plan.on(3 * quarter + 1, 2));
  const left = new Map(BUDGET_LINES.map((line) => [line.code, line.euro * 100]));
  starts.forEach((day, quarter) => {
    const end = starts[quarter + 1] ?? Number.POSITIVE_INFINITY;
    const items = BUDGET_LINES.flatMap((line) => {
      const inQuarter = (offices.committed.get(line.code) ?? []).filter((commitment) => commitment.day >= day && commitment.day < end);
      const needed = inQuarter.reduce((sum, { cents }) => sum + cents, 0);
      const whole = line.spending === 'purchases' ? Math.ceil((needed * 102) / 10_000_000) * 100_000 : quarter === 0 ? line.euro * 100 : 0;
      const cents = Math.min(whole, left.get(line.code)!);
      left.set(line.code, left.get(line.code)! - cents);
      return cents === 0 ? [] : [{ year: String(plan.year), fund: FUND, line: line.code, money: money(cents) }];
    });
    plan.add(day, 'open', {
      key: `allotments ${quarter + 1}`,
      officer: onDuty('budget', quarter),
      as: 'budget-controller@budget',
      action: 'treasury.allot',
      body: () => ({ items }),
    });
  });
}
