/** One action by form: one screen, one signature, one receipt. */
import { Heading, Paragraph } from '@digdir/designsystemet-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Me } from '../../keys/me.ts';
import type { Signed } from '../../keys/sign-and-send.ts';
import { rolesWords } from '../../parts/said.tsx';
import { useWords } from '../../words/use-words.ts';
import { type Entitled, entitled, type Form, formWithSchema } from '../desk-data.ts';
import { DeskPage } from '../desk-page.tsx';
import { SignedOutcome } from '../signed-outcome.tsx';
import { ActionForm } from './action-form.tsx';

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
          <Terms right={right} form={form} />
          <ActionForm key={`${module}/${name}`} {...{ me, form, right: mine, prefilled }} onSigned={setOutcome} outcome={outcome} />
        </>
      )}
      {outcome !== undefined && isDone && (
        <>
          <SignedOutcome outcome={outcome} />
          <p className="links">
            {'name' in outcome && (
              <Link to="/entries/$ref" params={{ ref: outcome.name ?? '' }}>
                {say('form.see-record')}
              </Link>
            )}
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

/** In which role this is signed; and, where one signature is not enough, whose else is needed and until when. */
function Terms({ right, form }: { readonly right: Entitled; readonly form: Form }) {
  const say = useWords();
  const mine = right.actions.find(({ action }) => action === form.action)!;
  const giver = right.mandates.find(({ id }) => id === mine.for)?.by;
  return (
    <>
      {mine.as !== undefined && (
        <p className="note">
          {giver === undefined
            ? say('form.as', { role: rolesWords([mine.as]) })
            : say('form.as-deputy', { role: rolesWords([mine.as]), giver })}
        </p>
      )}
      {mine.signers > 1 && (
        <p>{say('form.proposal', { count: mine.signers - 1, roles: rolesWords(mine.roles), days: right.proposalDays })}</p>
      )}
    </>
  );
}
