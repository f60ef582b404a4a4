/** What can be asked of the records: three actions of each type, made from its file, and those that all types share. */
import type { ActionDefinition } from '@tabularium/kernel';
import { disclosable, personal } from '@tabularium/protocol';
import { type TSchema, Type } from 'typebox';
import { day, handle, RetentionClass, sha256 } from './codes.ts';
import { GROUNDS, MAX_DOCUMENT_BYTES, MEDIA_TYPES, OUTCOMES, REQUEST_FORMS } from './state.ts';
import { correctBody, declareBody, recordTypes } from './types.ts';

const closed = { additionalProperties: false } as const;
const object = <P extends Record<string, TSchema>>(properties: P) => Type.Object(properties, closed);
const reason = (...codes: string[]) => Type.Enum(codes, { title: 'Reason' });
const several = (item: TSchema, title: string) => Type.Array(item, { minItems: 1, maxItems: 200, uniqueItems: true, title });
const text = (title: string, maxLength: number) => Type.String({ minLength: 1, maxLength, title });

const record = handle('Record');
const document = handle('Document');
const transfer = handle('Transfer');
const request = handle('Request');
const sip = sha256('Digest of the package', 'SHA-256 of the package for the archive.');
const signed = sha256('Digest of the signed request', 'SHA-256 of a salt and the bytes of what the person signed.');

const RecordBody = object({ record });
const RequestBody = object({ request });

const ofTypes = Object.fromEntries(
  Object.entries(recordTypes).flatMap(([name, type]): [string, ActionDefinition][] => [
    [
      `${name}.declare`,
      {
        title: `${type.title}: declare`,
        text: 'Takes down what somebody declares, or declares again what was rejected. Names and days go to the vault; the ledger holds their salted digests.',
        body: declareBody(type),
        roles: type.roles.declare,
      },
    ],
    [
      `${name}.register`,
      {
        title: `${type.title}: register`,
        text: 'Enters a validated declaration in the register, under the next number of the office and year.',
        body: RecordBody,
        roles: type.roles.register,
      },
    ],
    [
      `${name}.correct`,
      {
        title: `${type.title}: ask for a correction`,
        text: 'Says the whole record anew, with the evidence for it. Another person decides; both versions stay.',
        body: correctBody(type),
        roles: type.roles.correct,
      },
    ],
  ]),
);

const shared = {
  validate: {
    title: 'Validate a declaration',
    text: 'Confirms that a declaration is complete and its evidence was seen.',
    body: RecordBody,
    roles: ['registrar'],
  },
  reject: {
    title: 'Reject a declaration',
    text: 'Sends a declaration back with a reason; it can be declared again.',
    body: object({ record, reason: reason('incomplete', 'contradictory', 'evidence-missing', 'not-competent') }),
    roles: ['registrar'],
  },
  'duplicate.flag': {
    title: 'Flag a possible duplicate',
    text: 'Says that a declaration may tell what another record tells already. A registrar decides before anything is registered.',
    body: object({ record, other: handle('Other record') }),
    roles: ['registrar', 'intake'],
    services: true,
  },
  'duplicate.decide': {
    title: 'Decide on a possible duplicate',
    text: 'Decides whether two records tell the same. A duplicate is never registered.',
    body: object({ record, decision: Type.Enum(['duplicate', 'not-duplicate'], { title: 'Decision' }) }),
    roles: ['registrar'],
  },
  'correction.approve': {
    title: 'Approve a correction',
    text: 'What was asked for becomes the version in force; the one before it stays in sight.',
    body: RecordBody,
    roles: ['registrar'],
  },
  'correction.refuse': {
    title: 'Refuse a correction',
    text: 'The record stays as it is.',
    body: object({ record, reason: reason('not-proven', 'already-so', 'not-competent') }),
    roles: ['registrar'],
  },
  certify: {
    title: 'Issue a certificate',
    text: 'Issues a certificate of the version in force, under a number of its own.',
    body: RecordBody,
    roles: ['registrar', 'intake'],
  },
  archive: {
    title: 'Archive a record',
    text: 'Closes a record: no certificate and no correction until it is brought back.',
    body: object({ record, reason: reason('superseded', 'moved', 'closed') }),
    roles: ['registrar'],
  },
  reinstate: {
    title: 'Bring a record back from the archive',
    text: 'An archived record is in force again.',
    body: object({ record, reason: reason('mistake', 'needed-again') }),
    roles: ['registrar'],
  },
  'document.enter': {
    title: 'Enter a document',
    text: 'Names an official document of a case by its digest, with how long it is kept. The document itself lies in the vault.',
    body: disclosable(
      {
        case: handle('Case', 'The record or request it belongs to, or a random name of its own.'),
        mediaType: Type.Enum([...MEDIA_TYPES], { title: 'Kind of file' }),
        size: Type.Integer({ minimum: 1, maximum: MAX_DOCUMENT_BYTES, title: 'Size', description: 'In bytes.' }),
        digest: sha256('Digest of the document', 'SHA-256 of a salt and the document’s bytes.'),
        retention: RetentionClass,
        title: Type.Optional(personal(text('What it is', 200))),
      },
      { case: 'case' },
    ),
    roles: ['registrar', 'intake', 'clerk'],
    services: true,
  },
  'document.supersede': {
    title: 'Supersede a document',
    text: 'Another document of the same case takes its place.',
    body: object({ document, successor: handle('Superseded by') }),
    roles: ['registrar', 'intake', 'clerk'],
  },
  'document.revoke': {
    title: 'Revoke a document',
    text: 'The document no longer counts; that it was there stays in sight.',
    body: object({ document, reason: reason('mistake', 'wrong-case', 'unlawful', 'forged') }),
    roles: ['registrar', 'clerk'],
  },
  'document.dispose': {
    title: 'Dispose of documents',
    text: 'Two people have documents destroyed whose time is over, that nothing holds, and that the archive has where it must.',
    body: object({ documents: several(document, 'Documents') }),
    roles: ['registrar', 'clerk'],
    signers: 2,
  },
  'transfer.prepare': {
    title: 'Prepare a transfer to the archive',
    text: 'Names a package for the archive by its digest, and what is in it.',
    body: object({
      sip,
      documents: Type.Optional(several(document, 'Documents')),
      records: Type.Optional(several(record, 'Records')),
    }),
    roles: ['registrar', 'clerk'],
  },
  'transfer.confirm': {
    title: 'Confirm a transfer',
    text: 'The archive says that it has the package, byte for byte.',
    body: object({ transfer, sip }),
    roles: ['archive-keeper'],
    services: true,
  },
  'request.file': {
    title: 'File a request for information',
    text: 'Takes down what somebody asks to know. From the day it came, the time for an answer runs, and nobody can begin it anew.',
    body: disclosable(
      {
        request: handle('Request', 'A random name of this case, made by the client; who asks, and what, lies in the vault.'),
        form: Type.Enum([...REQUEST_FORMS], { title: 'How it came' }),
        received: Type.Optional(day('Received', 'Day on which it came; today unless stated.')),
        name: Type.Optional(personal(text('Name', 200))),
        contact: Type.Optional(personal(text('How to reach them', 200))),
        text: personal(text('What is asked', 8_000)),
        signed: Type.Optional(personal(signed)),
      },
      { case: 'request' },
    ),
    roles: ['clerk', 'intake'],
    services: true,
  },
  'request.clarify': {
    title: 'Ask what a request means',
    text: 'The clock stands still, once, until the person has answered; after some time it goes on by itself.',
    body: RequestBody,
    roles: ['clerk'],
  },
  'request.resume': {
    title: 'Take down what was meant',
    text: 'The person has answered; the clock goes on.',
    body: RequestBody,
    roles: ['clerk', 'intake'],
  },
  'request.extend': {
    title: 'Extend the time for an answer',
    text: 'Makes the time longer, once, for a reason that everybody sees.',
    body: object({ request, reason: reason('volume', 'consultation', 'search') }),
    roles: ['clerk'],
  },
  'request.answer': {
    title: 'Answer a request',
    text: 'Says how the request was answered. What is kept back needs a ground. An answer under review is given by another person.',
    body: object({
      request,
      outcome: Type.Enum([...OUTCOMES], { title: 'Outcome' }),
      ground: Type.Optional(Type.Enum([...GROUNDS], { title: 'Ground' })),
      answer: sha256('Digest of the answer', 'SHA-256 of a salt and the bytes of the letter.'),
    }),
    roles: ['clerk', 'mayor'],
  },
  'request.review': {
    title: 'Take down that an answer is to be reviewed',
    text: 'The person is not content with the answer; somebody else looks at it again.',
    body: RequestBody,
    roles: ['clerk', 'intake'],
    services: true,
  },
  'request.withdraw': {
    title: 'Take down that a request is withdrawn',
    text: 'The person does not want to know any more.',
    body: RequestBody,
    roles: ['clerk', 'intake'],
    services: true,
  },
  'request.reopen': {
    title: 'Open a request again',
    text: 'A request that was closed too early waits again; the days since count.',
    body: object({ request, reason: reason('mistake', 'person-came-back') }),
    roles: ['clerk', 'intake'],
  },
} as const satisfies Record<string, ActionDefinition>;

export type SharedAction = keyof typeof shared;
export const actions: Readonly<Record<string, ActionDefinition>> = { ...ofTypes, ...shared };
