/**
 * One commitment's life as the offices note it: committed, posted, delivered and certified invoice by invoice, each ordered,
 * approved and released. Approvals and releases are gathered and signed by the handful, as people do.
 */
import type { JsonObject } from '@tabularium/protocol';
import type { BudgetLine } from './town-budget.ts';
import { civilDate } from './town-calendar.ts';
import { onDuty } from './town-staff.ts';
import type { DayIndex, Hour, Records, YearPlan } from './year-plan.ts';

export const FUND = 'GEN';
const CURRENCY = 'EUR';

/** Cents as the ledger's money. */
export function money(cents: number): { readonly amount: string; readonly currency: string } {
  if (!Number.isSafeInteger(cents)) throw new RangeError(`${cents} cents`);
  return { amount: String(cents), currency: CURRENCY };
}

export interface Payee {
  readonly is: 'organisation' | 'person';
  /** Published for organisations; a person is a handle and nothing else. */
  readonly name?: string;
}

export interface Invoice {
  readonly cents: number;
  /** Day of acceptance. */
  readonly delivered: DayIndex;
  readonly payee: Payee;
  /** Business days between acceptance and certificate. */
  readonly desk: number;
  /** Paid in two halves on two days, instead of at once. */
  readonly halves?: boolean;
  /** Days from acceptance to the day on which it is due; 30 unless stated. */
  readonly term?: number;
}

export interface Purchase {
  readonly key: string;
  readonly line: BudgetLine;
  readonly cents: number;
  readonly reference: string;
  readonly purpose: string;
  readonly committed: DayIndex;
  readonly invoices: readonly Invoice[];
  /** Invoices certified together in lists of at most this many; 1 unless stated. */
  readonly together?: number;
  readonly story?: string;
  /** What is left after the last invoice is given back at once, not kept until the year's end. */
  readonly releaseRest?: boolean;
}

/** Payments are ordered so that they are carried out at most this many days before they are due. */
const LEAD_DAYS = 5;
/** Days after acceptance by which the town pays. */
const TERM_DAYS = 30;

/** One payment as it will happen: what incidents are told about. */
export interface Paid {
  /** Key of the order, and the payment's place in it. */
  readonly order: string;
  readonly n: number;
  readonly payable: string;
  readonly purchase: Purchase;
  readonly cents: number;
  readonly certified: DayIndex;
  readonly ordered: DayIndex;
  readonly approved: DayIndex;
  readonly released: DayIndex;
}

interface Queued {
  readonly key: string;
  readonly payment: (records: Records) => string;
  readonly story: string | undefined;
}

export class Offices {
  readonly #plan: YearPlan;
  readonly #toPost = new Map<DayIndex, Queued[]>();
  readonly #toApprove = new Map<DayIndex, Queued[]>();
  readonly #toRelease = new Map<DayIndex, Queued[]>();
  /** Cents committed by line and day, for the allotments that must stand first. */
  readonly committed = new Map<string, { day: DayIndex; cents: number }[]>();
  /** Every payment noted by `buy`. */
  readonly paid: Paid[] = [];
  /** Every purchase noted by `buy`, with the day of its posting. */
  readonly bought: { readonly purchase: Purchase; readonly posted: DayIndex }[] = [];

  constructor(plan: YearPlan) {
    this.#plan = plan;
  }

  commit(
    purchase: Omit<Purchase, 'invoices'> & {
      readonly expect?: string;
      readonly until?: DayIndex;
      readonly hour?: Hour;
      readonly currency?: string;
    },
  ): void {
    const { line, key, committed: day, story } = purchase;
    const plan = this.#plan;
    const until = purchase.until;
    plan.add(day, purchase.hour ?? (plan.random.chance(1, 2) ? 'morning' : 'noon'), {
      key,
      officer: onDuty(line.office, 0),
      as: `spending-unit@${line.office}`,
      action: 'treasury.commit',
      story,
      ...(purchase.expect === undefined ? {} : { expect: purchase.expect }),
      body: () => ({
        items: [
          {
            year: plan.date(day).slice(0, 4),
            fund: FUND,
            line: line.code,
            money: { ...money(purchase.cents), ...(purchase.currency === undefined ? {} : { currency: purchase.currency }) },
            reference: purchase.reference,
            ...(until === undefined ? {} : { until: plan.date(until) }),
            purpose: purchase.purpose,
          },
        ],
      }),
    });
    if (purchase.expect === undefined) {
      const list = this.committed.get(line.code) ?? [];
      list.push({ day, cents: purchase.cents });
      this.committed.set(line.code, list);
    }
  }

  /** A commitment with all that follows from it. Returns the day after its last release, or its posting. */
  buy(purchase: Purchase): DayIndex {
    const plan = this.#plan;
    this.commit(purchase);
    const posted = Math.min(purchase.committed + plan.random.between(0, 1), plan.lastDay);
    queue(this.#toPost, posted, { key: purchase.key, payment: (records) => records.id(purchase.key), story: purchase.story });
    this.bought.push({ purchase, posted });
    let last = posted;
    const lists = new Map<DayIndex, { invoice: Invoice; payable: string }[]>();
    purchase.invoices.forEach((invoice, n) => {
      const delivered = Math.max(invoice.delivered, posted);
      const day = Math.min(Math.max(delivered + invoice.desk, posted + 1), plan.lastDay);
      const at = lists.get(day) ?? [];
      at.push({ invoice: { ...invoice, delivered: Math.min(delivered, day) }, payable: `${purchase.key}/${n + 1}` });
      lists.set(day, at);
    });
    for (const [day, list] of [...lists].sort(([a], [b]) => a - b)) {
      const size = purchase.together ?? 1;
      for (let from = 0; from < list.length; from += size)
        last = Math.max(last, this.#certify(purchase, day, list.slice(from, from + size)));
    }
    const spent = purchase.invoices.reduce((sum, { cents }) => sum + cents, 0);
    if (purchase.releaseRest === true && spent < purchase.cents)
      this.#giveBack(purchase, Math.min(last, plan.lastDay), purchase.cents - spent);
    return last;
  }

  #certify(purchase: Purchase, day: DayIndex, list: readonly { invoice: Invoice; payable: string }[]): DayIndex {
    const plan = this.#plan;
    const { line, key, story } = purchase;
    const dueDay = (invoice: Invoice): number => plan.dayNumber(invoice.delivered) + (invoice.term ?? TERM_DAYS);
    const items = list.map(({ invoice }) => ({ invoice, handle: plan.handle(), due: civilDate(dueDay(invoice)) }));
    plan.add(day, 'evening', {
      key: `${list[0]!.payable} certified`,
      officer: onDuty(line.office, 1),
      as: `spending-unit@${line.office}`,
      action: 'treasury.payable.certify',
      story,
      certifies: list.map(({ payable }) => ({ commitment: key, payable })),
      body: (records) => ({
        items: items.map(({ invoice, handle, due }) => ({
          commitment: records.id(key),
          money: money(invoice.cents),
          payee: handle,
          payeeIs: invoice.payee.is,
          delivered: plan.date(invoice.delivered),
          due,
          ...(invoice.payee.name === undefined ? {} : { organisation: invoice.payee.name }),
        })),
      }),
    });
    const day1 = Math.max(day + 1, plan.from(Math.max(...list.map(({ invoice }) => dueDay(invoice))) - LEAD_DAYS));
    const halves = list[0]!.invoice.halves === true;
    const part = (cents: number, n: number): number => (halves ? (n === 0 ? Math.floor(cents / 2) : Math.ceil(cents / 2)) : cents);
    let last = day1;
    for (let n = 0; n < (halves ? 2 : 1); n++) {
      const orders = list.map(({ invoice, payable }) => ({ payable, cents: part(invoice.cents, n) }));
      last = this.pay(purchase, day, day1 + 3 * n, orders, halves ? `, part ${n + 1}` : '');
    }
    return last;
  }

  /** Orders payments of payables on a day, and queues their approval and release. Returns the day of release. */
  pay(
    purchase: Purchase,
    certified: DayIndex,
    day: DayIndex,
    orders: readonly { readonly payable: string; readonly cents: number }[],
    part: string,
  ): DayIndex {
    const plan = this.#plan;
    const { line, story } = purchase;
    const key = `${orders[0]!.payable} ordered${part}`;
    plan.add(day, 'order', {
      key,
      officer: onDuty('accounts', line.code.charCodeAt(2)),
      as: 'accountant@accounts',
      action: 'treasury.payment.order',
      story,
      body: (records) => ({ items: orders.map(({ payable, cents }) => ({ payable: records.payable(payable), money: money(cents) })) }),
    });
    const approved = day + plan.random.between(0, 1);
    const released = approved + 1;
    orders.forEach(({ payable, cents }, n) => {
      const queued = { key, payment: (records: Records) => records.id(key, n), story };
      queue(this.#toApprove, approved, queued);
      queue(this.#toRelease, released, queued);
      this.paid.push({ order: key, n, payable, purchase, cents, certified, ordered: day, approved, released });
    });
    return released;
  }

  #giveBack(purchase: Purchase, day: DayIndex, cents: number): void {
    this.#plan.add(day, 'evening', {
      key: `${purchase.key} rest released`,
      officer: onDuty(purchase.line.office, 0),
      as: `spending-unit@${purchase.line.office}`,
      action: 'treasury.commit.release',
      story: purchase.story,
      body: (records) => ({ items: [{ commitment: records.id(purchase.key), money: money(cents) }] }),
    });
  }

  /** Notes the gathered postings, approvals and releases. Called once, when all purchases stand. */
  signGathered(): void {
    this.#sign(this.#toPost, 'post', 'budget', 'budget-controller@budget', 'treasury.commit.post', 'commitment', 2);
    this.#sign(this.#toApprove, 'approve', 'finance', 'authorising-officer@finance', 'treasury.payment.approve', 'payment', 3);
    this.#sign(this.#toRelease, 'cash', 'cash', 'cashier@cash', 'treasury.payment.release', 'payment', 3);
  }

  #sign(
    gathered: ReadonlyMap<DayIndex, readonly Queued[]>,
    hour: Hour,
    office: 'budget' | 'finance' | 'cash',
    as: string,
    action: string,
    member: 'commitment' | 'payment',
    most: number,
  ): void {
    const plan = this.#plan;
    for (const [day, queued] of [...gathered].sort(([a], [b]) => a - b)) {
      // What comes in one list stays in one list: whoever signs three hundred allowances signs them once.
      const byList = new Map<string, Queued[]>();
      for (const item of queued) {
        const list = byList.get(item.key) ?? [];
        list.push(item);
        byList.set(item.key, list);
      }
      let open: Queued[] = [];
      const sign = (items: readonly Queued[]): void => {
        if (items.length === 0) return;
        plan.add(day, hour, {
          key: `${items[0]!.key} ${action}`,
          officer: onDuty(office, day),
          as,
          action,
          story: items[0]!.story,
          body: (records): JsonObject => ({ items: items.map((item) => ({ [member]: item.payment(records) })) }),
        });
      };
      for (const list of byList.values()) {
        if (list.length > most || list[0]!.story !== undefined) sign(list);
        else {
          open.push(...list);
          if (open.length >= plan.random.between(1, most)) {
            sign(open);
            open = [];
          }
        }
      }
      sign(open);
    }
  }
}

function queue(queues: Map<DayIndex, Queued[]>, day: DayIndex, queued: Queued): void {
  const list = queues.get(day) ?? [];
  list.push(queued);
  queues.set(day, list);
}
