/** Which record is to be put right: sought as anywhere else, by name, number or amount. */
import { Field, Heading, Label, Paragraph } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { office } from '../../data/api.ts';
import { search } from '../../data/search.ts';
import type { Me } from '../../keys/me.ts';
import { Combobox } from '../../parts/combobox.tsx';
import { useWords } from '../../words/use-words.ts';
import { CORRECT, entitled, formOf, forms } from '../desk-data.ts';

export function SeekRecord({ me }: { readonly me: Me }) {
  const say = useWords();
  const id = useId();
  const navigate = useNavigate();
  const { modules } = useSuspenseQuery(office).data;
  const { data: all } = useSuspenseQuery(forms);
  const may = useSuspenseQuery(entitled(me.officer)).data.actions.some(({ action }) => action === CORRECT);
  const [sought, setSought] = useState<string>();
  const { data } = useQuery({ ...search(sought ?? ''), enabled: (sought ?? '').trim() !== '' });
  const rows = data?.hits.flatMap((hit) => {
    const { module = '', list = '', id: record = '', title, sub } = hit;
    const collection = modules.find(({ name }) => name === module)?.lists[list]?.collection;
    const key = `${module}/${collection}/${record}`;
    const isOne = collection !== undefined && formOf(all, { action: CORRECT, body: { key } }) !== undefined;
    return isOne ? [{ id: key, title, sub }] : [];
  });
  const label = say('correct.which');
  return (
    <>
      <Heading level={1}>{say('correct.title')}</Heading>
      <Paragraph className="lead">{say('correct.lead')}</Paragraph>
      {may ? (
        <Field className="pick form">
          <Label htmlFor={id}>{label}</Label>
          <Field.Description>{say('form.pick-help')}</Field.Description>
          <Combobox
            {...{ id, label, sought }}
            rows={(sought ?? '').trim() === '' ? [] : rows}
            shown=""
            isInvalid={false}
            row={({ title, sub }) => (
              <>
                {title}
                <span className="sub">{sub}</span>
              </>
            )}
            onSeek={setSought}
            onChoose={({ id: key }) => void navigate({ to: '/desk/correct/$', params: { _splat: key } })}
          />
        </Field>
      ) : (
        <Paragraph>{say('form.not-yours')}</Paragraph>
      )}
    </>
  );
}
