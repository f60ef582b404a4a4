/**
 * What happened: the facts an accepted transaction or a deadline leaves behind. State (`evolve.ts`) and projection
 * are folds over these and nothing else, so an event says everything they need, its transfers included.
 */
import type { EventDefinition, ModuleEvent } from '@tabularium/kernel';
import { Amount, Money } from '@tabularium/protocol';
import { type Static, Type } from 'typebox';
import {
  AccountId,
  code,
  day,
  FundCode,
  handle,
  Instant,
  LineCode,
  LineId,
  numbered,
  Officers,
  PayableId,
  sha256,
  TextDigests,
  Year,
} from './codes.ts';
import { ImportRowRecord, LINE_SIDES, YearRecord } from './state.ts';

const closed = { additionalProperties: false } as const;

export const TransferSchema = Type.Object(
  { debit: AccountId, credit: AccountId, amount: Amount, phase: Type.Enum(['posted', 'pending', 'post', 'void']) },
  closed,
);
const transfers = Type.Array(TransferSchema);
const commitment = handle('Commitment');
const payment = handle('Payment');

const CommitmentStep = Type.Object(
  { commitment, line: LineId, money: Money, by: Type.Optional(Officers), reason: Type.Optional(Type.String()), transfers },
  closed,
);
const PaymentStep = Type.Object(
  { payment, payable: PayableId, line: LineId, money: Money, by: Type.Optional(Officers), reason: Type.Optional(Type.String()), transfers },
  closed,
);
/** A standing action's result: the records as they stand afterwards and what moved. */
const RecordStep = Type.Object(
  {
    /** The record itself first, then those it rests on that changed with it; each as a whole. `due`: its deadline from now on, null for none. */
    records: Type.Array(
      Type.Object(
        {
          collection: Type.Enum(['year', 'line', 'commitment', 'payable', 'payment', 'import-source', 'import-row']),
          id: Type.String(),
          value: Type.Record(Type.String(), Type.Unknown()),
          due: Type.Optional(Type.Union([Type.Null(), Instant])),
        },
        closed,
      ),
      { minItems: 1 },
    ),
    /** Of the transfers, where there are any. */
    currency: Type.Optional(Type.String()),
    transfers,
  },
  closed,
);

const schemas = {
  'year.opened': Type.Object({ year: Year, from: day('First day'), to: day('Last day'), by: Officers }, closed),
  'year.closed': Type.Object({ year: Year, by: Officers, totals: Type.Array(YearRecord.properties.totals.items) }, closed),
  'line.enacted': Type.Object(
    {
      line: LineId,
      year: Year,
      fund: FundCode,
      code: LineCode,
      side: Type.Enum([...LINE_SIDES]),
      economic: code('Economic classification'),
      functional: Type.Optional(code('Functional classification')),
      administrative: Type.Optional(code('Administrative classification')),
      law: numbered('Law'),
      money: Money,
      texts: TextDigests,
      transfers,
    },
    closed,
  ),
  'line.allotted': Type.Object({ line: LineId, money: Money, transfers }, closed),
  'commitment.made': Type.Object(
    {
      commitment,
      line: LineId,
      money: Money,
      reference: numbered('Contract or decision'),
      until: day('Until'),
      due: Instant,
      by: Officers,
      texts: TextDigests,
      transfers,
    },
    closed,
  ),
  'commitment.posted': Type.Object(
    { commitment, line: LineId, money: Money, on: day('Posted on'), due: Instant, by: Officers, transfers },
    closed,
  ),
  'commitment.voided': CommitmentStep,
  'commitment.expired': CommitmentStep,
  'commitment.released': CommitmentStep,
  'commitment.lapsed': CommitmentStep,
  'commitment.carried': Type.Object(
    {
      commitment,
      line: LineId,
      money: Money,
      next: handle('New commitment'),
      nextLine: LineId,
      law: numbered('Law'),
      due: Instant,
      by: Officers,
      /** What the new commitment takes over from the old. */
      reference: numbered('Contract or decision'),
      until: day('Until'),
      committedBy: Officers,
      on: day('Posted on'),
      texts: TextDigests,
      transfers,
    },
    closed,
  ),
  'payable.certified': Type.Object(
    {
      payable: PayableId,
      commitment,
      line: LineId,
      money: Money,
      payee: handle('Payee'),
      payeeIs: Type.Enum(['organisation', 'person']),
      delivered: day('Delivered'),
      due: day('Due'),
      document: Type.Optional(sha256('Digest of the document')),
      by: Officers,
      texts: TextDigests,
      transfers,
    },
    closed,
  ),
  'payment.ordered': Type.Object(
    {
      payment,
      payable: PayableId,
      line: LineId,
      money: Money,
      payee: handle('Payee'),
      execute: day('Execute on'),
      due: Instant,
      by: Officers,
      transfers,
    },
    closed,
  ),
  'payment.approved': PaymentStep,
  'payment.released': PaymentStep,
  'payment.voided': PaymentStep,
  'payment.expired': PaymentStep,
  'payment.returned': PaymentStep,
  'rows.imported': Type.Object(
    {
      source: code('Source'),
      file: sha256('Digest of the file'),
      rows: Type.Array(Type.Object({ id: Type.String(), value: ImportRowRecord }, closed)),
    },
    closed,
  ),
  'record.withdrawn': RecordStep,
  'record.corrected': RecordStep,
  'record.annulled': RecordStep,
  'record.suspended': RecordStep,
  'record.reinstated': RecordStep,
  'record.set': RecordStep,
  'record.reopened': RecordStep,
} as const;

const TEXTS: Readonly<Record<keyof typeof schemas, string>> = {
  'year.opened': 'A budget year was opened.',
  'year.closed': 'A budget year was closed.',
  'line.enacted': 'A budget line was enacted.',
  'line.allotted': 'Money was allotted.',
  'commitment.made': 'Money was committed and awaits the budget controller.',
  'commitment.posted': 'The budget controller posted a commitment.',
  'commitment.voided': 'A commitment was given up.',
  'commitment.expired': 'A commitment was not posted in time and expired.',
  'commitment.released': 'A part of a commitment was given back.',
  'commitment.lapsed': 'The open part of a commitment lapsed with the year.',
  'commitment.carried': 'The open part of a commitment was carried into another year by law.',
  'payable.certified': 'A delivery was certified; its price is owed.',
  'payment.ordered': 'A payment was ordered.',
  'payment.approved': 'A payment was approved.',
  'payment.released': 'A payment was released.',
  'payment.voided': 'A payment was given up before it was made.',
  'payment.expired': 'A payment was not released in time and expired.',
  'payment.returned': 'The bank sent a payment back.',
  'rows.imported': 'Historic rows were imported; they are not authoritative.',
  'record.withdrawn': 'A pending act was withdrawn.',
  'record.corrected': 'A record was corrected; the earlier version stays.',
  'record.annulled': 'A record was annulled.',
  'record.suspended': 'A record was suspended.',
  'record.reinstated': 'A suspended record was reinstated.',
  'record.set': 'A record was set by order.',
  'record.reopened': 'An ended record was reopened by order.',
};

export const events: Readonly<Record<EventType, EventDefinition>> = Object.fromEntries(
  Object.entries(schemas).map(([type, data]) => [type, { data, text: TEXTS[type as EventType] }]),
) as unknown as Record<EventType, EventDefinition>;

export type EventType = keyof typeof schemas;
export type EventData<T extends EventType> = Static<(typeof schemas)[T]>;
export type RecordStepData = EventData<'record.corrected'>;

/** One event, its data held to its type. */
export function event<T extends EventType>(type: T, data: EventData<T>): ModuleEvent {
  return { type, data: data as unknown as ModuleEvent['data'] };
}
