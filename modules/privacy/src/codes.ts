/**
 * The shapes a ledger field of this module may have, and its closed lists of grounds (DESIGN §4, "Nothing a human typed is in a leaf").
 * Agencies and purposes are held to the charter besides, so that no name finds a place there either.
 */
import { Type } from 'typebox';

const DAY_PATTERN = '^[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$';
export const HANDLE_PATTERN = '^[0-9a-f]{32}$';
const CODE_PATTERN = '^[A-Z0-9][A-Z0-9.-]{0,23}$';
/** A code that numbers something, so it holds a digit: a law, a court's order. */
const NUMBERED_PATTERN = '^(?=[A-Z.-]*[0-9])[A-Z0-9][A-Z0-9.-]{0,23}$';
/** As the charter writes codes of agencies, officers and roles. */
const CHARTER_PATTERN = '^(?=.{1,64}$)[a-z0-9]+(?:[.-][a-z0-9]+)*$';

const text = (pattern: string, title: string, description?: string) =>
  Type.String(description === undefined ? { pattern, title } : { pattern, title, description });

export const day = (title: string, description?: string) =>
  Type.String({ pattern: DAY_PATTERN, title, 'x-type': 'day', ...(description === undefined ? {} : { description }) });
/** Ids that the kernel makes, and the handles of cases: 16 bytes in lowercase hex. */
export const handle = (title: string, description?: string) => text(HANDLE_PATTERN, title, description);
export const numbered = (title: string, description?: string) => text(NUMBERED_PATTERN, title, description);
export const code = (title: string, description?: string) => text(CODE_PATTERN, title, description);

export const Case = handle('Case', 'The handle of the case: never a person, a number of a person, or anything derived from one.');
export const Agency = text(CHARTER_PATTERN, 'Agency');
export const Purpose = text('^[a-z][a-z0-9-]{0,63}$', 'Purpose', 'One of those that the charter names.');
export const Register = code('Register', 'E.g. BIRTHS.');
export const Sha256 = text('^[0-9a-f]{64}$', 'Root of the tree', 'RFC 9162 root of all rows so far, SHA-256 in hex.');
/** Ids of officers: given by the kernel's charter, never typed in here. */
export const Officers = Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { minItems: 1, maxItems: 16 });
/** An instant, integer ms UTC. */
export const Instant = Type.Integer({ minimum: 0 });
export const Count = (title: string) => Type.Integer({ minimum: 0, maximum: 1_000_000_000_000, title });

/** GDPR art. 6(1) a to f. */
export const BASES = ['consent', 'contract', 'legal-duty', 'vital-interests', 'public-task', 'legitimate-interests'] as const;
/** GDPR art. 17(1) a to f. */
export const ERASURE_GROUNDS = ['not-needed', 'consent-withdrawn', 'objected', 'unlawful', 'legal-duty', 'child-online'] as const;
/** GDPR art. 17(3) a, b (twice), c, d, e; that no ground of 17(1) applies; and that it is not the person who asks (art. 12(6)). */
export const REFUSAL_GROUNDS = [
  ...['free-expression', 'legal-duty', 'public-task', 'public-health', 'archive', 'legal-claims'],
  ...['no-ground', 'identity-unproven'],
] as const;
/** GDPR art. 12(3). */
export const EXTENSION_REASONS = ['complex', 'many-requests'] as const;
/** GDPR art. 18(1) a to d. */
export const RESTRICTION_GROUNDS = ['accuracy-contested', 'unlawful', 'kept-for-claims', 'objection-pending'] as const;
/** GDPR art. 21(1), (6): why the processing goes on nevertheless. */
export const OBJECTION_GROUNDS = ['compelling-grounds', 'legal-claims', 'public-interest-task'] as const;
export const METHODS = ['key-destruction', 'overwriting', 'physical-destruction', 'nothing-held'] as const;
