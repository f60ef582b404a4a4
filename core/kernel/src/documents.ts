/**
 * Documents by digest: whoever may, attaches a document to a record, with what a validation found of its signatures (a qualified signature or
 * seal, eIDAS articles 25 and 35). Nothing here judges it: trust lists change daily, and two nodes would come to different results (ADR 0015).
 */
import type { JsonObject } from '@tabularium/protocol';
import { type Static, Type } from 'typebox';
import { isDay } from './calendar.ts';
import { no, signerOf } from './decide-together.ts';
import type { KernelAct } from './kernel-act.ts';
import { type Act, accept, type Decision, type StandingHandler } from './module.ts';
import type { DocumentRecord } from './records.ts';

const digest = (title: string) =>
  Type.String({
    pattern: '^[0-9a-f]{64}$',
    title,
    description: 'SHA-256 of the document; of one that is not public, SHA-256 of a salt and its bytes.',
  });

/** What a validation found, and whose it was: a service by its address, never a person by name. */
const Said = {
  validatedBy: Type.String({
    pattern: '^[a-z0-9]+(?:-+[a-z0-9]+)*(?:\\.[a-z0-9]+(?:-+[a-z0-9]+)*)+$',
    maxLength: 64,
    title: 'Validated by',
    description: 'Address of the service that judged it, as in validation.example.eu.',
  }),
  indication: Type.Enum(['total-passed', 'indeterminate', 'total-failed'], {
    title: 'What it found',
    description: 'The indication of the report (ETSI EN 319 102-1).',
  }),
  on: Type.String({
    pattern: '^[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$',
    title: 'As of',
    'x-type': 'day',
  }),
  form: Type.Enum(['PAdES', 'JAdES', 'XAdES', 'CAdES', 'ASiC'], { title: 'Form of the signature' }),
  report: digest('Report of the validation'),
};

const closed = { additionalProperties: false } as const;

export function attachBody<S extends ReturnType<typeof Type.String>>(key: S) {
  return Type.Object(
    {
      key,
      document: digest('Document'),
      validation: Type.Optional(Type.Object(Said, { ...closed, title: 'What a validation of its signatures found' })),
    },
    closed,
  );
}

/** Members of the event and of the record: without a validation, the last five are absent. */
export const attached = { key: Type.String(), document: digest('Document'), ...Type.Partial(Type.Object(Said)).properties };

type AttachBody = Static<ReturnType<typeof attachBody>>;

export function documentAttach({ key, document, validation }: AttachBody, act: KernelAct): Decision {
  if (act.recordOf(key) === undefined) return no('record-unknown', 'documents');
  if (validation !== undefined && !hasCome(validation.on, act)) return no('validation-day', 'documents');
  const data = { key, document, ...validation, signers: act.signers as unknown as JsonObject[] };
  return accept([{ type: 'document.attached', data }]);
}

function hasCome(day: string, { charter, time }: Act): boolean {
  return isDay(day) && day <= charter.date(time);
}

/** Whoever attached the wrong file takes it back; a court can have it annulled. It stays in sight, with that standing. */
export const documentStanding: { readonly withdraw: StandingHandler; readonly annul: StandingHandler } = {
  withdraw: ({ id }, act, view) => {
    const record = view.get('document', id) as unknown as DocumentRecord | undefined;
    return record?.signers[0]?.officer === signerOf(act as KernelAct).officer ? accept([]) : no('not-own', 'own-act');
  },
  annul: () => accept([]),
};
