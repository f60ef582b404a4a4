/**
 * The module's records: what stands under `privacy/<collection>/<id>`. A case is known by its handle alone; that two cases concern one
 * person is known to the vault and to nobody who reads this.
 */
import type { Stamp, Stored, View } from '@tabularium/kernel';
import type { JsonObject, JsonValue } from '@tabularium/protocol';
import { type Static, Type } from 'typebox';
import {
  Agency,
  BASES,
  Case,
  Count,
  code,
  day,
  ERASURE_GROUNDS,
  EXTENSION_REASONS,
  handle,
  Instant,
  METHODS,
  numbered,
  OBJECTION_GROUNDS,
  Officers,
  Purpose,
  REFUSAL_GROUNDS,
  RESTRICTION_GROUNDS,
  Register,
  Sha256,
} from './codes.ts';

const closed = { additionalProperties: false } as const;

/** Grants to one agency, and holds of one case, that can stand at a time. */
export const MAX_STANDING = 16;

/** An agency that was given data, since when, and the grants to it that still stand. */
const Recipients = Type.Array(
  Type.Object({ agency: Agency, since: Instant, grants: Type.Array(handle('Grant'), { maxItems: MAX_STANDING }) }, closed),
  { title: 'Recipients' },
);
export type Recipients = Static<typeof Recipients>;

/** The time by law within which a request is answered. It begins once: a request taken back and made again goes on with it. */
export const Clock = Type.Object(
  {
    asked: day('Asked for'),
    /** Last day, and the instant it is over. */
    answerBy: day('To be answered by'),
    due: Instant,
    extended: Type.Optional(Type.Enum([...EXTENSION_REASONS], { title: 'Why it takes longer' })),
    overdue: Type.Optional(Type.Literal(true, { title: 'Overdue' })),
  },
  closed,
);
export type Clock = Static<typeof Clock>;

export const Retention = Type.Object({ class: code('Retention class'), due: day('Due for erasure') }, closed);

/** `privacy/case/<handle>`; a vault serves nothing of a case whose record says `erased`. */
export const CaseRecord = Type.Object(
  {
    register: Type.Optional(Register),
    restricted: Type.Optional(Type.Enum([...RESTRICTION_GROUNDS], { title: 'Restricted' })),
    /** Entered and not refused. */
    objection: Type.Optional(handle('Objection')),
    /** Legal holds that stand. */
    holds: Type.Array(handle('Legal hold'), { maxItems: MAX_STANDING, title: 'Legal holds' }),
    withholding: Type.Optional(handle('Withholding')),
    recipients: Recipients,
    /** Awaiting its decision, or granted. */
    erasure: Type.Optional(handle('Erasure')),
    /** Of a request that was taken back. */
    clock: Type.Optional(Clock),
    retention: Type.Optional(Retention),
    erased: Type.Boolean({ title: 'Erased' }),
    /** Once erased: the agencies that must attest. */
    holders: Type.Optional(Type.Array(Agency, { title: 'Holders' })),
  },
  closed,
);
export type CaseRecord = Static<typeof CaseRecord>;

export const RegisterRecord = Type.Object({ recipients: Recipients }, closed);
export type RegisterRecord = Static<typeof RegisterRecord>;

export const GrantRecord = Type.Object(
  {
    case: Type.Optional(Case),
    register: Type.Optional(Register),
    agency: Agency,
    purpose: Purpose,
    basis: Type.Enum([...BASES], { title: 'Legal basis' }),
    until: day('Until'),
    state: Type.Enum(['given', 'ended']),
    givenBy: Officers,
  },
  closed,
);
export type GrantRecord = Static<typeof GrantRecord>;

export const ObjectionRecord = Type.Object(
  {
    case: Case,
    state: Type.Enum(['entered', 'upheld', 'refused']),
    ground: Type.Optional(Type.Enum([...OBJECTION_GROUNDS], { title: 'Ground' })),
    enteredBy: Officers,
  },
  closed,
);
export type ObjectionRecord = Static<typeof ObjectionRecord>;

export const HoldRecord = Type.Object(
  {
    case: Case,
    basis: numbered('Law or order'),
    until: Type.Optional(day('Until')),
    state: Type.Enum(['placed', 'ended']),
    placedBy: Officers,
  },
  closed,
);
export type HoldRecord = Static<typeof HoldRecord>;

/** Reads for `purpose` from `from` on are not shown to the person while `state` is `withheld`. */
export const WithholdingRecord = Type.Object(
  {
    case: Case,
    purpose: Purpose,
    basis: numbered('Law or order'),
    from: Instant,
    until: day('Until'),
    state: Type.Enum(['withheld', 'shown']),
    by: Officers,
  },
  closed,
);
export type WithholdingRecord = Static<typeof WithholdingRecord>;

/** `privacy/anchor/<agency>`: the newest state of the agency's access log. */
export const AnchorRecord = Type.Object({ size: Count('Rows'), root: Sha256 }, closed);
export type AnchorRecord = Static<typeof AnchorRecord>;

export const Destroyed = Type.Object(
  { holdings: Count('Holdings'), documents: Count('Documents'), tokens: Count('Search tokens'), keys: Count('Keys') },
  closed,
);

export const Attestation = Type.Object(
  {
    agency: Agency,
    destroyed: Destroyed,
    method: Type.Enum([...METHODS], { title: 'How it was destroyed' }),
    unreadableFrom: day('Unreadable everywhere from'),
  },
  closed,
);

/** What an erasure cannot reach: an agency that had been given data, and since when. */
export const Exports = Type.Array(Type.Object({ agency: Agency, since: Instant }, closed), { title: 'Given to others before' });
export const ERASURE_STATES = ['requested', 'granted', 'refused', 'withdrawn', 'complete'] as const;

export const ErasureRecord = Type.Object(
  {
    case: Case,
    ground: Type.Enum([...ERASURE_GROUNDS], { title: 'Ground' }),
    source: Type.Enum(['request', 'retention'], { title: 'Comes from' }),
    /** Whether the ledger had heard of the case before. */
    known: Type.Boolean({ title: 'Case known to the ledger' }),
    state: Type.Enum([...ERASURE_STATES]),
    clock: Clock,
    requestedBy: Type.Optional(Officers),
    decidedBy: Type.Optional(Officers),
    refusal: Type.Optional(Type.Enum([...REFUSAL_GROUNDS], { title: 'Why it was refused' })),
    holders: Type.Optional(Type.Array(Agency, { title: 'Holders' })),
    exports: Type.Optional(Exports),
    attested: Type.Array(Attestation, { title: 'Attested' }),
    /** Once all have attested: the latest of their days. */
    unreadableFrom: Type.Optional(day('Unreadable everywhere from')),
  },
  closed,
);
export type ErasureRecord = Static<typeof ErasureRecord>;

/** State key of what the ledger says of a case. */
export function caseKey(handle: string): string {
  return `privacy/case/${handle}`;
}

const STAMP: ReadonlySet<string> = new Set<keyof Stamp>(['v', 'rev', 'tx', 'rule', 'time', 'standing', 'order', 'deadlines']);

/** A record without the kernel's stamp, so that it can be put back changed. */
export function unstamped<T extends JsonObject>(stored: Stored<T>): T {
  const record: Record<string, JsonValue> = {};
  for (const member of Object.keys(stored)) if (!STAMP.has(member)) record[member] = stored[member] as JsonValue;
  return record as T;
}

/** What the ledger says of a case; of one that it has not heard of, nothing. */
export function caseIn(view: Pick<View, 'get'>, handle: string): CaseRecord {
  const stored = view.get<CaseRecord>('case', handle);
  return stored === undefined ? { holds: [], recipients: [], erased: false } : unstamped<CaseRecord>(stored);
}
