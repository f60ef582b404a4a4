/** What can be asked of the kernel: founding, officers and keys, signing together, standing actions on records, and the charter itself. */
import { TLOG_PROOF_PATTERN } from '@tabularium/log';
import { DIGEST_PATTERN } from '@tabularium/protocol';
import { type Static, type TSchema, Type } from 'typebox';
import { ORDER_SIGNERS } from './authority.ts';
import { CharterSections, EnrolledKeySchema, RoleTermSchema } from './charter.ts';
import { attachBody } from './documents.ts';
import { type ActionDefinition, STAMPED } from './module.ts';

const closed = { additionalProperties: false } as const;
const object = <P extends Record<string, TSchema>>(properties: P) => Type.Object(properties, closed);
const code = (title: string) => Type.String({ pattern: '^[a-z0-9]+(?:[.-][a-z0-9]+)*$', maxLength: 64, title });
const digest = (title: string) => Type.String({ pattern: DIGEST_PATTERN, title });
const sha256 = (title: string) => Type.String({ pattern: '^[0-9a-f]{64}$', title });
const stateKey = Type.String({ pattern: '^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*/[A-Za-z0-9._:@~-]{1,128}$', title: 'Record' });
const instant = (title: string) =>
  Type.Integer({ minimum: 0, maximum: 9_007_199_254_740_991, title, description: 'ms UTC', 'x-type': 'instant' });
/** It numbers something, so it holds a digit. */
const caseNumber = Type.String({ pattern: '^(?=[A-Z./-]*[0-9])[A-Z0-9][A-Z0-9./-]{0,47}$', title: 'Case number' });
/** Members of a record but those that the kernel stamps, which nobody sets. */
const change = Type.Record(
  Type.String({ pattern: `^(?!(?:${[...STAMPED, 'imported'].join('|')})$)[A-Za-z][A-Za-z0-9]{0,63}$` }),
  Type.Unknown(),
  {
    ...closed,
    title: 'New values',
    maxProperties: 32,
  },
);
const reason = Type.Enum(
  ['typing-error', 'wrong-amount', 'wrong-date', 'wrong-code', 'wrong-party', 'duplicate', 'not-valid', 'no-longer-needed'],
  { title: 'Reason' },
);
const mandateId = Type.String({ pattern: '^[0-9a-f]{32}$', title: 'Mandate' });

const leaving = { officer: code('Officer'), successor: Type.Optional(code('Takes over the inbox')) };

export const bodies = {
  'charter.accept': object({ charter: sha256('SHA-256 of the charter') }),
  'charter.amend': Type.Partial(Type.Object(CharterSections, closed), closed),
  propose: object({
    action: Type.String({ pattern: '^[a-z][a-z0-9.@-]{1,127}$', title: 'Action' }),
    body: Type.Record(Type.String(), Type.Unknown(), { title: 'Content' }),
  }),
  approve: object({ proposal: digest('Proposal') }),
  withdraw: object({ key: stateKey }),
  correct: object({ key: stateKey, reason, change }),
  annul: object({
    key: stateKey,
    reason,
    dependents: Type.Array(stateKey, { maxItems: 1_000, uniqueItems: true, title: 'Records that rest on it' }),
  }),
  'order.execute': object({
    key: stateKey,
    verb: Type.Enum(['suspend', 'annul', 'reinstate', 'set', 'reopen'], { title: 'Order' }),
    case: caseNumber,
    document: sha256('SHA-256 of the decision'),
    change: Type.Optional(change),
  }),
  'text.withdraw': object({
    digest: digest('Text'),
    ground: Type.Enum(['personal-data', 'court-order', 'copyright', 'unlawful-content', 'official-secret'], { title: 'Legal ground' }),
    case: caseNumber,
  }),
  'document.attach': attachBody(stateKey),
  'officer.appoint': object({
    officer: code('Officer'),
    agency: code('Agency'),
    keys: Type.Array(EnrolledKeySchema, { minItems: 2, maxItems: 8, title: 'Keys' }),
    roles: Type.Array(RoleTermSchema, { minItems: 1, maxItems: 32, title: 'Roles' }),
  }),
  'officer.leave': object(leaving),
  'officer.dismiss': object(leaving),
  'role.grant': object({
    officer: code('Officer'),
    role: code('Role'),
    office: code('Office'),
    from: Type.Optional(instant('From')),
    until: instant('Until'),
  }),
  'role.end': object({ officer: code('Officer'), role: code('Role'), office: code('Office') }),
  'service.appoint': object({
    service: code('Service'),
    answers: code('Officer who answers for it'),
    keys: Type.Array(EnrolledKeySchema, { minItems: 1, maxItems: 4, title: 'Keys' }),
    roles: Type.Array(RoleTermSchema, { minItems: 1, maxItems: 8, title: 'Roles' }),
  }),
  'key.add': object({ key: EnrolledKeySchema }),
  'key.revoke': object({ kid: digest('Key'), reason: Type.Enum(['lost', 'stolen', 'replaced'], { title: 'Reason' }) }),
  'mandate.give': object({
    to: code('Given to'),
    kind: Type.Enum(['mandate', 'deputy'], { title: 'Kind' }),
    role: code('Role'),
    office: code('Office'),
    actions: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9.@-]{1,127}$' }), {
      maxItems: 64,
      uniqueItems: true,
      title: 'Only for these actions',
    }),
    until: instant('Until'),
  }),
  'mandate.end': object({ mandate: mandateId }),
  'recovery.open': object({
    officer: code('Officer'),
    keys: Type.Array(EnrolledKeySchema, { minItems: 2, maxItems: 8, title: 'New keys' }),
  }),
  'recovery.veto': object({ officer: code('Officer') }),
  readmit: object({
    transaction: Type.String({ pattern: '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$', title: 'Old transaction' }),
    receipt: Type.String({ pattern: TLOG_PROOF_PATTERN, maxLength: 60_000, title: 'Its receipt' }),
  }),
} as const satisfies Record<string, TSchema>;
export type Body<A extends keyof typeof bodies> = Static<(typeof bodies)[A]>;

const action = <A extends keyof typeof bodies>(
  name: A,
  title: string,
  text: string,
  roles: readonly string[],
  more: Partial<ActionDefinition> = {},
): ActionDefinition => ({
  title,
  text,
  body: bodies[name],
  roles,
  ...more,
});

const OFFICE = ['clerk', 'mayor'];
/** A court or an outside auditor has a say in who its own officers are. */
const STAFFING = [...OFFICE, 'auditor', 'judge'];

export const actions = {
  'charter.accept': action(
    'charter.accept',
    'Accept the charter',
    'A founding officer accepts the charter; when enough have, the ledger opens.',
    [],
  ),
  'charter.amend': action('charter.amend', 'Amend the charter', 'Replaces sections of the charter; signed by its own quorum.', [
    ...OFFICE,
    'auditor',
  ]),
  propose: action('propose', 'Propose', 'Puts something that needs several signatures before the others.', []),
  approve: action('approve', 'Approve', 'Adds a signature to a proposal; with the last one needed it is decided.', []),
  withdraw: action('withdraw', 'Withdraw', 'Takes back one’s own act that is still pending.', []),
  correct: action('correct', 'Correct a record', 'Puts a mistake right; both versions stay visible.', ['accountant', 'clerk'], {
    signers: 2,
  }),
  annul: action('annul', 'Annul a record', 'Declares a record void, naming what rests on it.', ['clerk', 'mayor'], { signers: 2 }),
  'order.execute': action(
    'order.execute',
    'Execute an order',
    'A court or review body suspends, annuls, reinstates or sets a record, or reopens a deadline.',
    ['judge'],
    { signers: ORDER_SIGNERS },
  ),
  'text.withdraw': action(
    'text.withdraw',
    'Withdraw a text',
    'Takes a published text from view on a legal ground; all proofs hold.',
    OFFICE,
    { signers: 2 },
  ),
  'document.attach': action(
    'document.attach',
    'Attach a document',
    'Names a document of a record by its fingerprint and, where its signatures were validated, what was found. Nothing here judges it.',
    ['clerk', 'judge'],
  ),
  'officer.appoint': action(
    'officer.appoint',
    'Appoint an officer',
    'Enrols an officer with two keys and roles that end by date.',
    STAFFING,
    { signers: 2 },
  ),
  'officer.leave': action(
    'officer.leave',
    'Leave',
    'Revokes one’s own keys, ends roles and mandates and hands on the inbox; ends a service one answers for.',
    [],
  ),
  'officer.dismiss': action(
    'officer.dismiss',
    'End an officer’s service',
    'Does for somebody else what leaving does: for one who cannot or will not.',
    STAFFING,
    { signers: 2 },
  ),
  'role.grant': action('role.grant', 'Give a role', 'Gives an officer a role in an office until a date.', STAFFING, { signers: 2 }),
  'role.end': action('role.end', 'End a role', 'Takes a role from an officer.', STAFFING, { signers: 2 }),
  'service.appoint': action(
    'service.appoint',
    'Admit a service',
    'Enrols a program’s key with a role and an end; a named officer answers for it.',
    OFFICE,
    { signers: 2 },
  ),
  'key.add': action('key.add', 'Add a key', 'Enrols a further key of one’s own.', []),
  'key.revoke': action('key.revoke', 'Revoke a key', 'Revokes a key of one’s own.', []),
  'mandate.give': action('mandate.give', 'Give a mandate', 'Lets another officer act in one’s role until a date.', []),
  'mandate.end': action('mandate.end', 'End a mandate', 'Ends a mandate one gave or holds.', []),
  'recovery.open': action(
    'recovery.open',
    'Replace lost keys',
    'Starts replacing an officer’s lost keys; an old key can object until the delay is over.',
    [...OFFICE, 'auditor'],
    { signers: 2 },
  ),
  'recovery.veto': action('recovery.veto', 'Object to a recovery', 'The officer still has a key and stops its replacement.', []),
  readmit: action(
    'readmit',
    'Take an old record again',
    'Takes a transaction that the predecessor accepted and its disk lost, with its receipt as evidence.',
    ['clerk', 'accountant'],
  ),
} as const satisfies Readonly<Record<keyof typeof bodies, ActionDefinition>>;
