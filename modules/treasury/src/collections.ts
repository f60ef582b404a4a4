/** The treasury's collections: the shape of each record and how it takes the standing actions. A handler left out is not possible. */
import type { CollectionDefinition } from '@tabularium/kernel';
import { suspension } from './standing.ts';
import {
  allotmentOf,
  annulLine,
  annulYear,
  correctLine,
  correctYear,
  lineCorrection,
  linesOf,
  reopenYear,
  setLine,
  setYear,
  yearChange,
} from './standing-budget.ts';
import {
  annulCommitment,
  commitmentChange,
  correctCommitment,
  deadlineOfCommitment,
  payablesOf,
  reopenCommitment,
  setCommitment,
  withdrawCommitment,
} from './standing-commitment.ts';
import { annulRow, annulSource, correctRow, rowChange, setRow } from './standing-import.ts';
import { annulPayable, correctPayable, payableChange, paymentsOf, setPayable } from './standing-payable.ts';
import {
  annulPayment,
  correctPayment,
  deadlineOfPayment,
  paymentChange,
  reopenPayment,
  setPayment,
  withdrawPayment,
} from './standing-payment.ts';
import {
  AccountSchema,
  CommitmentRecord,
  ImportRowRecord,
  ImportSourceRecord,
  LineRecord,
  PayableRecord,
  PaymentRecord,
  YearRecord,
} from './state.ts';

export const collections = {
  year: {
    schema: YearRecord,
    v: 1,
    ...suspension<YearRecord>('year'),
    correct: correctYear,
    correction: yearChange.schema,
    annul: annulYear,
    set: setYear,
    reopen: reopenYear,
    dependents: linesOf,
  },
  line: {
    schema: LineRecord,
    v: 1,
    ...suspension<LineRecord>('line'),
    correct: correctLine,
    correction: lineCorrection.schema,
    annul: annulLine,
    set: setLine,
    dependents: allotmentOf,
  },
  /** Balances are changed by transfers and by nothing else, not even by a court: it sets the record the transfer came from. */
  account: { schema: AccountSchema, v: 1, tracedIn: { table: 'posting', columns: ['debit', 'credit'] } },
  commitment: {
    schema: CommitmentRecord,
    v: 1,
    unordered: true,
    ...suspension<CommitmentRecord>('commitment', deadlineOfCommitment),
    withdraw: withdrawCommitment,
    correct: correctCommitment,
    correction: commitmentChange.schema,
    annul: annulCommitment,
    set: setCommitment,
    reopen: reopenCommitment,
    dependents: payablesOf,
  },
  payable: {
    schema: PayableRecord,
    v: 1,
    ...suspension<PayableRecord>('payable'),
    correct: correctPayable,
    correction: payableChange.schema,
    annul: annulPayable,
    set: setPayable,
    dependents: paymentsOf,
  },
  payment: {
    schema: PaymentRecord,
    v: 1,
    unordered: true,
    ...suspension<PaymentRecord>('payment', deadlineOfPayment),
    withdraw: withdrawPayment,
    correct: correctPayment,
    correction: paymentChange.schema,
    annul: annulPayment,
    set: setPayment,
    reopen: reopenPayment,
  },
  'import-source': { schema: ImportSourceRecord, v: 1, annul: annulSource },
  'import-row': {
    schema: ImportRowRecord,
    v: 1,
    unordered: true,
    ...suspension<ImportRowRecord>('import-row'),
    correct: correctRow,
    correction: rowChange.schema,
    annul: annulRow,
    set: setRow,
  },
} as const satisfies Record<string, CollectionDefinition>;
