/**
 * What a bundle of historic rows looks like: the schema of `treasury.import` and the flags a row can carry.
 *
 * Published data breaks the rules this module enforces (research: public money §0.7), so history comes in by a
 * door of its own: every readable row is kept with each of its defects named, under `imported: true`, in a
 * collection that no other action of this module ever reads. A client (the CLI's `import`) reads the file and
 * maps columns; the ledger looks for the defects it can see by itself and adds the reader's.
 */
import { Amount, disclosable, Money, published } from '@tabularium/protocol';
import { type Static, Type } from 'typebox';
import { code, FundCode, handle, longCode, period, sha256, Year } from './codes.ts';

/**
 * - `line`: one line of a budget (year, fund, line, classification, money).
 * - `account`: one account of a chart of accounts (account, period of availability).
 * - `activity`: one programme activity of an account in a year.
 * - `balance`: figures reported for an account, by the code of each figure.
 * - `payment`: one payment made.
 */
export const IMPORT_KINDS = ['line', 'account', 'activity', 'balance', 'payment'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** Defects that only the reader of the file can see, because what stood there cannot enter a ledger field. */
export const READER_FLAGS = {
  'amount-unreadable': 'What stood where an amount belongs is not a number.',
  'amount-not-integer': 'The amount has more decimal places than its currency; it was left out.',
  'amount-out-of-range': 'The amount is larger than the ledger can hold; it was left out.',
  'code-unreadable': 'What stood where a code belongs is not a code; it was left out.',
  'date-unreadable': 'What stood where a date or year belongs is not one; it was left out.',
  'currency-unknown': 'The currency is not in ISO 4217; the amount was left out.',
  'text-left-out': 'A text of the row was too long or not well formed; it was left out.',
  'columns-differ': 'The row has more or fewer columns than the head of the file.',
} as const;

/** Defects the ledger finds by itself when it decides. */
export const LEDGER_FLAGS = {
  'code-missing': 'A code that identifies a row of this kind is missing.',
  'year-missing': 'The year is missing.',
  'amount-missing': 'The amount is missing.',
  'amount-zero': 'The amount is zero.',
  'amount-negative': 'The amount is negative.',
  'date-missing': 'The date is missing.',
  'date-impossible': 'The day does not exist in the calendar.',
  'period-inverted': 'The period ends before it begins.',
  'payee-missing': 'The payee is missing.',
  'duplicate-line': 'An earlier row of this source has the same identity.',
  'unknown-code': 'The row names a budget line or account that the source it refers to does not have.',
  'sum-mismatch': 'Figures of the row that must add up do not.',
} as const;

export const IMPORT_FLAGS = { ...READER_FLAGS, ...LEDGER_FLAGS } as const;
export type ReaderFlag = keyof typeof READER_FLAGS;
export type ImportFlag = keyof typeof IMPORT_FLAGS;

/** At most this many rows in one transaction; the 60 KiB of a transaction usually end it sooner. */
export const MAX_IMPORT_ITEMS = 200;
/** At most this many figures in one `balance` row. */
export const MAX_IMPORT_AMOUNTS = 24;

/** One row. Every member but `row`, `kind` and `_sd` may be absent: what is missing is flagged, not refused. */
export const ImportItem = disclosable({
  row: Type.Integer({
    minimum: 1,
    maximum: 9_999_999,
    title: 'Row',
    description: 'Number of the row in its file, from 1, heading not counted.',
  }),
  kind: Type.Enum([...IMPORT_KINDS], { title: 'Kind' }),
  year: Type.Optional(Year),
  fund: Type.Optional(FundCode),
  line: Type.Optional(longCode('Budget line')),
  account: Type.Optional(longCode('Account')),
  activity: Type.Optional(code('Activity')),
  reference: Type.Optional(longCode('Reference', 'The number of the payment, or of the account in its own system.')),
  functional: Type.Optional(code('Functional classification')),
  economic: Type.Optional(code('Economic classification')),
  administrative: Type.Optional(code('Administrative classification')),
  from: Type.Optional(period('From')),
  to: Type.Optional(period('To')),
  date: Type.Optional(period('Date')),
  payee: Type.Optional(handle('Payee')),
  money: Type.Optional(Money),
  amounts: Type.Optional(
    Type.Array(Type.Object({ code: code('Figure'), amount: Amount }, { additionalProperties: false }), {
      maxItems: MAX_IMPORT_AMOUNTS,
      title: 'Figures',
      description: 'For a balance: each figure under its code, in minor units of the currency of `money`.',
    }),
  ),
  flags: Type.Optional(
    Type.Array(Type.Enum(Object.keys(READER_FLAGS) as ReaderFlag[]), {
      maxItems: Object.keys(READER_FLAGS).length,
      uniqueItems: true,
      title: 'Defects seen by the reader',
    }),
  ),
  title: Type.Optional(published(Type.String({ minLength: 1, maxLength: 400, title: 'Title' }))),
});
export type ImportItem = Static<typeof ImportItem>;

/** An identity that every `balance` row of the bundle must satisfy: the figure `total` is the sum of `parts`. */
const ImportSum = Type.Object(
  { total: code('Total'), parts: Type.Array(code('Part'), { minItems: 1, maxItems: MAX_IMPORT_AMOUNTS }) },
  { additionalProperties: false },
);

export const ImportBody = Type.Object(
  {
    source: code('Source', 'A code for the file, e.g. MADRID-2012-2015.'),
    file: sha256('Digest of the file', 'SHA-256 of the published file as it was read.'),
    against: Type.Optional(code('Checked against', 'The source whose lines and accounts the rows must know.')),
    sums: Type.Optional(Type.Array(ImportSum, { minItems: 1, maxItems: 8, title: 'Sums that must hold' })),
    items: Type.Array(ImportItem, { minItems: 1, maxItems: MAX_IMPORT_ITEMS, title: 'Rows' }),
  },
  { additionalProperties: false },
);
export type ImportBody = Static<typeof ImportBody>;
