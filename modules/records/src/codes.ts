/**
 * The shapes a ledger field of the records may have (DESIGN §4, "Nothing a human typed is in a leaf"). What identifies a person stands in
 * none of them: no name, no day of birth, no place. Such things are personal disclosures, declared by the types of records.
 */
import { DIGEST_PATTERN } from '@tabularium/protocol';
import { Type } from 'typebox';

const described = (description?: string) => (description === undefined ? {} : { description });

/** An opaque random name of one case, 16 bytes in lowercase hex; also the ids the kernel makes. */
export const handle = (title: string, description?: string) => Type.String({ pattern: '^[0-9a-f]{32}$', title, ...described(description) });
export const sha256 = (title: string, description?: string) => Type.String({ pattern: '^[0-9a-f]{64}$', title, ...described(description) });
/** ISO 8601 calendar day. */
export const day = (title: string, description?: string) =>
  Type.String({
    pattern: '^[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$',
    title,
    'x-type': 'day',
    ...described(description),
  });
/** A class of retention, as the charter names it: capitals, digits and `-`. */
export const RetentionClass = Type.String({ pattern: '^[A-Z][A-Z0-9-]{1,23}$', title: 'Retention class' });
/** `<office>.<year>.<n>`, with a letter before n for certificates (`c`) and requests (`q`). */
export const RunningNumber = Type.String({ pattern: '^[a-z0-9.-]{1,64}\\.[12][0-9]{3}\\.[cq]?[1-9][0-9]{0,8}$', title: 'Number' });
/** `<record>.<n>`. */
export const VersionId = Type.String({ pattern: '^[0-9a-f]{32}\\.[1-9][0-9]{0,3}$', title: 'Version' });
/** The digests of an object's disclosures and decoys (RFC 9901 `_sd`). */
export const TextDigests = Type.Array(Type.String({ pattern: DIGEST_PATTERN }), { maxItems: 64 });
/** Ids that the charter gives. */
export const Officers = Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { minItems: 1, maxItems: 16 });
export const Office = Type.String({ minLength: 1, maxLength: 64, title: 'Office' });
export const Agency = Type.String({ minLength: 1, maxLength: 64, title: 'Agency' });
/** An instant, integer ms UTC. */
export const Instant = Type.Integer({ minimum: 0 });
