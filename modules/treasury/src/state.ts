/**
 * The treasury's records: what stands under `treasury/<collection>/<id>`, and helpers to read them.
 *
 * Amounts are decimal strings of minor units, dates `YYYY-MM-DD`, instants ms UTC. Officers are kept by id in each
 * record, because who acted before decides who may act next.
 */

import type { Stamp, Stored } from '@tabularium/kernel';
import { Amount, type JsonObject, type JsonValue, Money } from '@tabularium/protocol';
import { type Static, Type } from 'typebox';
import {
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
import { IMPORT_FLAGS, type ImportFlag, ImportItem } from './import.ts';

const closed = { additionalProperties: false } as const;

export const YearRecord = Type.Object(
  {
    year: Year,
    from: day('First day'),
    to: day('Last day'),
    state: Type.Enum(['open', 'closed', 'annulled']),
    openedBy: Officers,
    closedBy: Type.Optional(Officers),
    /** Written at closing, one entry a currency: what reached each level, and what lapsed. */
    totals: Type.Optional(
      Type.Array(
        Type.Object(
          {
            currency: Type.String(),
            appropriated: Amount,
            allotted: Amount,
            committed: Amount,
            certified: Amount,
            paid: Amount,
            lapsed: Amount,
          },
          closed,
        ),
      ),
    ),
  },
  closed,
);
export type YearRecord = Static<typeof YearRecord>;

export const LINE_SIDES = ['expense', 'revenue'] as const;

export const LineRecord = Type.Object(
  {
    year: Year,
    fund: FundCode,
    line: LineCode,
    side: Type.Enum([...LINE_SIDES]),
    state: Type.Enum(['enacted', 'annulled']),
    money: Money,
    law: numbered('Law'),
    economic: code('Economic classification'),
    functional: Type.Optional(code('Functional classification')),
    administrative: Type.Optional(code('Administrative classification')),
    texts: TextDigests,
  },
  closed,
);
export type LineRecord = Static<typeof LineRecord>;

/** `void`: given up before posting. `expired`: not posted in time. `lapsed`, `carried`: the open part ended with the year. */
export const COMMITMENT_STATES = ['pending', 'posted', 'void', 'expired', 'lapsed', 'carried', 'annulled'] as const;

export const CommitmentRecord = Type.Object(
  {
    line: LineId,
    state: Type.Enum([...COMMITMENT_STATES]),
    money: Money,
    /** Contract or decision it rests on. */
    reference: numbered('Contract or decision'),
    /** Day by whose end a pending one must be posted. */
    until: day('Until'),
    /** The instant the next deadline fires: expiry while pending, lapse once posted. */
    due: Instant,
    /** Σ of live payables. */
    certified: Amount,
    /** Given back to the allotment: released, lapsed or carried. */
    returned: Amount,
    /** What of it lapsed, so that a court can reopen exactly that. */
    lapsed: Type.Optional(Amount),
    /** Number of the newest payable. */
    payables: Type.Integer({ minimum: 0, maximum: 999_999 }),
    committedBy: Officers,
    postedBy: Type.Optional(Officers),
    postedOn: Type.Optional(day('Posted on')),
    /** The law under which it was carried into the next year, and the commitment it became or came from. */
    law: Type.Optional(numbered('Law')),
    carriedTo: Type.Optional(handle('Carried to')),
    carriedFrom: Type.Optional(handle('Carried from')),
    texts: TextDigests,
  },
  closed,
);
export type CommitmentRecord = Static<typeof CommitmentRecord>;

export const PayableRecord = Type.Object(
  {
    commitment: handle('Commitment'),
    line: LineId,
    state: Type.Enum(['open', 'annulled']),
    money: Money,
    payee: handle('Payee'),
    payeeIs: Type.Enum(['organisation', 'person']),
    delivered: day('Delivered'),
    due: day('Due'),
    document: Type.Optional(sha256('Digest of the document')),
    /** Σ of payments ordered and not yet released. */
    ordered: Amount,
    paid: Amount,
    /** Live payments (ordered, approved, paid). */
    payments: Type.Array(handle('Payment')),
    certifiedBy: Officers,
    texts: TextDigests,
  },
  closed,
);
export type PayableRecord = Static<typeof PayableRecord>;

export const PAYMENT_STATES = ['ordered', 'approved', 'paid', 'void', 'expired', 'returned', 'annulled'] as const;

/** Its id is its EndToEndId (ISO 20022, at most 35 characters): unique for ever, because no record is ever removed. */
export const PaymentRecord = Type.Object(
  {
    payable: PayableId,
    line: LineId,
    state: Type.Enum([...PAYMENT_STATES]),
    money: Money,
    payee: handle('Payee'),
    /** Day on which the bank is to carry it out. */
    execute: day('Execute on'),
    /** The instant it expires unless released. */
    due: Instant,
    orderedBy: Officers,
    approvedBy: Type.Optional(Officers),
    releasedBy: Type.Optional(Officers),
  },
  closed,
);
export type PaymentRecord = Static<typeof PaymentRecord>;

export const ImportSourceRecord = Type.Object(
  {
    file: sha256('Digest of the file'),
    rows: Type.Integer({ minimum: 0 }),
    flagged: Type.Integer({ minimum: 0 }),
    imported: Type.Literal(true),
    state: Type.Enum(['kept', 'annulled']),
  },
  closed,
);
export type ImportSourceRecord = Static<typeof ImportSourceRecord>;

const { _sd: _, ...importFields } = ImportItem.properties;

export const ImportRowRecord = Type.Object(
  {
    ...importFields,
    source: code('Source'),
    flags: Type.Array(Type.Enum(Object.keys(IMPORT_FLAGS) as ImportFlag[]), { uniqueItems: true }),
    texts: TextDigests,
    imported: Type.Literal(true),
    state: Type.Enum(['kept', 'annulled']),
  },
  closed,
);
export type ImportRowRecord = Static<typeof ImportRowRecord>;

export const AccountSchema = Type.Object(
  { currency: Type.String({ pattern: '^[A-Z]{3}$' }), debits: Amount, debitsPending: Amount, credits: Amount, creditsPending: Amount },
  closed,
);

/** The part of a view that decisions on single records need; a bundle's overlay offers it too. */
export interface Reader {
  get<T extends JsonObject = JsonObject>(collection: string, id: string): Stored<T> | undefined;
}

const STAMP: ReadonlySet<string> = new Set<keyof Stamp>(['v', 'rev', 'tx', 'rule', 'time', 'standing', 'order', 'deadlines']);

/** A record without the kernel's stamp, so that it can be put back changed. `imported` is the record's own. */
export function unstamped<T extends JsonObject>(stored: Stored<T>): T {
  const record: Record<string, JsonValue> = {};
  for (const member of Object.keys(stored)) if (!STAMP.has(member)) record[member] = stored[member] as JsonValue;
  return record as T;
}

export function stateKey(collection: string, id: string): string {
  return `treasury/${collection}/${id}`;
}

export const sum = (a: string, b: string): string => (BigInt(a) + BigInt(b)).toString();
export const difference = (a: string, b: string): string => (BigInt(a) - BigInt(b)).toString();

/** What of a posted commitment can still be certified. */
export function openOf(commitment: CommitmentRecord): bigint {
  return BigInt(commitment.money.amount) - BigInt(commitment.certified) - BigInt(commitment.returned);
}

/** What of a payable can still be ordered for payment. */
export function owedOf(payable: PayableRecord): bigint {
  return BigInt(payable.money.amount) - BigInt(payable.ordered) - BigInt(payable.paid);
}
