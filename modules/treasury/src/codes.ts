/**
 * The shapes a ledger field of the treasury may have (DESIGN §4, "Nothing a human typed is in a leaf").
 *
 * Every pattern is narrow on purpose: no lower case, no space, no letter with an accent, so that a name or a
 * sentence does not fit where a code belongs. What people write goes into disclosures.
 */
import { Type } from 'typebox';

/** A classification, line, reference or account code: capitals, digits, `.` and `-`, at most 24 characters. */
export const CODE_PATTERN = '^[A-Z0-9][A-Z0-9.-]{0,23}$';
/** A fund: like a code, shorter and without `.`, so that `<year>.<fund>.<line>` can be read back without doubt. */
export const FUND_PATTERN = '^[A-Z0-9][A-Z0-9-]{0,15}$';
/** Codes of imported rows join several columns, so they may be longer. */
export const LONG_CODE_PATTERN = '^[A-Z0-9][A-Z0-9.-]{0,39}$';
/** Reporting years and budget years. */
export const YEAR_PATTERN = '^[12][0-9]{3}$';
/** ISO 8601 calendar day. Whether the day exists is checked in `civil-date.ts`. */
export const DAY_PATTERN = '^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$';
/** A year, a month or a day (ISO 8601 with reduced precision): periods in other people's files. */
export const PERIOD_PATTERN = '^[12][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$';
/** An opaque random name of one case, 16 bytes in lowercase hex; also the ids the kernel makes. */
export const HANDLE_PATTERN = '^[0-9a-f]{32}$';
/** A payable's id: its commitment's id and a number. */
export const PAYABLE_PATTERN = '^[0-9a-f]{32}\\.[1-9][0-9]{0,5}$';
/** SHA-256 in lowercase hex. */
export const DIGEST_PATTERN = '^[0-9a-f]{64}$';

export const Code = Type.String({ pattern: CODE_PATTERN, title: 'Code' });
export const LongCode = Type.String({ pattern: LONG_CODE_PATTERN, title: 'Code' });
export const FundCode = Type.String({ pattern: FUND_PATTERN, title: 'Fund' });
export const LineCode = Type.String({ pattern: CODE_PATTERN, title: 'Budget line' });
export const Year = Type.String({ pattern: YEAR_PATTERN, title: 'Budget year' });
export const Day = Type.String({ pattern: DAY_PATTERN, title: 'Day' });
export const Period = Type.String({ pattern: PERIOD_PATTERN, title: 'Year, month or day' });
export const Handle = Type.String({ pattern: HANDLE_PATTERN, title: 'Handle' });
export const PayableId = Type.String({ pattern: PAYABLE_PATTERN, title: 'Payable' });
export const Digest = Type.String({ pattern: DIGEST_PATTERN, title: 'SHA-256' });
/** A reference to a law, a council's decision or a contract, e.g. `BUDGET-ACT-2026-12`. */
export const Reference = Type.String({ pattern: CODE_PATTERN, title: 'Legal reference' });
