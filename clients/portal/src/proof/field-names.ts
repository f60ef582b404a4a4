/** What the fields of a record are called: as the office's form calls them, where it is this office's and may be asked; else by their own names. */
import { useQuery } from '@tanstack/react-query';
import { formOf, forms, formWithSchema } from '../desk/desk-data.ts';
import type { Schema } from '../desk/forms/fields.ts';
import { codeWords } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';

interface Place {
  /** JSON Pointer of the object that has the field. */
  readonly path: string;
  readonly name: string;
}

/** `ask`: false where nobody must be asked for anything. */
export function useFieldNames(action: string, ask: boolean): (field: Place) => string {
  const say = useWords();
  const all = useQuery({ ...forms, enabled: ask }).data;
  const form = all === undefined ? undefined : formOf(all, { action, body: {} });
  const { data } = useQuery({ ...formWithSchema(form?.module ?? '', form?.name ?? ''), enabled: form !== undefined });
  return ({ path, name }) => {
    const within = path.split('/').slice(1);
    const own = name === 'holderKey' ? say('shown.holder-key') : (titleAt(data?.schema, within, name) ?? wordsOf(name));
    return [...within.map((step) => (/^\d+$/.test(step) ? String(Number(step) + 1) : wordsOf(step))), own].join(' · ');
  };
}

function titleAt(schema: Schema | undefined, path: readonly string[], name: string): string | undefined {
  let at = schema;
  for (const step of path) at = /^\d+$/.test(step) ? at?.items : at?.properties?.[step];
  return at?.['x-disclosures']?.properties?.[name]?.title;
}

/** `birthYear` → `Birth year`. */
function wordsOf(name: string): string {
  return codeWords(name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
}

/** A value as text; what is no text, number or answer is left as it was written. */
export function valueWords(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}
