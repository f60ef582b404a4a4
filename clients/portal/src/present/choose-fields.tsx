/** The fields of a record, to be ticked; nothing is, until its holder does. */
import { Button, Checkbox, Fieldset, Paragraph, Textfield } from '@digdir/designsystemet-react';
import { HOLDER_KEY } from '@tabularium/protocol';
import { es256Signer, type HeldRecord, makePresentation, type PrivateJwk } from '@tabularium/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { office } from '../data/api.ts';
import { useFieldNames, valueWords } from '../proof/field-names.ts';
import { useWords } from '../words/use-words.ts';
import { type Made, MadeShown } from './made-shown.tsx';

/** Whom it is signed for; `key`: as its file holds it. */
interface SignFor {
  readonly audience: string;
  readonly nonce: string;
  readonly key: string;
}

const NOBODY: SignFor = { audience: '', nonce: '', key: '' };

export function ChooseFields({ held }: { readonly held: HeldRecord }) {
  const say = useWords();
  const { origin } = useSuspenseQuery(office).data;
  const nameOf = useFieldNames(held.action, held.origin === origin);
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const [signFor, setSignFor] = useState(NOBODY);
  const [inForce, setInForce] = useState(held.fact !== undefined);
  const [made, setMade] = useState<Made>();
  const [trouble, setTrouble] = useState<'present.wrong-key' | 'present.unsigned'>();
  const fields = held.fields.filter(({ name }) => name !== HOLDER_KEY);
  // What was made is of what was ticked then.
  const change = (step: () => void): void => {
    step();
    setMade(undefined);
    setTrouble(undefined);
  };
  const tick = (pointer: string): void =>
    change(() => setTicked(ticked.includes(pointer) ? ticked.filter((one) => one !== pointer) : [...ticked, pointer]));
  const make = async (): Promise<void> => {
    const wanted = Object.values(signFor).some((one) => one !== '');
    if (wanted && Object.values(signFor).includes('')) return setTrouble('present.unsigned');
    try {
      const text = await makePresentation(held, ticked, { withFact: inForce, ...(wanted ? { binding: bindingOf(signFor) } : {}) });
      const shown = fields.filter(({ pointer }) => ticked.includes(pointer));
      setMade({ text, shown: shown.map(nameOf), hidden: fields.length - shown.length });
    } catch {
      setTrouble('present.wrong-key');
    }
  };
  return (
    <section className="choose">
      <Fieldset>
        <Fieldset.Legend>{say('present.what')}</Fieldset.Legend>
        {fields.map((field) => (
          <Checkbox
            key={field.pointer}
            label={nameOf(field)}
            description={valueWords(field.value)}
            checked={ticked.includes(field.pointer)}
            onChange={() => tick(field.pointer)}
          />
        ))}
      </Fieldset>
      {held.fact !== undefined && (
        <Checkbox label={say('present.in-force')} checked={inForce} onChange={() => change(() => setInForce(!inForce))} />
      )}
      {held.holder !== undefined && <SignForOne value={signFor} onChange={(value) => change(() => setSignFor(value))} />}
      <Paragraph data-size="sm">{say('present.once-shown')}</Paragraph>
      {trouble !== undefined && <p role="alert">{say(trouble)}</p>}
      <div className="links">
        <Button disabled={ticked.length === 0} onClick={() => void make()}>
          {say('present.make', { count: ticked.length })}
        </Button>
      </div>
      {made !== undefined && <MadeShown made={made} />}
    </section>
  );
}

function bindingOf({ audience, nonce, key }: SignFor): NonNullable<Parameters<typeof makePresentation>[2]>['binding'] & object {
  const signer = es256Signer(JSON.parse(key) as PrivateJwk);
  return { audience, nonce, nowSeconds: Math.floor(Date.now() / 1_000), signer };
}

function SignForOne({ value, onChange }: { readonly value: SignFor; readonly onChange: (value: SignFor) => void }): ReactNode {
  const say = useWords();
  const readKey = async (file: File | undefined): Promise<void> => {
    if (file !== undefined) onChange({ ...value, key: await file.text() });
  };
  return (
    <details>
      <summary>{say('present.sign')}</summary>
      <div className="sign-for">
        <Paragraph data-size="sm">{say('present.sign-why')}</Paragraph>
        <Textfield
          label={say('present.audience')}
          value={value.audience}
          maxLength={512}
          onChange={({ target }) => onChange({ ...value, audience: target.value })}
        />
        <Textfield
          label={say('present.nonce')}
          value={value.nonce}
          maxLength={512}
          onChange={({ target }) => onChange({ ...value, nonce: target.value })}
        />
        <label className="file">
          {say('present.key')}
          <input type="file" onChange={({ target }) => void readKey(target.files?.[0])} />
        </label>
      </div>
    </details>
  );
}
