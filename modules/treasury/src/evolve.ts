/**
 * How events change state. Nothing is decided here: an event that does not fit the records is a broken invariant and
 * throws, which stops the machine before anything is written.
 */
import type { Draft } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';
import { carryOut, type Transfer } from './accounts.ts';
import type { EventData, EventType, RecordStepData } from './events.ts';
import {
  type CommitmentRecord,
  difference,
  type ImportSourceRecord,
  openOf,
  type PayableRecord,
  type PaymentRecord,
  type Reader,
  sum,
  unstamped,
  type YearRecord,
} from './state.ts';

/** What evolving needs of a draft; a bundle's overlay (`bundle.ts`) offers it too. */
export type RecordDraft = Reader & Pick<Draft, 'put' | 'schedule' | 'unschedule'>;
type Evolve<T extends EventType> = (data: EventData<T>, draft: RecordDraft) => void;

/** The deadline handler of each collection that has one. */
export const DEADLINES: Readonly<Record<string, string>> = { commitment: 'commitment.end', payment: 'payment.expire' };

function change<T extends JsonObject>(draft: RecordDraft, collection: string, id: string, to: (record: T) => T): T {
  const stored = draft.get<T>(collection, id);
  if (stored === undefined) throw new Error(`treasury/${collection}/${id} is not there.`);
  const record = to(unstamped<T>(stored));
  draft.put(collection, id, record);
  return record;
}

function create(draft: RecordDraft, collection: string, id: string, record: JsonObject): void {
  if (draft.get(collection, id) !== undefined) throw new Error(`treasury/${collection}/${id} is already there.`);
  draft.put(collection, id, record);
}

function transfer(draft: RecordDraft, transfers: readonly Transfer[], currency: string): void {
  if (transfers.length === 0) return;
  const changed = carryOut(transfers, currency, draft);
  if ('fault' in changed) throw new Error(`A transfer on ${changed.account} broke its invariant: ${changed.fault}.`);
  for (const [id, account] of changed) draft.put('account', id, account);
}

function endWatch(draft: RecordDraft, collection: 'commitment' | 'payment', id: string): void {
  draft.unschedule(DEADLINES[collection] as string, collection, id);
}
function watch(draft: RecordDraft, collection: 'commitment' | 'payment', id: string, due: number): void {
  draft.schedule(DEADLINES[collection] as string, collection, id, due);
}

/** The commitment's open part is gone, in whole or in part: `state` says how it ends, if it does. */
function giveBack(data: EventData<'commitment.released'>, draft: RecordDraft, state: 'lapsed' | undefined): void {
  transfer(draft, data.transfers, data.money.currency);
  const record = change<CommitmentRecord>(draft, 'commitment', data.commitment, (commitment) => ({
    ...commitment,
    ...(state === undefined ? {} : { state, lapsed: data.money.amount }),
    returned: sum(commitment.returned, data.money.amount),
  }));
  if (state !== undefined || openOf(record) === 0n) endWatch(draft, 'commitment', data.commitment);
}

function endPending(data: EventData<'commitment.voided'>, draft: RecordDraft, state: 'void' | 'expired'): void {
  transfer(draft, data.transfers, data.money.currency);
  change<CommitmentRecord>(draft, 'commitment', data.commitment, (commitment) => ({ ...commitment, state }));
  endWatch(draft, 'commitment', data.commitment);
}

/** A payment that is not made after all; the payable is owed again. */
function endPayment(data: EventData<'payment.voided'>, draft: RecordDraft, state: 'void' | 'expired'): void {
  transfer(draft, data.transfers, data.money.currency);
  change<PaymentRecord>(draft, 'payment', data.payment, (payment) => ({ ...payment, state }));
  change<PayableRecord>(draft, 'payable', data.payable, (payable) => ({
    ...payable,
    ordered: difference(payable.ordered, data.money.amount),
    payments: payable.payments.filter((id) => id !== data.payment),
  }));
  endWatch(draft, 'payment', data.payment);
}

function recordStep(data: RecordStepData, draft: RecordDraft): void {
  if (data.currency !== undefined) transfer(draft, data.transfers, data.currency);
  for (const { collection, id, value, due } of data.records) {
    draft.put(collection, id, value as JsonObject);
    const handler = DEADLINES[collection];
    if (handler === undefined || due === undefined) continue;
    if (due === null) draft.unschedule(handler, collection, id);
    else draft.schedule(handler, collection, id, due);
  }
}

export const evolve: { readonly [T in EventType]: Evolve<T> } = {
  'year.opened': ({ year, from, to, by }, draft) => create(draft, 'year', year, { year, from, to, state: 'open', openedBy: by }),
  'year.closed': ({ year, by, totals }, draft) => {
    change<YearRecord>(draft, 'year', year, (record) => ({ ...record, state: 'closed', closedBy: by, totals }));
  },
  'line.enacted': ({ line, code, transfers, ...facts }, draft) => {
    create(draft, 'line', line, { ...facts, line: code, state: 'enacted' });
    transfer(draft, transfers, facts.money.currency);
  },
  'line.allotted': ({ transfers, money }, draft) => transfer(draft, transfers, money.currency),
  'commitment.made': ({ commitment, by, transfers, ...facts }, draft) => {
    create(draft, 'commitment', commitment, { ...facts, state: 'pending', certified: '0', returned: '0', payables: 0, committedBy: by });
    transfer(draft, transfers, facts.money.currency);
    watch(draft, 'commitment', commitment, facts.due);
  },
  'commitment.posted': ({ commitment, on, due, by, money, transfers }, draft) => {
    transfer(draft, transfers, money.currency);
    change<CommitmentRecord>(draft, 'commitment', commitment, (record) => ({
      ...record,
      state: 'posted',
      postedOn: on,
      postedBy: by,
      due,
    }));
    watch(draft, 'commitment', commitment, due);
  },
  'commitment.voided': (data, draft) => endPending(data, draft, 'void'),
  'commitment.expired': (data, draft) => endPending(data, draft, 'expired'),
  'commitment.released': (data, draft) => giveBack(data, draft, undefined),
  'commitment.lapsed': (data, draft) => giveBack(data, draft, 'lapsed'),
  'commitment.carried': ({ commitment, line: _, nextLine, next, on, by, transfers, ...facts }, draft) => {
    const { money, law, due } = facts;
    transfer(draft, transfers, money.currency);
    change<CommitmentRecord>(draft, 'commitment', commitment, (record) => ({
      ...record,
      ...{ state: 'carried', returned: sum(record.returned, money.amount), law, carriedTo: next },
    }));
    endWatch(draft, 'commitment', commitment);
    const counters = { certified: '0', returned: '0', payables: 0 };
    create(draft, 'commitment', next, {
      ...facts,
      ...counters,
      line: nextLine,
      state: 'posted',
      postedBy: by,
      postedOn: on,
      carriedFrom: commitment,
    });
    watch(draft, 'commitment', next, due);
  },
  'payable.certified': ({ payable, commitment, by, transfers, ...facts }, draft) => {
    create(draft, 'payable', payable, { ...facts, commitment, state: 'open', ordered: '0', paid: '0', payments: [], certifiedBy: by });
    transfer(draft, transfers, facts.money.currency);
    const record = change<CommitmentRecord>(draft, 'commitment', commitment, (old) => ({
      ...old,
      certified: sum(old.certified, facts.money.amount),
      payables: old.payables + 1,
    }));
    if (openOf(record) === 0n) endWatch(draft, 'commitment', commitment);
  },
  'payment.ordered': ({ payment, by, transfers, ...facts }, draft) => {
    create(draft, 'payment', payment, { ...facts, state: 'ordered', orderedBy: by });
    transfer(draft, transfers, facts.money.currency);
    change<PayableRecord>(draft, 'payable', facts.payable, (payable) => ({
      ...payable,
      ordered: sum(payable.ordered, facts.money.amount),
      payments: [...payable.payments, payment],
    }));
    watch(draft, 'payment', payment, facts.due);
  },
  'payment.approved': ({ payment, by }, draft) => {
    change<PaymentRecord>(draft, 'payment', payment, (record) => ({ ...record, state: 'approved', approvedBy: by ?? [] }));
  },
  'payment.released': ({ payment, payable, money, by, transfers }, draft) => {
    transfer(draft, transfers, money.currency);
    change<PaymentRecord>(draft, 'payment', payment, (record) => ({ ...record, state: 'paid', releasedBy: by ?? [] }));
    change<PayableRecord>(draft, 'payable', payable, (record) => ({
      ...record,
      ordered: difference(record.ordered, money.amount),
      paid: sum(record.paid, money.amount),
    }));
    endWatch(draft, 'payment', payment);
  },
  'payment.voided': (data, draft) => endPayment(data, draft, 'void'),
  'payment.expired': (data, draft) => endPayment(data, draft, 'expired'),
  'payment.returned': ({ payment, payable, money, transfers }, draft) => {
    transfer(draft, transfers, money.currency);
    change<PaymentRecord>(draft, 'payment', payment, (record) => ({ ...record, state: 'returned' }));
    change<PayableRecord>(draft, 'payable', payable, (record) => ({
      ...record,
      paid: difference(record.paid, money.amount),
      payments: record.payments.filter((id) => id !== payment),
    }));
  },
  'rows.imported': ({ source, file, rows }, draft) => {
    const flagged = rows.filter(({ value }) => value.flags.length > 0).length;
    const stored = draft.get<ImportSourceRecord>('import-source', source);
    const before = stored === undefined ? { rows: 0, flagged: 0 } : stored;
    draft.put('import-source', source, {
      file,
      rows: before.rows + rows.length,
      flagged: before.flagged + flagged,
      imported: true,
      state: 'kept',
    });
    for (const { id, value } of rows) create(draft, 'import-row', id, value as unknown as JsonObject);
  },
  'record.withdrawn': recordStep,
  'record.corrected': recordStep,
  'record.annulled': recordStep,
  'record.suspended': recordStep,
  'record.reinstated': recordStep,
  'record.set': recordStep,
  'record.reopened': recordStep,
};
