/** The treasury in tables: what lists, sums and searches read. Disposable; rebuilt from events. Amounts are 64-bit minor units. */
import type { Cell, EventMeta, ProjectionDefinition, Table, Upsert } from '@tabularium/kernel';
import type { JsonObject } from '@tabularium/protocol';
import type { EventData, EventType, RecordStepData } from './events.ts';
import { commitmentRow, importRow, importSourceRow, lineRow, payableRow, paymentRow, transferRows, yearRow } from './projection-rows.ts';
import type {
  CommitmentRecord,
  ImportRowRecord,
  ImportSourceRecord,
  LineRecord,
  PayableRecord,
  PaymentRecord,
  YearRecord,
} from './state.ts';

const tables = {
  year: {
    columns: { year: 'text', first_day: 'text', last_day: 'text', state: 'text', standing: 'text', opened_by: 'text', closed_by: 'text' },
    key: ['year'],
  },
  line: {
    columns: {
      ...{ id: 'text', year: 'text', fund: 'text', code: 'text', side: 'text', state: 'text', standing: 'text', law: 'text' },
      ...{ economic: 'text', functional: 'text', administrative: 'text', currency: 'text', texts: 'text', enacted: 'money' },
      ...{ estimated: 'money', appropriated: 'money', allotted: 'money', committed: 'money', committed_pending: 'money' },
      ...{ certified: 'money', paid: 'money', paid_pending: 'money' },
    },
    key: ['id'],
    indexes: [['year', 'fund', 'code'], ['appropriated'], ['economic'], ['functional'], ['administrative']],
    search: ['code'],
  },
  account: {
    columns: {
      ...{ id: 'text', year: 'text', fund: 'text', line: 'text', level: 'text', currency: 'text' },
      ...{ debits: 'money', debits_pending: 'money', credits: 'money', credits_pending: 'money' },
    },
    key: ['id'],
    indexes: [['year', 'level']],
  },
  commitment: {
    columns: {
      ...{ id: 'text', line: 'text', year: 'text', state: 'text', standing: 'text', reference: 'text', until: 'text', due: 'time' },
      ...{ amount: 'money', currency: 'text', certified: 'money', returned: 'money', made_at: 'time', entry: 'integer', texts: 'text' },
      ...{
        committed_by: 'text',
        posted_by: 'text',
        posted_on: 'text',
        law: 'text',
        carried_to: 'text',
        carried_from: 'text',
        reason: 'text',
      },
    },
    key: ['id'],
    indexes: [['line'], ['made_at'], ['reference'], ['amount']],
  },
  payable: {
    columns: {
      ...{ id: 'text', commitment: 'text', line: 'text', year: 'text', state: 'text', standing: 'text', payee: 'text', payee_is: 'text' },
      ...{ delivered: 'text', due: 'text', document: 'text', amount: 'money', currency: 'text', ordered: 'money', paid: 'money' },
      ...{ certified_by: 'text', certified_at: 'time', entry: 'integer', texts: 'text' },
    },
    key: ['id'],
    indexes: [['commitment'], ['line'], ['due'], ['delivered'], ['certified_at'], ['amount']],
  },
  payment: {
    columns: {
      ...{
        id: 'text',
        payable: 'text',
        line: 'text',
        year: 'text',
        state: 'text',
        standing: 'text',
        payee: 'text',
        execute: 'text',
        due: 'time',
      },
      ...{ amount: 'money', currency: 'text', ordered_by: 'text', approved_by: 'text', released_by: 'text' },
      ...{ ordered_at: 'time', released_at: 'time', ended_at: 'time', reason: 'text', entry: 'integer' },
    },
    key: ['id'],
    indexes: [['payable'], ['line'], ['state', 'execute'], ['execute'], ['ordered_at'], ['amount']],
  },
  posting: {
    columns: {
      ...{ height: 'integer', seq: 'integer', n: 'integer', time: 'time', entry: 'integer', event: 'text' },
      ...{ debit: 'text', credit: 'text', amount: 'money', currency: 'text', phase: 'text' },
    },
    key: ['height', 'seq', 'n'],
    indexes: [['debit'], ['credit']],
  },
  import_source: {
    columns: { source: 'text', file: 'text', rows: 'integer', flagged: 'integer', state: 'text', standing: 'text' },
    key: ['source'],
  },
  import_row: {
    columns: {
      ...{ id: 'text', source: 'text', number: 'integer', kind: 'text', year: 'text', fund: 'text', line: 'text', account: 'text' },
      ...{ activity: 'text', reference: 'text', functional: 'text', economic: 'text', administrative: 'text' },
      ...{ first_day: 'text', last_day: 'text', day: 'text', payee: 'text', amount: 'money', currency: 'text' },
      ...{ flags: 'text', flagged: 'boolean', state: 'text', standing: 'text', entry: 'integer', texts: 'text' },
    },
    key: ['id'],
    indexes: [['source', 'number'], ['source', 'year'], ['flagged'], ['amount']],
    search: ['line', 'account', 'flags'],
  },
} as const satisfies Record<string, Table>;

type TableName = keyof typeof tables;
type Cells = Readonly<Record<string, Cell>>;

function row(table: TableName, id: string, set: Cells): Upsert {
  return { table, key: { [tables[table].key[0]]: id }, set };
}
const add = (table: TableName, id: string, amounts: Readonly<Record<string, bigint>>): Upsert => ({ table, key: { id }, add: amounts });
const people = (ids: readonly string[] | undefined): string | null => ids?.join(' ') ?? null;

type Fold<T extends EventType> = (data: EventData<T>, meta: EventMeta) => readonly Upsert[];

/** A commitment ends or shrinks. */
const commitmentEnds =
  (state: CommitmentRecord['state'] | undefined, givesBack: boolean): Fold<'commitment.voided'> =>
  ({ commitment, money, reason = null, transfers }, meta) => [
    ...transferRows(transfers, money.currency, meta),
    ...(state === undefined ? [] : [row('commitment', commitment, { state, reason })]),
    ...(givesBack ? [add('commitment', commitment, { returned: BigInt(money.amount) })] : []),
  ];

/** A payment ends without money gone: what it took from the payable, `ordered` or `paid`, is given back. */
const paymentEnds =
  (state: PaymentRecord['state'], column: 'ordered' | 'paid'): Fold<'payment.voided'> =>
  ({ payment, payable, money, reason = null, transfers }, meta) => [
    ...transferRows(transfers, money.currency, meta),
    row('payment', payment, { state, reason, ended_at: meta.time }),
    add('payable', payable, { [column]: -BigInt(money.amount) }),
  ];

const ROWS: Readonly<
  Record<RecordStepData['records'][number]['collection'], { readonly table: TableName; readonly cells: (value: never) => Cells }>
> = {
  year: { table: 'year', cells: (value: YearRecord) => yearRow(value) },
  line: { table: 'line', cells: (value: LineRecord) => lineRow(value) },
  commitment: { table: 'commitment', cells: (value: CommitmentRecord) => commitmentRow(value) },
  payable: { table: 'payable', cells: (value: PayableRecord) => payableRow(value) },
  payment: { table: 'payment', cells: (value: PaymentRecord) => paymentRow(value) },
  'import-source': { table: 'import_source', cells: (value: ImportSourceRecord) => importSourceRow(value) },
  'import-row': { table: 'import_row', cells: (value: ImportRowRecord) => importRow(value) },
};

const recordStep =
  (standing?: 'suspended' | 'withdrawn' | 'annulled' | ''): Fold<'record.set'> =>
  ({ records, transfers, currency }, meta) => [
    ...(currency === undefined ? [] : transferRows(transfers, currency, meta)),
    ...records.map(({ collection, id, value }, n) => {
      const { table, cells } = ROWS[collection];
      const set = cells(value as never);
      return row(table, id, standing === undefined || n > 0 ? set : { ...set, standing });
    }),
  ];

const folds: { readonly [T in EventType]: Fold<T> } = {
  'year.opened': ({ year, from, to, by }) => [
    row('year', year, { ...yearRow({ year, from, to, state: 'open', openedBy: by }), standing: '' }),
  ],
  'year.closed': ({ year, by }) => [row('year', year, { state: 'closed', closed_by: people(by) })],
  'line.enacted': ({ line, code, transfers, ...facts }, meta) => [
    row('line', line, { ...lineRow({ ...facts, line: code, state: 'enacted' }), standing: '' }),
    ...transferRows(transfers, facts.money.currency, meta),
  ],
  'line.allotted': ({ transfers, money }, meta) => transferRows(transfers, money.currency, meta),
  'commitment.made': ({ commitment, by, transfers, ...facts }, meta) => {
    const record: CommitmentRecord = { ...facts, state: 'pending', certified: '0', returned: '0', payables: 0, committedBy: by };
    return [
      row('commitment', commitment, { ...commitmentRow(record), standing: '', made_at: meta.time, entry: meta.index }),
      ...transferRows(transfers, facts.money.currency, meta),
    ];
  },
  'commitment.posted': ({ commitment, on, due, by, money, transfers }, meta) => [
    row('commitment', commitment, { state: 'posted', posted_on: on, posted_by: people(by), due }),
    ...transferRows(transfers, money.currency, meta),
  ],
  'commitment.voided': commitmentEnds('void', false),
  'commitment.expired': commitmentEnds('expired', false),
  'commitment.released': commitmentEnds(undefined, true),
  'commitment.lapsed': commitmentEnds('lapsed', true),
  'commitment.carried': ({ commitment, line: _, next, nextLine, by, on, transfers, ...facts }, meta) => {
    const record: CommitmentRecord = {
      ...{ ...facts, line: nextLine, state: 'posted', certified: '0', returned: '0', payables: 0 },
      ...{ postedBy: by, postedOn: on, carriedFrom: commitment },
    };
    return [
      row('commitment', commitment, { state: 'carried', law: facts.law, carried_to: next }),
      add('commitment', commitment, { returned: BigInt(facts.money.amount) }),
      row('commitment', next, { ...commitmentRow(record), standing: '', made_at: meta.time, entry: meta.index }),
      ...transferRows(transfers, facts.money.currency, meta),
    ];
  },
  'payable.certified': ({ payable, by, transfers, ...facts }, meta) => {
    const record: PayableRecord = { ...facts, state: 'open', ordered: '0', paid: '0', payments: [], certifiedBy: by };
    return [
      row('payable', payable, { ...payableRow(record), standing: '', certified_at: meta.time, entry: meta.index }),
      add('commitment', facts.commitment, { certified: BigInt(facts.money.amount) }),
      ...transferRows(transfers, facts.money.currency, meta),
    ];
  },
  'payment.ordered': ({ payment, by, transfers, ...facts }, meta) => [
    row('payment', payment, {
      ...paymentRow({ ...facts, state: 'ordered', orderedBy: by }),
      standing: '',
      ordered_at: meta.time,
      entry: meta.index,
    }),
    add('payable', facts.payable, { ordered: BigInt(facts.money.amount) }),
    ...transferRows(transfers, facts.money.currency, meta),
  ],
  'payment.approved': ({ payment, by }) => [row('payment', payment, { state: 'approved', approved_by: people(by) })],
  'payment.released': ({ payment, payable, money, by, transfers }, meta) => [
    row('payment', payment, { state: 'paid', released_by: people(by), released_at: meta.time }),
    add('payable', payable, { ordered: -BigInt(money.amount), paid: BigInt(money.amount) }),
    ...transferRows(transfers, money.currency, meta),
  ],
  'payment.voided': paymentEnds('void', 'ordered'),
  'payment.expired': paymentEnds('expired', 'ordered'),
  'payment.returned': paymentEnds('returned', 'paid'),
  'rows.imported': ({ source, file, rows }, meta) => [
    row('import_source', source, { file, state: 'kept', standing: '' }),
    {
      table: 'import_source',
      key: { source },
      add: { rows: BigInt(rows.length), flagged: BigInt(rows.filter(({ value }) => value.flags.length > 0).length) },
    },
    ...rows.map(({ id, value }) => row('import_row', id, { ...importRow(value), standing: '', entry: meta.index })),
  ],
  'record.withdrawn': recordStep('withdrawn'),
  'record.corrected': recordStep(),
  'record.annulled': recordStep('annulled'),
  'record.suspended': recordStep('suspended'),
  'record.reinstated': recordStep(''),
  'record.set': recordStep(),
  'record.reopened': recordStep(),
};

export const projection: ProjectionDefinition = {
  tables,
  folds: folds as unknown as Readonly<Record<string, (data: JsonObject, meta: EventMeta) => readonly Upsert[]>>,
};
