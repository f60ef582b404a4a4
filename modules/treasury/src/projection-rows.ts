/** How records and transfers become rows: shared by the folds of single events and of standing actions. */
import type { Cell, EventMeta, Upsert } from '@tabularium/kernel';
import { type Level, levelOf, splitLine, type Transfer } from './accounts.ts';
import type { Phase } from './ledger.ts';
import type {
  CommitmentRecord,
  ImportRowRecord,
  ImportSourceRecord,
  LineRecord,
  PayableRecord,
  PaymentRecord,
  YearRecord,
} from './state.ts';

type Cells = Record<string, Cell>;

const people = (ids: readonly string[] | undefined): string | null => ids?.join(' ') ?? null;

export function yearRow(record: YearRecord): Cells {
  return {
    ...{ first_day: record.from, last_day: record.to, state: record.state },
    ...{ opened_by: people(record.openedBy), closed_by: people(record.closedBy) },
  };
}

export function lineRow(record: LineRecord): Cells {
  const { year, fund, line, side, state, money, law, economic, functional = null, administrative = null, texts } = record;
  return {
    ...{ year, fund, code: line, side, state, law, economic, functional, administrative, texts: texts.join(' ') },
    ...{ enacted: BigInt(money.amount), currency: money.currency },
  };
}

export function commitmentRow(record: CommitmentRecord): Cells {
  const { line, state, money, reference, until, due, certified, returned, law = null, texts } = record;
  return {
    ...{ line, year: splitLine(line).year, state, reference, until, due, law, texts: texts.join(' ') },
    ...{ amount: BigInt(money.amount), currency: money.currency, certified: BigInt(certified), returned: BigInt(returned) },
    ...{ committed_by: people(record.committedBy), posted_by: people(record.postedBy), posted_on: record.postedOn ?? null },
    ...{ carried_to: record.carriedTo ?? null, carried_from: record.carriedFrom ?? null },
  };
}

export function payableRow(record: PayableRecord): Cells {
  const { commitment, line, state, money, payee, delivered, due, document = null, texts } = record;
  return {
    ...{
      commitment,
      line,
      year: splitLine(line).year,
      state,
      payee,
      payee_is: record.payeeIs,
      delivered,
      due,
      document,
      texts: texts.join(' '),
    },
    ...{ amount: BigInt(money.amount), currency: money.currency, ordered: BigInt(record.ordered), paid: BigInt(record.paid) },
    certified_by: people(record.certifiedBy),
  };
}

export function paymentRow(record: PaymentRecord): Cells {
  const { payable, line, state, money, payee, execute, due } = record;
  return {
    ...{ payable, line, year: splitLine(line).year, state, payee, execute, due, amount: BigInt(money.amount), currency: money.currency },
    ...{ ordered_by: people(record.orderedBy), approved_by: people(record.approvedBy), released_by: people(record.releasedBy) },
  };
}

export function importSourceRow(record: ImportSourceRecord): Cells {
  return { file: record.file, rows: record.rows, flagged: record.flagged, state: record.state };
}

export function importRow(record: ImportRowRecord): Cells {
  const {
    source,
    row,
    kind,
    year = null,
    fund = null,
    line = null,
    account = null,
    activity = null,
    reference = null,
    money,
    flags,
  } = record;
  return {
    ...{ source, number: row, kind, year, fund, line, account, activity, reference },
    ...{ functional: record.functional ?? null, economic: record.economic ?? null, administrative: record.administrative ?? null },
    ...{ first_day: record.from ?? null, last_day: record.to ?? null, day: record.date ?? null, payee: record.payee ?? null },
    ...{ amount: money === undefined ? null : BigInt(money.amount), currency: money?.currency ?? null },
    ...{ flags: flags.join(' '), flagged: flags.length > 0, state: record.state, texts: record.texts.join(' ') },
  };
}

/** Column of a line's row that a transfer between two levels adds to, and its sign. Pending amounts have columns of their own. */
const FLOWS: Readonly<Record<string, readonly [column: string, sign: bigint]>> = {
  BA: ['appropriated', 1n],
  AB: ['appropriated', -1n],
  AL: ['allotted', 1n],
  LA: ['allotted', -1n],
  LC: ['committed', 1n],
  CL: ['committed', -1n],
  CP: ['certified', 1n],
  PC: ['certified', -1n],
  PK: ['paid', 1n],
  KP: ['paid', -1n],
  RB: ['estimated', 1n],
  BR: ['estimated', -1n],
};

/** What a phase adds to pending and to posted amounts. */
const PHASES: Readonly<Record<Phase, readonly [pending: bigint, posted: bigint]>> = {
  posted: [0n, 1n],
  pending: [1n, 0n],
  post: [-1n, 1n],
  void: [-1n, 0n],
};

/** Rows of postings, accounts and lines for the transfers of one event. */
export function transferRows(transfers: readonly Transfer[], currency: string, meta: EventMeta): Upsert[] {
  return transfers.flatMap(({ debit, credit, amount, phase }, n) => {
    const size = BigInt(amount);
    const [pending, posted] = PHASES[phase];
    const posting: Upsert = {
      table: 'posting',
      key: { height: meta.height, seq: meta.seq, n },
      set: { time: meta.time, entry: meta.index, event: meta.type, debit, credit, amount: size, currency, phase },
    };
    const rows = [
      posting,
      accountRow(debit, currency, { debits: posted * size, debits_pending: pending * size }),
      accountRow(credit, currency, { credits: posted * size, credits_pending: pending * size }),
    ];
    const [column = '', sign = 0n] = FLOWS[levelOf(debit) + levelOf(credit)] ?? [];
    if (column === '') return rows;
    const line = (levelOf(debit) === 'B' ? credit : debit).slice(0, -2);
    const add: Record<string, bigint> = { [column]: posted * sign * size };
    if (pending !== 0n) add[`${column}_pending`] = pending * sign * size;
    return [...rows, { table: 'line', key: { id: line }, add }];
  });
}

function accountRow(id: string, currency: string, add: Readonly<Record<string, bigint>>): Upsert {
  const { year, fund, line } = splitLine(id.slice(0, -2));
  const level: Level = levelOf(id);
  return { table: 'account', key: { id }, set: { year, fund, line, level, currency }, add };
}
