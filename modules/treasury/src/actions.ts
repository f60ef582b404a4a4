/**
 * What can be asked of the treasury: the body of each action, who may sign it and how many. Every step takes a list of
 * items, so that a person signs four hundred of them with one gesture: all of them happen or none.
 */
import type { ActionDefinition } from '@tabularium/kernel';
import { disclosable, Money, personal, published } from '@tabularium/protocol';
import { type Static, type TSchema, Type } from 'typebox';
import { code, day, FundCode, handle, LineCode, numbered, PayableId, sha256, Year } from './codes.ts';
import { ImportBody } from './import.ts';
import { LINE_SIDES } from './state.ts';

/** The 60 KiB of a transaction end a bundle sooner where items are long. */
export const MAX_ITEMS = 1_000;

const closed = { additionalProperties: false } as const;
const bundle = <S extends TSchema>(item: S, title: string) => Type.Array(item, { minItems: 1, maxItems: MAX_ITEMS, title });
const sentence = (title: string) => Type.String({ minLength: 1, maxLength: 400, title });
const name = (title: string) => Type.String({ minLength: 1, maxLength: 200, title });

export const YearOpenBody = Type.Object({ year: Year, from: day('First day'), to: day('Last day') }, closed);
export const YearCloseBody = Type.Object({ year: Year }, closed);

export const EnactItem = disclosable({
  year: Year,
  fund: FundCode,
  line: LineCode,
  side: Type.Optional(Type.Enum([...LINE_SIDES], { title: 'Side', description: 'Expense unless stated otherwise.' })),
  economic: code('Economic classification', 'What kind of money, e.g. staff or investment.'),
  functional: Type.Optional(code('Functional classification', 'What for, e.g. schools.')),
  administrative: Type.Optional(code('Administrative classification', 'Which office.')),
  money: Money,
  title: Type.Optional(published(sentence('Title'))),
});
export const EnactBody = Type.Object(
  { law: numbered('Law', 'The budget law or the council’s decision, e.g. BUDGET-ACT-2026.'), items: bundle(EnactItem, 'Lines') },
  closed,
);

export const AllotItem = Type.Object({ year: Year, fund: FundCode, line: LineCode, money: Money }, closed);
export const AllotBody = Type.Object({ items: bundle(AllotItem, 'Allotments') }, closed);

export const CommitItem = disclosable({
  year: Year,
  fund: FundCode,
  line: LineCode,
  money: Money,
  reference: numbered('Contract or decision', 'The number of the contract or decision it rests on.'),
  until: Type.Optional(day('Until', 'Last day for posting it; the end of the year unless stated.')),
  purpose: Type.Optional(published(sentence('Purpose'))),
});
export const CommitBody = Type.Object({ items: bundle(CommitItem, 'Commitments') }, closed);

const CommitmentItem = Type.Object({ commitment: handle('Commitment') }, closed);
export const CommitPostBody = Type.Object({ items: bundle(CommitmentItem, 'Commitments') }, closed);
export const CommitVoidBody = Type.Object(
  {
    reason: Type.Enum(['not-needed', 'mistake', 'duplicate', 'fell-through'], { title: 'Reason' }),
    items: bundle(CommitmentItem, 'Commitments'),
  },
  closed,
);
export const ReleaseItem = Type.Object({ commitment: handle('Commitment'), money: Money }, closed);
export const CommitReleaseBody = Type.Object({ items: bundle(ReleaseItem, 'Releases') }, closed);
export const CommitCarryBody = Type.Object(
  { law: numbered('Law', 'The law or decision that allows the carry-over.'), into: Year, items: bundle(CommitmentItem, 'Commitments') },
  closed,
);

export const CertifyItem = disclosable(
  {
    commitment: handle('Commitment'),
    money: Money,
    payee: handle('Payee', 'A random name of this case, made by the client; the payee’s own name is a disclosure.'),
    payeeIs: Type.Enum(['organisation', 'person'], { title: 'Payee is' }),
    delivered: day('Delivered', 'Day on which the goods, works or services were accepted.'),
    due: day('Due', 'Day by which it is to be paid.'),
    document: Type.Optional(
      sha256('Digest of the document', 'SHA-256 of the document; of one that is not public, SHA-256 of a salt and its bytes.'),
    ),
    organisation: Type.Optional(published(name('Name of the organisation'))),
    person: Type.Optional(personal(name('Name of the person'))),
  },
  { case: 'payee' },
);
export const CertifyBody = Type.Object({ items: bundle(CertifyItem, 'Payables') }, closed);

export const OrderItem = Type.Object(
  {
    payable: PayableId,
    money: Money,
    execute: Type.Optional(day('Execute on', 'Day on which the bank is to carry it out; today unless stated.')),
  },
  closed,
);
export const PaymentOrderBody = Type.Object({ items: bundle(OrderItem, 'Payments') }, closed);
const PaymentItem = Type.Object({ payment: handle('Payment') }, closed);
export const PaymentStepBody = Type.Object({ items: bundle(PaymentItem, 'Payments') }, closed);
export const PaymentVoidBody = Type.Object(
  { reason: Type.Enum(['not-owed', 'mistake', 'duplicate', 'wrong-payee'], { title: 'Reason' }), items: bundle(PaymentItem, 'Payments') },
  closed,
);
/** Reasons a bank gives for sending money back (ISO 20022 external code set, return reasons). */
export const RETURN_REASONS = [
  ...['AC01', 'AC03', 'AC04', 'AC06', 'AC13', 'AG01', 'AM04', 'AM05', 'BE04', 'CNOR', 'CUST', 'DNOR', 'FOCR', 'FR01'],
  ...['MD07', 'MS02', 'MS03', 'RC01', 'RR01', 'RR02', 'RR03', 'RR04', 'SL11', 'UPAY'],
] as const;
export const PaymentReturnBody = Type.Object(
  { reason: Type.Enum([...RETURN_REASONS], { title: 'The bank’s reason' }), items: bundle(PaymentItem, 'Payments') },
  closed,
);

export const actions = {
  'year.open': {
    title: 'Open a budget year',
    text: 'Opens the year to which appropriations, commitments and payments will belong.',
    body: YearOpenBody,
    roles: ['accountant', 'mayor'],
    signers: 2,
  },
  'year.close': {
    title: 'Close a budget year',
    text: 'Closes a year that is over once nothing in it is pending or committed, and fixes its totals. What is left of appropriations lapses.',
    body: YearCloseBody,
    roles: ['accountant', 'auditor'],
    signers: 2,
  },
  'budget.enact': {
    title: 'Enact a budget',
    text: 'Enters budget lines as the law or the council enacted them. Nothing can be spent beyond them.',
    body: EnactBody,
    roles: ['clerk', 'mayor'],
    signers: 2,
  },
  allot: {
    title: 'Allot appropriations',
    text: 'Makes a part of an appropriation available for commitments.',
    body: AllotBody,
    roles: ['budget-controller'],
  },
  commit: {
    title: 'Commit money',
    text: 'Reserves money of an allotment for a contract or decision, until the budget controller posts it.',
    body: CommitBody,
    roles: ['spending-unit'],
  },
  'commit.post': {
    title: 'Post commitments',
    text: 'The budget controller confirms pending commitments.',
    body: CommitPostBody,
    roles: ['budget-controller'],
  },
  'commit.void': {
    title: 'Void commitments',
    text: 'Gives up pending commitments; their money is free again.',
    body: CommitVoidBody,
    roles: ['spending-unit', 'budget-controller'],
  },
  'commit.release': {
    title: 'Release what a commitment does not need',
    text: 'Gives the open part of a posted commitment, or some of it, back to the allotment.',
    body: CommitReleaseBody,
    roles: ['spending-unit', 'budget-controller'],
  },
  'commit.carry': {
    title: 'Carry commitments into the next year',
    text: 'Moves the open part of posted commitments into another year, as a law allows; otherwise it lapses.',
    body: CommitCarryBody,
    roles: ['clerk', 'mayor'],
    signers: 2,
  },
  'payable.certify': {
    title: 'Certify what is owed',
    text: 'Certifies that goods, works or services were delivered under a commitment and that the amount is owed.',
    body: CertifyBody,
    roles: ['spending-unit', 'accountant'],
  },
  'payment.order': {
    title: 'Order payments',
    text: 'Proposes payments of what is owed. They are made once another person has approved and a third released them.',
    body: PaymentOrderBody,
    roles: ['accountant'],
  },
  'payment.approve': {
    title: 'Approve payments',
    text: 'The authorising officer approves ordered payments.',
    body: PaymentStepBody,
    roles: ['authorising-officer'],
  },
  'payment.release': {
    title: 'Release payments',
    text: 'The cashier releases approved payments; they count as paid.',
    body: PaymentStepBody,
    roles: ['cashier'],
  },
  'payment.void': {
    title: 'Void payments',
    text: 'Gives up payments that were not released yet; what they were for is owed as before.',
    body: PaymentVoidBody,
    roles: ['accountant', 'authorising-officer', 'cashier'],
  },
  'payment.return': {
    title: 'Record returned payments',
    text: 'The bank sent the money back; what it was for is owed again.',
    body: PaymentReturnBody,
    roles: ['cashier', 'accountant'],
    signers: 2,
  },
  import: {
    title: 'Import historic rows',
    text: 'Takes rows of a published file as they are, names each defect, and keeps them apart: they are not authoritative.',
    body: ImportBody,
    roles: ['accountant', 'clerk'],
  },
} as const satisfies Record<string, ActionDefinition>;

export type EnactBody = Static<typeof EnactBody>;
export type EnactItem = Static<typeof EnactItem>;
export type AllotItem = Static<typeof AllotItem>;
export type CommitItem = Static<typeof CommitItem>;
export type ReleaseItem = Static<typeof ReleaseItem>;
export type CertifyItem = Static<typeof CertifyItem>;
export type OrderItem = Static<typeof OrderItem>;
