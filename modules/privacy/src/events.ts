/** What happened: state (`evolve.ts`) and projection are folds over these and nothing else. */
import type { EventDefinition, ModuleEvent } from '@tabularium/kernel';
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
  numbered,
  OBJECTION_GROUNDS,
  Officers,
  Purpose,
  REFUSAL_GROUNDS,
  RESTRICTION_GROUNDS,
  Register,
  Sha256,
} from './codes.ts';
import { Attestation, Clock, Exports } from './state.ts';

const closed = { additionalProperties: false } as const;
const by = Type.Optional(Officers);
const erasure = handle('Erasure');
/** What ended: by its day, by an officer, or annulled. */
const how = Type.Enum(['by-officer', 'by-deadline', 'by-erasure', 'annulled'], { title: 'How it ended' });

const schemas = {
  'grant.given': Type.Object(
    {
      grant: handle('Grant'),
      case: Type.Optional(Case),
      register: Type.Optional(Register),
      agency: Agency,
      purpose: Purpose,
      basis: Type.Enum([...BASES], { title: 'Legal basis' }),
      until: day('Until'),
      due: Instant,
      by: Officers,
    },
    closed,
  ),
  'grant.ended': Type.Object({ grant: handle('Grant'), how, by }, closed),
  'restriction.placed': Type.Object({ case: Case, ground: Type.Enum([...RESTRICTION_GROUNDS], { title: 'Ground' }), by }, closed),
  'restriction.lifted': Type.Object({ case: Case, by }, closed),
  'objection.entered': Type.Object({ objection: handle('Objection'), case: Case, by: Officers }, closed),
  'objection.decided': Type.Object(
    {
      objection: handle('Objection'),
      case: Case,
      decision: Type.Enum(['upheld', 'refused'], { title: 'Decision' }),
      ground: Type.Optional(Type.Enum([...OBJECTION_GROUNDS], { title: 'Ground' })),
      by: Officers,
    },
    closed,
  ),
  'hold.placed': Type.Object(
    {
      hold: handle('Legal hold'),
      case: Case,
      basis: numbered('Law or order'),
      until: Type.Optional(day('Until')),
      due: Type.Optional(Instant),
      by: Officers,
    },
    closed,
  ),
  'hold.ended': Type.Object({ hold: handle('Legal hold'), case: Case, how, by }, closed),
  'access.anchored': Type.Object({ agency: Agency, size: Count('Rows'), root: Sha256 }, closed),
  'access.withheld': Type.Object(
    {
      withholding: handle('Withholding'),
      case: Case,
      purpose: Purpose,
      basis: numbered('Law or order'),
      from: Instant,
      until: day('Until'),
      due: Instant,
      by: Officers,
    },
    closed,
  ),
  'access.shown': Type.Object({ withholding: handle('Withholding'), case: Case, how }, closed),
  'erasure.requested': Type.Object(
    {
      erasure,
      case: Case,
      register: Type.Optional(Register),
      ground: Type.Enum([...ERASURE_GROUNDS], { title: 'Ground' }),
      source: Type.Enum(['request', 'retention'], { title: 'Comes from' }),
      known: Type.Boolean({ title: 'Case known to the ledger' }),
      clock: Clock,
      by,
    },
    closed,
  ),
  'erasure.extended': Type.Object(
    {
      erasure,
      reason: Type.Enum([...EXTENSION_REASONS], { title: 'Why it takes longer' }),
      answerBy: day('To be answered by'),
      due: Instant,
      by,
    },
    closed,
  ),
  'erasure.overdue': Type.Object({ erasure }, closed),
  'erasure.withdrawn': Type.Object({ erasure, case: Case, by }, closed),
  'erasure.granted': Type.Object(
    {
      erasure,
      case: Case,
      holders: Type.Array(Agency, { title: 'Holders' }),
      exports: Exports,
      by: Officers,
    },
    closed,
  ),
  'erasure.refused': Type.Object(
    { erasure, case: Case, ground: Type.Enum([...REFUSAL_GROUNDS], { title: 'Why it was refused' }), by: Officers },
    closed,
  ),
  'erasure.reopened': Type.Object({ erasure, case: Case, overdue: Type.Boolean({ title: 'Overdue' }) }, closed),
  'erasure.attested': Type.Object({ erasure, attestation: Attestation, by }, closed),
  'erasure.completed': Type.Object({ erasure, case: Case, unreadableFrom: day('Unreadable everywhere from') }, closed),
  'retention.set': Type.Object({ case: Case, class: code('Retention class'), due: day('Due for erasure'), fires: Instant }, closed),
} as const;

const TEXTS: Readonly<Record<keyof typeof schemas, string>> = {
  'grant.given': 'An agency was granted access.',
  'grant.ended': 'A grant ended.',
  'restriction.placed': 'The use of a case was restricted.',
  'restriction.lifted': 'A restriction was lifted.',
  'objection.entered': 'An objection was entered.',
  'objection.decided': 'An objection was decided.',
  'hold.placed': 'A legal hold was placed.',
  'hold.ended': 'A legal hold ended.',
  'access.anchored': 'The access log of an agency was anchored.',
  'access.withheld': 'Reads for one purpose are withheld from a person for a time.',
  'access.shown': 'Reads that were withheld from a person are shown.',
  'erasure.requested': 'An erasure was asked for and awaits its decision.',
  'erasure.extended': 'The time for answering a request was extended.',
  'erasure.overdue': 'A request was not answered in time.',
  'erasure.withdrawn': 'A request for erasure was taken back.',
  'erasure.granted': 'An erasure was granted; its holders destroy what they hold.',
  'erasure.refused': 'An erasure was refused.',
  'erasure.reopened': 'A refused erasure was reopened by order.',
  'erasure.attested': 'A holder attested what it destroyed.',
  'erasure.completed': 'An erasure is complete: every holder has attested.',
  'retention.set': 'It was set when a case is due for erasure.',
};

export type EventType = keyof typeof schemas;
export type EventData<T extends EventType> = Static<(typeof schemas)[T]>;

export const events: Readonly<Record<EventType, EventDefinition>> = Object.fromEntries(
  Object.entries(schemas).map(([type, data]) => [type, { data, text: TEXTS[type as EventType] }]),
) as unknown as Record<EventType, EventDefinition>;

/** One event, its data held to its type. */
export function event<T extends EventType>(type: T, data: EventData<T>): ModuleEvent {
  return { type, data: data as unknown as ModuleEvent['data'] };
}
