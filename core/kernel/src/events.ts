/** What the kernel records: each event's data and the plain words for it. */
import { type Static, type TSchema, Type } from 'typebox';
import { CharterSections, EnrolledKeySchema, RoleTermSchema } from './charter.ts';
import { attached } from './documents.ts';
import type { EventDefinition } from './module.ts';

const text = Type.String();
const integer = Type.Integer();
const signer = Type.Object({
  kid: text,
  officer: text,
  agency: text,
  role: text,
  office: text,
  mandate: Type.Optional(text),
  for: Type.Optional(text),
});
const signers = Type.Array(signer);
const any = Type.Record(text, Type.Unknown());
/** What a section that was replaced no longer has. */
const dropped = Type.Object({ agencies: Type.Array(text), offices: Type.Array(text), roles: Type.Array(text) });

const data = {
  'charter.founded': Type.Object({ charter: text, sections: any, dropped }),
  'charter.accepted': Type.Object({ officer: text, complete: Type.Boolean() }),
  'charter.amended': Type.Object({ sections: Type.Partial(Type.Object(CharterSections)), dropped }),
  'proposal.made': Type.Object({ proposal: text, action: text, body: any, needed: integer, signers, until: integer }),
  'proposal.approved': Type.Object({ proposal: text, signer, executed: Type.Boolean() }),
  'proposal.withdrawn': Type.Object({ proposal: text }),
  'proposal.expired': Type.Object({ proposal: text }),
  'record.withdrawn': Type.Object({ key: text }),
  'record.corrected': Type.Object({ key: text, reason: text }),
  'record.annulled': Type.Object({ key: text, reason: text }),
  'order.executed': Type.Object({ key: text, verb: text, case: text, document: text, agency: text, signers }),
  'text.withdrawn': Type.Object({ digest: text, ground: text, case: text, signers }),
  'document.attached': Type.Object({ ...attached, signers }),
  'officer.appointed': Type.Object({
    officer: text,
    kind: text,
    agency: text,
    keys: Type.Array(EnrolledKeySchema),
    kids: Type.Array(text),
    roles: Type.Array(RoleTermSchema),
    answers: Type.Optional(text),
  }),
  'officer.left': Type.Object({
    officer: text,
    successor: Type.Optional(text),
    kids: Type.Array(text),
    mandates: Type.Array(text),
    roles: Type.Array(Type.Object({ role: text, office: text })),
  }),
  'role.granted': Type.Object({ officer: text, role: text, office: text, from: Type.Optional(integer), until: integer }),
  'role.ended': Type.Object({ officer: text, role: text, office: text }),
  'key.added': Type.Object({ officer: text, kid: text, key: EnrolledKeySchema }),
  'key.revoked': Type.Object({ officer: text, kid: text, reason: text }),
  'mandate.given': Type.Object({
    mandate: text,
    kind: text,
    by: text,
    to: text,
    role: text,
    office: text,
    actions: Type.Array(text),
    until: integer,
  }),
  'mandate.ended': Type.Object({ mandate: text }),
  'recovery.opened': Type.Object({ officer: text, keys: Type.Array(EnrolledKeySchema), kids: Type.Array(text), signers, due: integer }),
  'recovery.vetoed': Type.Object({ officer: text }),
  'recovery.done': Type.Object({ officer: text, kids: Type.Array(text), revoked: Type.Array(text) }),
  readmitted: Type.Object({ transaction: text, index: integer }),
  'deadline.failed': Type.Object({ handler: text, record: text, due: integer, code: text, rule: text }),
} as const satisfies Record<string, TSchema>;
export type Data<E extends keyof typeof data> = Static<(typeof data)[E]>;

const words: Readonly<Record<keyof typeof data, string>> = {
  'charter.founded': 'The charter founded the ledger',
  'charter.accepted': 'A founder accepted the charter',
  'charter.amended': 'The charter was amended',
  'proposal.made': 'Something was proposed that others must sign',
  'proposal.approved': 'A proposal was approved',
  'proposal.withdrawn': 'A proposal was withdrawn',
  'proposal.expired': 'A proposal lapsed without enough signatures',
  'record.withdrawn': 'The act was withdrawn',
  'record.corrected': 'A correction was made; the earlier version stays visible',
  'record.annulled': 'The record was annulled',
  'order.executed': 'An order of a court or review body was carried out',
  'text.withdrawn': 'A text was withdrawn from view',
  'document.attached': 'A document was attached',
  'officer.appointed': 'An officer was appointed',
  'officer.left': 'An officer left',
  'role.granted': 'An officer was given a role',
  'role.ended': 'A role of an officer ended',
  'key.added': 'An officer added a key',
  'key.revoked': 'A key was revoked',
  'mandate.given': 'A mandate was given',
  'mandate.ended': 'A mandate ended',
  'recovery.opened': 'Replacement of lost keys was started',
  'recovery.vetoed': 'Replacement of keys was stopped by an old key',
  'recovery.done': 'Lost keys were replaced',
  readmitted: 'A lost record was taken again on the evidence of its receipt',
  'deadline.failed': 'A deadline passed and what should have followed was refused',
};

export const events = Object.fromEntries(
  Object.entries(data).map(([type, schema]) => [type, { data: schema, text: words[type as keyof typeof data] }]),
) as unknown as Readonly<Record<keyof typeof data, EventDefinition>>;
