/** A document that the record names by its fingerprint alone: the file is read in this browser and sent nowhere. */
import { Textfield } from '@digdir/designsystemet-react';
import { useId } from 'react';
import { useFormContext } from 'react-hook-form';
import { useWords } from '../../words/use-words.ts';
import type { Field } from './fields.ts';
import { useFault, useLabel } from './use-field.ts';

export function DigestField({ field, path }: { readonly field: Field; readonly path: string }) {
  const say = useWords();
  const id = useId();
  const { register, setValue } = useFormContext();
  const error = useFault(path);
  const read = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
    setValue(path, Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''), { shouldTouch: true });
  };
  return (
    <div>
      <Textfield
        label={useLabel(field)}
        {...(field.help === undefined ? {} : { description: field.help })}
        {...(error === undefined ? {} : { error })}
        autoComplete="off"
        spellCheck={false}
        {...register(path)}
      />
      <p className="file">
        <label htmlFor={id}>{say('form.from-file')}</label>
        <input id={id} type="file" onChange={({ target }) => void read(target.files?.[0])} />
      </p>
    </div>
  );
}
