/**
 * What happened. Each event says the facts that people read and, as a whole, each record as it stands afterwards: state (`evolve.ts`) and
 * tables are folds over these and nothing else. Handles, digests, codes and days only; what is said of people is in the vault.
 */
import { type Accepted, accept, type EventDefinition } from '@tabularium/kernel';
import { type Static, Type } from 'typebox';
import { day, handle, RunningNumber, sha256, VersionId } from './codes.ts';
import { type Change, ChangeSchema, GROUNDS, OUTCOMES } from './state.ts';
import { recordTypes } from './types.ts';

const Facts = Type.Object(
  {
    record: Type.Optional(handle('Record')),
    other: Type.Optional(handle('Other record')),
    type: Type.Optional(Type.Enum(Object.keys(recordTypes), { title: 'Type' })),
    version: Type.Optional(VersionId),
    number: Type.Optional(RunningNumber),
    case: Type.Optional(handle('Case')),
    document: Type.Optional(handle('Document')),
    documents: Type.Optional(Type.Array(handle('Document'), { title: 'Documents' })),
    transfer: Type.Optional(handle('Transfer')),
    sip: Type.Optional(sha256('Digest of the package')),
    request: Type.Optional(handle('Request')),
    due: Type.Optional(day('To be answered by')),
    outcome: Type.Optional(Type.Enum([...OUTCOMES], { title: 'Outcome' })),
    ground: Type.Optional(Type.Enum([...GROUNDS], { title: 'Ground' })),
    decision: Type.Optional(Type.Enum(['duplicate', 'not-duplicate'], { title: 'Decision' })),
    reason: Type.Optional(Type.String({ pattern: '^[a-z-]{1,40}$', title: 'Reason' })),
  },
  { additionalProperties: false },
);
export type Facts = Static<typeof Facts>;

const schema = Type.Object({ ...Facts.properties, records: Type.Array(ChangeSchema, { minItems: 1 }) }, { additionalProperties: false });
export type EventData = Static<typeof schema>;

const TEXTS = {
  'record.declared': 'An event was declared.',
  'record.validated': 'A declaration was validated.',
  'record.registered': 'An event was registered.',
  'record.rejected': 'A declaration was rejected.',
  'record.archived': 'A record was archived.',
  'record.brought-back': 'A record was brought back from the archive.',
  'duplicate.flagged': 'A record may say what another says already.',
  'duplicate.decided': 'It was decided whether two records say the same.',
  'correction.asked': 'A correction was asked for.',
  'correction.approved': 'A correction was approved; the earlier version stays.',
  'correction.refused': 'A correction was refused.',
  'certificate.issued': 'A certificate was issued.',
  'document.entered': 'A document was entered.',
  'document.superseded': 'A document was superseded by another.',
  'document.revoked': 'A document was revoked.',
  'document.disposed': 'Documents were disposed of.',
  'transfer.prepared': 'A transfer to the archive was prepared.',
  'transfer.confirmed': 'The archive confirmed a transfer.',
  'request.filed': 'A request for information was filed.',
  'request.paused': 'The office asked what a request means; its clock stands still.',
  'request.resumed': 'The clock of a request goes on.',
  'request.extended': 'The time for an answer was extended.',
  'request.overdue': 'A request was not answered in time.',
  'request.answered': 'A request was answered.',
  'request.reviewed': 'A review of an answer was asked for.',
  'request.withdrawn': 'A request was withdrawn.',
  'request.reopened': 'A request was opened again; its clock did not begin anew.',
  'retention.due': 'The time for which something must be kept is over.',
  'standing.withdrawn': 'A pending act was withdrawn.',
  'standing.corrected': 'A record was corrected; the earlier version stays.',
  'standing.annulled': 'A record was annulled.',
  'standing.suspended': 'A record was suspended.',
  'standing.reinstated': 'A suspended record was reinstated.',
  'standing.set': 'A record was set by order.',
  'standing.reopened': 'An ended record was reopened by order.',
} as const;

export type EventType = keyof typeof TEXTS;
export const EVENT_TYPES = Object.keys(TEXTS) as readonly EventType[];

export const events = Object.fromEntries(EVENT_TYPES.map((type) => [type, { data: schema, text: TEXTS[type] }])) as unknown as Readonly<
  Record<EventType, EventDefinition>
>;

/** An accepted act of one event. */
export function told(type: EventType, facts: Facts, ...records: readonly Change[]): Accepted {
  return accept([{ type, data: { ...facts, records: records as unknown as Change[] } as never }]);
}
