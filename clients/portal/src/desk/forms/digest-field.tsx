/**
 * A document that the record names by its fingerprint alone: the file is read in this browser and sent nowhere. Of one that is not public the
 * fingerprint is hidden by a salt, so that nobody can try out what it may say; whoever keeps the document keeps the salt with it.
 */
import { Alert, Checkbox, Textfield } from '@digdir/designsystemet-react';
import { randomBytes } from '@tabularium/sdk';
import { useId, useRef, useState } from 'react';
import { useFormContext } from 'react-hook-form';
import { fileDigest, hex, SALT_BYTES } from '../../proof/file-digest.ts';
import { useWords } from '../../words/use-words.ts';
import type { Field } from './fields.ts';
import { useFault, useLabel } from './use-field.ts';

export function DigestField({ field, path }: { readonly field: Field; readonly path: string }) {
  const say = useWords();
  const id = useId();
  const { register, setValue } = useFormContext();
  const error = useFault(path);
  const label = useLabel(field);
  const [file, setFile] = useState<File>();
  const [hidden, setHidden] = useState(false);
  const salt = useRef<string>(undefined);
  const read = async (chosen: File | undefined, isHidden: boolean): Promise<void> => {
    setHidden(isHidden);
    if (chosen === undefined) return;
    setFile(chosen);
    salt.current ??= hex(randomBytes(SALT_BYTES));
    const digest = fileDigest(new Uint8Array(await chosen.arrayBuffer()), isHidden ? salt.current : undefined);
    setValue(path, digest, { shouldTouch: true });
  };
  return (
    <div className="digest">
      <p className="file">
        <label htmlFor={id}>{say('form.from-file', { label })}</label>
        <input id={id} type="file" onChange={({ target }) => void read(target.files?.[0], hidden)} />
      </p>
      <Checkbox label={say('form.not-public')} checked={hidden} onChange={({ target }) => void read(file, target.checked)} />
      {hidden && file !== undefined && (
        <Alert data-color="warning" data-size="sm">
          {say('form.salt-why')}{' '}
          <a href={`data:text/plain;charset=utf-8,${salt.current ?? ''}%0A`} download={`${file.name}.salt.txt`}>
            {say('form.salt-keep')}
          </a>
        </Alert>
      )}
      <Textfield
        label={say('form.fingerprint', { label: field.label })}
        {...(field.help === undefined ? {} : { description: field.help })}
        {...(error === undefined ? {} : { error })}
        autoComplete="off"
        spellCheck={false}
        {...register(path)}
      />
    </div>
  );
}
