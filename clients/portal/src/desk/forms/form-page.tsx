/** One action by form: one screen, one signature, one receipt. */
import { Heading, Paragraph } from '@digdir/designsystemet-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Me } from '../../keys/me.ts';
import type { Signed } from '../../keys/sign-and-send.ts';
import { codeWords } from '../../parts/said.tsx';
import { useWords } from '../../words/use-words.ts';
import { entitled, formWithSchema } from '../desk-data.ts';
import { DeskPage } from '../desk-page.tsx';
import { itemList } from '../file/item-list.ts';
import { SignedOutcome } from '../signed-outcome.tsx';
import { ActionForm } from './action-form.tsx';
import { Terms } from './terms.tsx';

export function FormPage() {
  return <DeskPage>{(me) => <Opened me={me} />}</DeskPage>;
}

function Opened({ me }: { readonly me: Me }) {
  const say = useWords();
  const { module, form: name } = useParams({ from: '/desk/do/$module/$form' });
  const prefilled = useSearch({ from: '/desk/do/$module/$form' });
  const { data: form } = useSuspenseQuery(formWithSchema(module, name));
  const { data: right } = useSuspenseQuery(entitled(me.officer));
  const [outcome, setOutcome] = useState<Signed>();
  const mine = right.actions.find(({ action }) => action === form.action);
  const isDone = outcome?.kind === 'accepted' || outcome?.kind === 'repeated' || outcome?.kind === 'pending';
  return (
    <>
      <Heading level={1}>{form.title}</Heading>
      <Paragraph className="lead">{form.text}</Paragraph>
      {mine === undefined && <Paragraph>{say('form.not-yours')}</Paragraph>}
      {mine !== undefined && !isDone && (
        <>
          <Terms right={right} action={form.action} />
          {mine.signers === 1 && itemList(form, codeWords) !== undefined && (
            <p className="links">
              <Link to="/desk/file/$module/$form" params={{ module, form: name }}>
                {say('file.link')}
              </Link>
            </p>
          )}
          <ActionForm key={`${module}/${name}`} {...{ me, form, right: mine, prefilled }} onSigned={setOutcome} outcome={outcome} />
        </>
      )}
      {outcome !== undefined && isDone && (
        <>
          <SignedOutcome outcome={outcome} />
          <p className="links">
            <button type="button" className="plain" onClick={() => setOutcome(undefined)}>
              {say('form.again')}
            </button>
            <Link to="/desk">{say('form.to-inbox')}</Link>
          </p>
        </>
      )}
    </>
  );
}
