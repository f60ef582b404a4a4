/** What a field is called, and what is wrong with it. */
import { get, useFormContext } from 'react-hook-form';
import { useWords } from '../../words/use-words.ts';
import type { Field } from './fields.ts';
import { useFormFacts } from './form-context.ts';

/** What is wrong with a field, in words; nothing before somebody has left it. */
export function useFault(path: string): string | undefined {
  const say = useWords();
  const { faults, wasTried } = useFormFacts();
  const { formState } = useFormContext();
  const fault = faults[path];
  const wasLeft = get(formState.touchedFields, path) === true;
  // An empty field that somebody passes by on the way is no mistake yet.
  if (fault === undefined || (!wasTried && (!wasLeft || fault === 'missing'))) return undefined;
  return say(`form.fault-${fault}`);
}

export function useLabel(field: Field): string {
  const say = useWords();
  return field.isRequired ? field.label : say('form.optional', { label: field.label });
}
