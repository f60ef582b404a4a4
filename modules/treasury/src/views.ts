/** The treasury's read endpoints and screens as data: `GET /api/v1/treasury/<name>`. Words here are for people. */
import type { FormView, ListView, ModuleView } from '@tabularium/kernel';
import { actions } from './actions.ts';

const lists: Readonly<Record<string, ListView>> = {
  years: {
    kind: 'list',
    title: 'Budget years',
    table: 'year',
    columns: [
      { column: 'year', label: 'Year', as: 'link' },
      { column: 'first_day', label: 'First day', as: 'date' },
      { column: 'last_day', label: 'Last day', as: 'date' },
      { column: 'state', label: 'State' },
    ],
    filters: ['state'],
    order: [{ column: 'year', descending: true }],
    id: 'year',
    collection: 'year',
  },
  lines: {
    kind: 'list',
    title: 'Budget lines',
    table: 'line',
    columns: [
      { column: 'id', label: 'Line', as: 'link' },
      { column: 'texts', label: 'Title', as: 'text' },
      { column: 'economic', label: 'Kind of money', as: 'code' },
      { column: 'functional', label: 'Purpose', as: 'code' },
      { column: 'administrative', label: 'Office', as: 'code' },
      { column: 'appropriated', label: 'Appropriated', as: 'money' },
      { column: 'allotted', label: 'Allotted', as: 'money' },
      { column: 'committed', label: 'Committed', as: 'money' },
      { column: 'committed_pending', label: 'Awaiting control', as: 'money' },
      { column: 'certified', label: 'Owed in all', as: 'money' },
      { column: 'paid', label: 'Paid', as: 'money' },
      { column: 'currency', label: 'Currency', as: 'code' },
    ],
    filters: ['year', 'fund', 'code', 'side', 'economic', 'functional', 'administrative', 'state', 'standing', 'currency'],
    order: [{ column: 'year', descending: true }, { column: 'fund' }, { column: 'code' }],
    search: true,
    id: 'id',
    collection: 'line',
  },
  accounts: {
    kind: 'list',
    title: 'Accounts',
    table: 'account',
    columns: [
      { column: 'id', label: 'Account', as: 'link' },
      { column: 'level', label: 'Level', as: 'code' },
      { column: 'debits', label: 'Debits', as: 'money' },
      { column: 'debits_pending', label: 'Debits pending', as: 'money' },
      { column: 'credits', label: 'Credits', as: 'money' },
      { column: 'credits_pending', label: 'Credits pending', as: 'money' },
      { column: 'currency', label: 'Currency', as: 'code' },
    ],
    filters: ['year', 'fund', 'line', 'level', 'currency'],
    order: [{ column: 'id' }],
    id: 'id',
    collection: 'account',
  },
  commitments: {
    kind: 'list',
    title: 'Commitments',
    table: 'commitment',
    columns: [
      { column: 'id', label: 'Commitment', as: 'link' },
      { column: 'line', label: 'Budget line', as: 'code' },
      { column: 'reference', label: 'Contract or decision', as: 'code' },
      { column: 'amount', label: 'Amount', as: 'money' },
      { column: 'certified', label: 'Owed in all', as: 'money' },
      { column: 'returned', label: 'Given back', as: 'money' },
      { column: 'currency', label: 'Currency', as: 'code' },
      { column: 'state', label: 'State' },
      { column: 'until', label: 'To be posted until', as: 'date' },
    ],
    filters: ['year', 'line', 'state', 'standing', 'reference', 'currency', 'made_at', 'amount', 'entry'],
    order: [{ column: 'made_at', descending: true }],
    id: 'id',
    collection: 'commitment',
  },
  payables: {
    kind: 'list',
    title: 'What is owed',
    table: 'payable',
    columns: [
      { column: 'id', label: 'Payable', as: 'link' },
      { column: 'line', label: 'Budget line', as: 'code' },
      { column: 'texts', label: 'Payee', as: 'text' },
      { column: 'amount', label: 'Amount', as: 'money' },
      { column: 'paid', label: 'Paid', as: 'money' },
      { column: 'currency', label: 'Currency', as: 'code' },
      { column: 'delivered', label: 'Delivered', as: 'date' },
      { column: 'due', label: 'Due', as: 'date' },
      { column: 'state', label: 'State' },
    ],
    filters: ['year', 'line', 'commitment', 'payee', 'payee_is', 'state', 'standing', 'due', 'currency', 'certified_at', 'amount', 'entry'],
    order: [{ column: 'certified_at', descending: true }],
    id: 'id',
    collection: 'payable',
    about: { column: 'commitment', list: 'commitments' },
  },
  payments: {
    kind: 'list',
    title: 'Payments',
    table: 'payment',
    columns: [
      { column: 'id', label: 'Payment', as: 'link' },
      { column: 'line', label: 'Budget line', as: 'code' },
      { column: 'payable', label: 'Owed to', as: 'code' },
      { column: 'amount', label: 'Amount', as: 'money' },
      { column: 'currency', label: 'Currency', as: 'code' },
      { column: 'execute', label: 'Day', as: 'date' },
      { column: 'state', label: 'State' },
    ],
    filters: ['year', 'line', 'payable', 'payee', 'state', 'standing', 'execute', 'currency', 'ordered_at', 'amount', 'entry'],
    order: [{ column: 'ordered_at', descending: true }],
    id: 'id',
    collection: 'payment',
    about: { column: 'payable', list: 'payables' },
  },
  postings: {
    kind: 'list',
    title: 'Postings',
    table: 'posting',
    columns: [
      { column: 'time', label: 'Time', as: 'date' },
      { column: 'event', label: 'What happened' },
      { column: 'debit', label: 'Debit', as: 'code' },
      { column: 'credit', label: 'Credit', as: 'code' },
      { column: 'amount', label: 'Amount', as: 'money' },
      { column: 'currency', label: 'Currency', as: 'code' },
      { column: 'phase', label: 'Step' },
      { column: 'entry', label: 'Record', as: 'link' },
    ],
    filters: ['debit', 'credit', 'phase', 'event', 'currency', 'time', 'entry'],
    order: [
      { column: 'height', descending: true },
      { column: 'seq', descending: true },
      { column: 'n', descending: true },
    ],
    id: 'entry',
  },
  'import-sources': {
    kind: 'list',
    title: 'Imported files',
    table: 'import_source',
    columns: [
      { column: 'source', label: 'Source', as: 'link' },
      { column: 'rows', label: 'Rows' },
      { column: 'flagged', label: 'With defects' },
      { column: 'state', label: 'State' },
    ],
    filters: ['state'],
    order: [{ column: 'source' }],
    id: 'source',
    collection: 'import-source',
  },
  imports: {
    kind: 'list',
    title: 'Imported rows (not authoritative)',
    table: 'import_row',
    columns: [
      { column: 'id', label: 'Row', as: 'link' },
      { column: 'kind', label: 'Kind' },
      { column: 'texts', label: 'Title', as: 'text' },
      { column: 'amount', label: 'Amount', as: 'money' },
      { column: 'currency', label: 'Currency', as: 'code' },
      { column: 'flags', label: 'Defects' },
    ],
    filters: ['source', 'kind', 'year', 'fund', 'line', 'account', 'flagged', 'state', 'currency', 'entry'],
    order: [{ column: 'source' }, { column: 'number' }],
    search: true,
    id: 'id',
    collection: 'import-row',
  },
};

/** Rows from which a form is begun; those that wait for somebody's step come to the desk of whoever may take it. */
const COMMITMENTS = { items: 'items', list: 'commitments', fill: { commitment: 'id' } } as const;
const COMMITMENTS_WITH_CURRENCY = { ...COMMITMENTS, fill: { commitment: 'id', 'money/currency': 'currency' } } as const;
const PAYMENTS = { items: 'items', list: 'payments', fill: { payment: 'id' } } as const;
const LINES = {
  items: 'items',
  list: 'lines',
  where: { state: 'enacted', side: 'expense' },
  fill: { year: 'year', fund: 'fund', line: 'code', 'money/currency': 'currency' },
} as const;

const begun: Readonly<Partial<Record<keyof typeof actions, Pick<FormView, 'picks' | 'made'>>>> = {
  'year.close': { picks: [{ list: 'years', where: { state: 'open' }, fill: { year: 'year' } }] },
  allot: { picks: [LINES] },
  commit: { picks: [LINES] },
  'commit.post': { picks: [{ ...COMMITMENTS, where: { state: 'pending' }, waits: { by: 'until' } }] },
  'commit.void': { picks: [{ ...COMMITMENTS, where: { state: 'pending' } }] },
  'commit.release': { picks: [{ ...COMMITMENTS_WITH_CURRENCY, where: { state: 'posted' } }] },
  'commit.carry': { picks: [{ ...COMMITMENTS, where: { state: 'posted' } }] },
  'payable.certify': { picks: [{ ...COMMITMENTS_WITH_CURRENCY, where: { state: 'posted' } }], made: ['items/payee'] },
  'payment.order': {
    picks: [
      {
        ...{ items: 'items', list: 'payables', where: { state: 'open', ordered_to: '0', paid_to: '0' } },
        fill: { payable: 'id', 'money/amount': 'amount', 'money/currency': 'currency' },
        waits: { by: 'due' },
      },
    ],
  },
  'payment.approve': { picks: [{ ...PAYMENTS, where: { state: 'ordered' }, waits: { by: 'execute' } }] },
  'payment.release': { picks: [{ ...PAYMENTS, where: { state: 'approved' }, waits: { by: 'execute' } }] },
  'payment.void': { picks: [{ ...PAYMENTS, where: { state: 'ordered' } }] },
  'payment.return': { picks: [{ ...PAYMENTS, where: { state: 'paid' } }] },
};

/** One form an action: `form-payment-order`. Imports come from files. */
const forms: Readonly<Record<string, FormView>> = Object.fromEntries(
  (Object.keys(actions) as (keyof typeof actions)[])
    .filter((action) => action !== 'import')
    .map((action) => [
      `form-${action.replaceAll('.', '-')}`,
      { kind: 'form', title: actions[action].title, action: `treasury.${action}`, ...begun[action] },
    ]),
);

export const views: Readonly<Record<string, ModuleView>> = { ...lists, ...forms };
