/** What can be asked of this module: the body of each action, who may sign it and how many. */
import type { ActionDefinition } from '@tabularium/kernel';
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
  METHODS,
  numbered,
  OBJECTION_GROUNDS,
  Purpose,
  REFUSAL_GROUNDS,
  RESTRICTION_GROUNDS,
  Register,
  Sha256,
} from './codes.ts';
import { Destroyed } from './state.ts';

const closed = { additionalProperties: false } as const;
const Basis = numbered('Law or order', 'The number of the law or the order it rests on, e.g. ORDER-12-2026.');

export const GrantGiveBody = Type.Object(
  {
    case: Type.Optional(Case),
    register: Type.Optional(Register),
    agency: Agency,
    purpose: Purpose,
    basis: Type.Enum([...BASES], { title: 'Legal basis' }),
    until: day('Until', 'Last day of the grant.'),
  },
  closed,
);
export const GrantEndBody = Type.Object({ grant: handle('Grant') }, closed);

export const RestrictionPlaceBody = Type.Object({ case: Case, ground: Type.Enum([...RESTRICTION_GROUNDS], { title: 'Ground' }) }, closed);
export const RestrictionLiftBody = Type.Object({ case: Case }, closed);

export const ObjectionEnterBody = Type.Object({ case: Case }, closed);
export const ObjectionDecideBody = Type.Object(
  {
    objection: handle('Objection'),
    decision: Type.Enum(['upheld', 'refused'], { title: 'Decision' }),
    ground: Type.Optional(
      Type.Enum([...OBJECTION_GROUNDS], { title: 'Ground', description: 'Of a refusal: why the processing goes on nevertheless.' }),
    ),
  },
  closed,
);

export const HoldPlaceBody = Type.Object(
  { case: Case, basis: Basis, until: Type.Optional(day('Until', 'Last day; without it the hold stands until it is released.')) },
  closed,
);
export const HoldReleaseBody = Type.Object({ hold: handle('Legal hold') }, closed);

export const AccessAnchorBody = Type.Object({ size: Count('Rows'), root: Sha256 }, closed);
export const AccessWithholdBody = Type.Object(
  { case: Case, purpose: Purpose, basis: Basis, until: day('Until', 'Last day; afterwards the reads are shown.') },
  closed,
);

export const ErasureRequestBody = Type.Object(
  { case: Case, register: Type.Optional(Register), ground: Type.Enum([...ERASURE_GROUNDS], { title: 'Ground' }) },
  closed,
);
export const ErasureExtendBody = Type.Object(
  { erasure: handle('Erasure'), reason: Type.Enum([...EXTENSION_REASONS], { title: 'Why it takes longer' }) },
  closed,
);
export const ErasureDecideBody = Type.Object(
  {
    erasure: handle('Erasure'),
    decision: Type.Enum(['granted', 'refused'], { title: 'Decision' }),
    ground: Type.Optional(Type.Enum([...REFUSAL_GROUNDS], { title: 'Ground', description: 'Of a refusal.' })),
    holders: Type.Optional(
      Type.Array(Agency, {
        ...{ minItems: 1, maxItems: 64, uniqueItems: true, title: 'Holders' },
        description: 'Of a grant: the agencies that must destroy and attest; those that the charter names unless stated.',
      }),
    ),
  },
  closed,
);
export const ErasureAttestBody = Type.Object(
  {
    erasure: handle('Erasure'),
    destroyed: Destroyed,
    method: Type.Enum([...METHODS], { title: 'How it was destroyed' }),
    unreadableFrom: day('Unreadable everywhere from', 'Day from which no backup can be read either.'),
  },
  closed,
);

export const RetentionSetBody = Type.Object({ case: Case, class: code('Retention class'), due: day('Due for erasure') }, closed);

export const actions = {
  'grant.give': {
    title: 'Grant an agency access',
    text: 'Another agency may read one case, or a register, for one purpose until a day. It decides about later reads only, never about earlier ones.',
    body: GrantGiveBody,
    roles: ['registrar', 'data-protection-officer'],
    signers: 2,
  },
  'grant.end': {
    title: 'End a grant',
    text: 'The agency may read no more.',
    body: GrantEndBody,
    roles: ['registrar', 'data-protection-officer'],
  },
  'restriction.place': {
    title: 'Restrict the use of a case',
    text: 'What is held is kept and not used, until the restriction is lifted.',
    body: RestrictionPlaceBody,
    roles: ['intake', 'registrar', 'data-protection-officer'],
    services: true,
  },
  'restriction.lift': {
    title: 'Lift a restriction',
    text: 'The case may be used again. The person is told before.',
    body: RestrictionLiftBody,
    roles: ['registrar', 'data-protection-officer'],
  },
  'objection.enter': {
    title: 'Enter an objection',
    text: 'A person objects to the use of what is held on them; until it is decided it counts as objected to.',
    body: ObjectionEnterBody,
    roles: ['intake'],
    services: true,
  },
  'objection.decide': {
    title: 'Decide an objection',
    text: 'Upholds it, or refuses it on a ground of the law.',
    body: ObjectionDecideBody,
    roles: ['registrar', 'data-protection-officer'],
  },
  'hold.place': {
    title: 'Place a legal hold',
    text: 'Nothing of the case is erased while the hold stands.',
    body: HoldPlaceBody,
    roles: ['data-protection-officer', 'auditor', 'judge'],
  },
  'hold.release': {
    title: 'Release a legal hold',
    text: 'The hold stands no longer.',
    body: HoldReleaseBody,
    roles: ['data-protection-officer', 'auditor', 'judge'],
  },
  'access.anchor': {
    title: 'Anchor the access log',
    text: 'Fixes how many reads an agency has logged and the root of their tree. The log can grow and never change.',
    body: AccessAnchorBody,
    roles: ['vault'],
    services: true,
  },
  'access.withhold': {
    title: 'Withhold reads from a person',
    text: 'Reads for one purpose are not shown to the person until a day; then they show themselves. A court or review body signs with another.',
    body: AccessWithholdBody,
    roles: ['registrar', 'judge'],
    signers: 2,
  },
  'erasure.request': {
    title: 'Enter a request for erasure',
    text: 'From now on the time runs in which it must be answered.',
    body: ErasureRequestBody,
    roles: ['intake'],
    services: true,
  },
  'erasure.extend': {
    title: 'Take longer for a request',
    text: 'Two further months, once, for a reason of the law.',
    body: ErasureExtendBody,
    roles: ['intake', 'data-protection-officer'],
  },
  'erasure.decide': {
    title: 'Decide a request for erasure',
    text: 'Grants it, and every holder destroys what it holds and attests it; or refuses it on a ground of the law.',
    body: ErasureDecideBody,
    roles: ['registrar', 'data-protection-officer'],
    signers: 2,
  },
  'erasure.attest': {
    title: 'Attest a destruction',
    text: 'A holder states what it has destroyed, how, and from which day on no backup can be read either.',
    body: ErasureAttestBody,
    roles: ['vault', 'registrar'],
    services: true,
  },
  'retention.set': {
    title: 'Set when a case is due for erasure',
    text: 'On that day an erasure begins that awaits its decision.',
    body: RetentionSetBody,
    roles: ['registrar'],
  },
} as const satisfies Record<string, ActionDefinition>;

export type GrantGiveBody = Static<typeof GrantGiveBody>;
export type RestrictionPlaceBody = Static<typeof RestrictionPlaceBody>;
export type ObjectionDecideBody = Static<typeof ObjectionDecideBody>;
export type HoldPlaceBody = Static<typeof HoldPlaceBody>;
export type AccessAnchorBody = Static<typeof AccessAnchorBody>;
export type AccessWithholdBody = Static<typeof AccessWithholdBody>;
export type ErasureRequestBody = Static<typeof ErasureRequestBody>;
export type ErasureExtendBody = Static<typeof ErasureExtendBody>;
export type ErasureDecideBody = Static<typeof ErasureDecideBody>;
export type ErasureAttestBody = Static<typeof ErasureAttestBody>;
export type RetentionSetBody = Static<typeof RetentionSetBody>;
