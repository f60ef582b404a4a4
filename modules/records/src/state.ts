/**
 * The records' own state: what stands under `records/<collection>/<id>`. Days are `YYYY-MM-DD`, instants ms UTC. Officers are kept by id,
 * because who acted before decides who may act next. Of people there are handles and digests only.
 */
import { STAMPED, type Stored, type View } from '@tabularium/kernel';
import type { JsonObject, JsonValue } from '@tabularium/protocol';
import { type Static, Type } from 'typebox';
import { Agency, day, handle, Instant, Office, Officers, RetentionClass, RunningNumber, sha256, TextDigests, VersionId } from './codes.ts';
import { CORRECTION_REASONS, recordTypes } from './types.ts';

const closed = { additionalProperties: false } as const;
/** Until when something is kept, whether that day has come, and on which day an archive confirmed that it has it. */
const kept = {
  retention: RetentionClass,
  until: Type.Optional(day('Kept until')),
  /** The day has come: it may be disposed of. */
  over: Type.Optional(Type.Boolean()),
};
const sent = { transfer: Type.Optional(handle('Transfer')), transferredOn: Type.Optional(day('Transferred on')) };

/** `duplicate`: decided to be a second declaration of what another record says; it is never registered. */
export const RECORD_STATES = ['declared', 'validated', 'registered', 'rejected', 'duplicate', 'archived', 'withdrawn', 'annulled'] as const;

/** Its id is the handle of its case. */
export const RecordRecord = Type.Object(
  {
    type: Type.Enum(Object.keys(recordTypes)),
    agency: Agency,
    office: Office,
    state: Type.Enum([...RECORD_STATES]),
    /** The version in force, or the one declared. */
    version: Type.Integer({ minimum: 1, maximum: 9_999 }),
    /** Versions so far, those asked for and refused included. */
    versions: Type.Integer({ minimum: 1, maximum: 9_999 }),
    number: Type.Optional(RunningNumber),
    declaredBy: Officers,
    validatedBy: Type.Optional(Officers),
    registeredBy: Type.Optional(Officers),
    /** Another record that may say the same, until a registrar has decided. */
    suspect: Type.Optional(handle('May be the same as')),
    flaggedBy: Type.Optional(Officers),
    /** Records of which it was decided that they say something else. */
    cleared: Type.Array(handle('Not the same as'), { maxItems: 16 }),
    /** The version that a correction asks for. */
    asked: Type.Optional(Type.Integer({ minimum: 2, maximum: 9_999 })),
    askedBy: Type.Optional(Officers),
    ...kept,
    ...sent,
  },
  closed,
);
export type RecordRecord = Static<typeof RecordRecord>;

export const VERSION_STATES = ['declared', 'asked', 'in-force', 'superseded', 'refused'] as const;

/** What a record said from one moment on: `<record>.<n>`. The words lie in the vault, under these digests. */
export const VersionRecord = Type.Object(
  {
    record: handle('Record'),
    number: Type.Integer({ minimum: 1, maximum: 9_999 }),
    state: Type.Enum([...VERSION_STATES]),
    texts: TextDigests,
    reason: Type.Optional(Type.Enum([...CORRECTION_REASONS])),
    evidence: Type.Optional(sha256('Digest of the evidence')),
    by: Officers,
  },
  closed,
);
export type VersionRecord = Static<typeof VersionRecord>;

/** Its id is its number. */
export const CertificateRecord = Type.Object(
  {
    record: handle('Record'),
    version: VersionId,
    office: Office,
    state: Type.Enum(['issued', 'annulled']),
    issuedBy: Officers,
  },
  closed,
);
export type CertificateRecord = Static<typeof CertificateRecord>;

/** The newest number of a series, by `<office>.<year>`: gap-free, because it only ever grows by one with what bears the number. */
export const CounterRecord = Type.Object({ last: Type.Integer({ minimum: 1, maximum: 999_999_999 }) }, closed);
export type CounterRecord = Static<typeof CounterRecord>;

export const MEDIA_TYPES = [
  ...['PDF', 'JPEG', 'PNG', 'TIFF', 'TXT', 'CSV', 'XML', 'JSON', 'ODT', 'ODS', 'DOCX', 'XLSX', 'EML', 'ZIP', 'MP3', 'WAV', 'MP4', 'BIN'],
] as const;
/** 1 GiB. */
export const MAX_DOCUMENT_BYTES = 1_073_741_824;

export const DOCUMENT_STATES = ['entered', 'superseded', 'revoked', 'disposed', 'withdrawn', 'annulled'] as const;

export const DocumentRecord = Type.Object(
  {
    case: handle('Case'),
    mediaType: Type.Enum([...MEDIA_TYPES]),
    /** Bytes. */
    size: Type.Integer({ minimum: 1, maximum: MAX_DOCUMENT_BYTES }),
    digest: sha256('Digest of the document'),
    agency: Agency,
    office: Office,
    state: Type.Enum([...DOCUMENT_STATES]),
    enteredBy: Officers,
    /** What came in its place. */
    successor: Type.Optional(handle('Superseded by')),
    texts: TextDigests,
    ...kept,
    ...sent,
  },
  closed,
);
export type DocumentRecord = Static<typeof DocumentRecord>;

export const TransferRecord = Type.Object(
  {
    /** Agency of the archive. */
    to: Agency,
    /** SHA-256 of the package (E-ARK SIP). */
    sip: sha256('Digest of the package'),
    documents: Type.Array(handle('Document'), { maxItems: 200 }),
    records: Type.Array(handle('Record'), { maxItems: 200 }),
    state: Type.Enum(['prepared', 'confirmed', 'withdrawn']),
    preparedBy: Officers,
    confirmedBy: Type.Optional(Officers),
  },
  closed,
);
export type TransferRecord = Static<typeof TransferRecord>;

export const REQUEST_FORMS = ['letter', 'e-mail', 'portal', 'in-person'] as const;
export const REQUEST_STATES = ['waiting', 'clarification', 'overdue', 'review', 'answered', 'withdrawn'] as const;
export const OUTCOMES = ['full', 'partly', 'refused', 'not-held'] as const;
/** Why information is kept back: the limitations of the Council of Europe Convention on Access to Official Documents, article 3. */
export const GROUNDS = [
  'security',
  'investigation',
  'private-life',
  'commercial',
  'deliberation',
  'court-proceedings',
  'excessive',
] as const;

/** Its id is the handle of its case. The clock (`due`, `left`) is told in `clock.ts`. */
export const RequestRecord = Type.Object(
  {
    number: RunningNumber,
    office: Office,
    form: Type.Enum([...REQUEST_FORMS]),
    state: Type.Enum([...REQUEST_STATES]),
    received: day('Received'),
    due: day('To be answered by'),
    /** Business days that were left when the clock was paused. */
    left: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000 })),
    /** The clock was paused before, or its term extended: each happens once. */
    paused: Type.Boolean(),
    extended: Type.Boolean(),
    reviewed: Type.Boolean(),
    /** The first day on which it was late. It stays. */
    overdueOn: Type.Optional(day('Overdue since')),
    outcome: Type.Optional(Type.Enum([...OUTCOMES])),
    ground: Type.Optional(Type.Enum([...GROUNDS])),
    answer: Type.Optional(sha256('Digest of the answer')),
    answeredBy: Type.Optional(Officers),
    filedBy: Officers,
    texts: TextDigests,
    ...kept,
  },
  closed,
);
export type RequestRecord = Static<typeof RequestRecord>;

/** The collections and what their records are. */
export interface Shapes {
  readonly record: RecordRecord;
  readonly version: VersionRecord;
  readonly certificate: CertificateRecord;
  readonly counter: CounterRecord;
  readonly document: DocumentRecord;
  readonly transfer: TransferRecord;
  readonly request: RequestRecord;
}
export type Collection = keyof Shapes;
export const COLLECTIONS: readonly Collection[] = ['record', 'version', 'certificate', 'counter', 'document', 'transfer', 'request'];

const STAMP: ReadonlySet<string> = new Set(STAMPED);

/** A record without the kernel's stamp, so that it can be put back changed. */
export function unstamped<T extends JsonObject>(stored: Stored<T>): T {
  const record: Record<string, JsonValue> = {};
  for (const member of Object.keys(stored)) if (!STAMP.has(member)) record[member] = stored[member] as JsonValue;
  return record as T;
}

export function stateKey(collection: Collection, id: string): string {
  return `records/${collection}/${id}`;
}

export function read<C extends Collection>(view: View, collection: C, id: string): Stored<Shapes[C]> | undefined {
  return view.get<Shapes[C]>(collection, id);
}

/** What an act makes of a record: its whole new content. `deadlines`: handler → instant, or null where there is none any more. */
export const ChangeSchema = Type.Object(
  {
    collection: Type.Enum([...COLLECTIONS]),
    id: Type.String(),
    value: Type.Record(Type.String(), Type.Unknown()),
    /** The record was not there before. */
    isNew: Type.Optional(Type.Literal(true)),
    deadlines: Type.Optional(Type.Record(Type.String(), Type.Union([Type.Null(), Instant]))),
  },
  closed,
);
export type Change = Static<typeof ChangeSchema>;
export type Deadlines = Readonly<Record<string, number | null>>;

export function changed<C extends Collection>(collection: C, id: string, value: Shapes[C], deadlines?: Deadlines): Change {
  const change = { collection, id, value: value as unknown as Change['value'] };
  return deadlines === undefined ? change : { ...change, deadlines: { ...deadlines } };
}

export function made<C extends Collection>(collection: C, id: string, value: Shapes[C], deadlines?: Deadlines): Change {
  return { ...changed(collection, id, value, deadlines), isNew: true };
}
