/**
 * The shapes a ledger field of the treasury may have (DESIGN §4, "Nothing a human typed is in a leaf").
 *
 * Every pattern is narrow on purpose: no lower case, no space, no letter with an accent, so that a name or a
 * sentence does not fit where a code belongs. What people write goes into disclosures.
 */
import { Type } from 'typebox';

/** A classification or office code: capitals, digits, `.` and `-`, at most 24 characters. */
const CODE_PATTERN = '^[A-Z0-9][A-Z0-9.-]{0,23}$';
/** A code that numbers something, so it holds a digit: a law, a contract, a budget line. */
const NUMBERED_PATTERN = '^(?=[A-Z.-]*[0-9])[A-Z0-9][A-Z0-9.-]{0,23}$';
/** Like a code, shorter and without `.`, so that `<year>.<fund>.<line>` can be read back without doubt. */
const FUND_PATTERN = '^[A-Z0-9][A-Z0-9-]{0,15}$';
/** Codes of imported rows join several columns, so they may be longer. */
const LONG_CODE_PATTERN = '^[A-Z0-9][A-Z0-9.-]{0,39}$';
const YEAR_PATTERN = '^[12][0-9]{3}$';
const DAY_PATTERN = '^[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$';
const PERIOD_PATTERN = '^[12][0-9]{3}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?$';
const HANDLE_PATTERN = '^[0-9a-f]{32}$';
const PAYABLE_PATTERN = '^[0-9a-f]{32}\\.[1-9][0-9]{0,5}$';
const LINE_ID_PATTERN = '^[12][0-9]{3}\\.[A-Z0-9][A-Z0-9-]{0,15}\\.[A-Z0-9][A-Z0-9.-]{0,23}$';
const ACCOUNT_PATTERN = '^[12][0-9]{3}\\.[A-Z0-9][A-Z0-9-]{0,15}\\.[A-Z0-9][A-Z0-9.-]{0,23}\\.[ABCKLPR]$';
const SHA256_PATTERN = '^[0-9a-f]{64}$';
const TEXT_DIGEST_PATTERN = '^[A-Za-z0-9_-]{43}$';

const text = (pattern: string, title: string, description?: string) =>
  Type.String(description === undefined ? { pattern, title } : { pattern, title, description });

export const code = (title: string, description?: string) => text(CODE_PATTERN, title, description);
export const numbered = (title: string, description?: string) => text(NUMBERED_PATTERN, title, description);
export const longCode = (title: string, description?: string) => text(LONG_CODE_PATTERN, title, description);
/** ISO 8601 calendar day; whether the day exists is asked of the kernel's `isDay`. */
export const day = (title: string, description?: string) =>
  Type.String({ pattern: DAY_PATTERN, title, 'x-type': 'day', ...(description === undefined ? {} : { description }) });
/** A year, a month or a day (ISO 8601 with reduced precision): periods in other people's files. */
export const period = (title: string) => text(PERIOD_PATTERN, title);
/** An opaque random name of one case, 16 bytes in lowercase hex; also the ids the kernel makes. */
export const handle = (title: string, description?: string) => text(HANDLE_PATTERN, title, description);
export const sha256 = (title: string, description?: string) => text(SHA256_PATTERN, title, description);

export const Year = text(YEAR_PATTERN, 'Budget year');
export const FundCode = text(FUND_PATTERN, 'Fund');
export const LineCode = numbered('Budget line');
/** `<year>.<fund>.<line>`. */
export const LineId = text(LINE_ID_PATTERN, 'Budget line');
/** `<year>.<fund>.<line>.<level>`. */
export const AccountId = text(ACCOUNT_PATTERN, 'Account');
/** `<commitment>.<number>`. */
export const PayableId = text(PAYABLE_PATTERN, 'Payable');
/** The digests of an object's disclosures and decoys (RFC 9901 `_sd`). */
export const TextDigests = Type.Array(text(TEXT_DIGEST_PATTERN, 'Digest of a text'), { maxItems: 8 });
/** Ids of officers: given by the kernel's charter, never typed in here. */
export const Officers = Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { minItems: 1, maxItems: 16 });
/** An instant, integer ms UTC. */
export const Instant = Type.Integer({ minimum: 0 });
