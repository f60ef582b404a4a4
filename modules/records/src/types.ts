/**
 * The types of civil records, as data: one JSON file each under `types/`, which says the type's title, its fields, how long its records are
 * kept and who may declare, register and correct it. A new type is one file and one line here; its actions, forms and papers follow.
 *
 * Every field of a type is personal: it goes to the vault, under the record's handle. In the clear stand the type, the office, the version.
 */
import { disclosable, personal } from '@tabularium/protocol';
import { type TSchema, type TUnsafe, Type } from 'typebox';
import birth from '../types/birth.json' with { type: 'json' };
import death from '../types/death.json' with { type: 'json' };
import marriage from '../types/marriage.json' with { type: 'json' };
import nameChange from '../types/name-change.json' with { type: 'json' };
import { handle, sha256 } from './codes.ts';

/** A file under `types/`. */
export interface RecordType {
  readonly title: string;
  readonly retention: string;
  readonly roles: { readonly declare: readonly string[]; readonly register: readonly string[]; readonly correct: readonly string[] };
  /** `schema`: JSON Schema of what is typed. `about`: who it speaks of, where that is not the person whose record it is. */
  readonly fields: Readonly<Record<string, RecordField>>;
}

export interface RecordField {
  readonly required?: boolean;
  readonly about?: string;
  readonly schema: object;
}

export const recordTypes: Readonly<Record<string, RecordType>> = { birth, death, marriage, 'name-change': nameChange };

export const CORRECTION_REASONS = ['typing-error', 'left-out', 'new-evidence', 'court-decision', 'status-changed'] as const;

/** The personal fields of a type, as a body declares them. */
function personalFields({ fields }: RecordType): Record<string, TUnsafe<string>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { required = false, about, schema }]) => {
      const field = personal(Type.Unsafe<string>(schema as TSchema), about === undefined ? {} : { of: about });
      return [name, required ? field : Type.Optional(field)];
    }),
  );
}

const record = handle('Record', 'A random name of this case, made by the client; what is said in it lies in the vault.');

/** What is signed to declare an event, or to declare again what was rejected. */
export const declareBody = (type: RecordType) =>
  disclosable(
    {
      record,
      evidence: Type.Optional(sha256('Digest of the evidence', 'SHA-256 of a salt and the bytes of what was handed in.')),
      ...personalFields(type),
    },
    { case: 'record' },
  );

/** A correction says the whole record anew: each version stands by itself, and an old one can be destroyed alone. */
export const correctBody = (type: RecordType) =>
  disclosable(
    {
      record,
      reason: Type.Enum([...CORRECTION_REASONS], { title: 'Reason' }),
      evidence: sha256('Digest of the evidence', 'SHA-256 of a salt and the bytes of what was handed in.'),
      ...personalFields(type),
    },
    { case: 'record' },
  );

/** The members of a body that a type's fields may not be called. */
export const KEPT_NAMES: readonly string[] = ['record', 'evidence', 'reason'];
