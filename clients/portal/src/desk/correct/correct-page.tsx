/** Putting a record right: what stands there, proven here, beside what should; the reason; and a second person who signs too. */
import { Heading, Paragraph } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { titles } from '../../data/stories.ts';
import type { Me } from '../../keys/me.ts';
import type { Signed } from '../../keys/sign-and-send.ts';
import { NotHere } from '../../pages/not-here.tsx';
import { keyWords } from '../../parts/told.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { fetchAndCheckFact } from '../../proof/check.ts';
import { FactFailure } from '../../proof/failure.tsx';
import { useWords } from '../../words/use-words.ts';
import { CORRECT, entitled, formOf, forms, formWithSchema } from '../desk-data.ts';
import { DeskPage } from '../desk-page.tsx';
import { Terms } from '../forms/terms.tsx';
import { SignedOutcome } from '../signed-outcome.tsx';
import { CorrectForm } from './correct-form.tsx';
import type { Held } from './correction.ts';
import { SeekRecord } from './seek-record.tsx';

export function CorrectPage() {
  const { _splat: key = '' } = useParams({ from: '/desk/correct/$' });
  return <DeskPage>{(me) => (key === '' ? <SeekRecord me={me} /> : <Opened key={key} me={me} stateKey={key} />)}</DeskPage>;
}

interface OpenedProps {
  readonly me: Me;
  readonly stateKey: string;
}

function Opened({ me, stateKey }: OpenedProps) {
  const say = useWords();
  const form = formOf(useSuspenseQuery(forms).data, { action: CORRECT, body: { key: stateKey } });
  const right = useSuspenseQuery(entitled(me.officer)).data;
  const mine = right.actions.find(({ action }) => action === CORRECT);
  const fact = useQuery({ queryKey: ['ledger', 'fact', stateKey], queryFn: () => fetchAndCheckFact(stateKey) });
  const title = useQuery(titles([stateKey])).data?.[stateKey] ?? keyWords(stateKey);
  const whole = useQuery({ ...formWithSchema(form?.module ?? '', form?.name ?? ''), enabled: form !== undefined }).data;
  const [outcome, setOutcome] = useState<Signed>();
  /** As it stood when it was signed: what follows does not change what was done. */
  const isDone = outcome?.kind === 'accepted' || outcome?.kind === 'repeated' || outcome?.kind === 'pending';
  if (fact.error !== null) return <NotHere />;
  if (fact.data === undefined || (form !== undefined && whole === undefined)) return <Waiting />;
  if (!fact.data.ok) return <FactFailure refused={fact.data} />;
  if (fact.data.value === null) return <NotHere />;
  return (
    <>
      <Heading level={1}>{say('correct.title')}</Heading>
      <p className="lead">
        <Link to="/record/$" params={{ _splat: stateKey }}>
          {title}
        </Link>
      </p>
      {whole === undefined && <Paragraph>{say('correct.impossible')}</Paragraph>}
      {whole !== undefined && mine === undefined && <Paragraph>{say('form.not-yours')}</Paragraph>}
      {whole !== undefined && mine !== undefined && !isDone && (
        <>
          <Terms right={right} action={CORRECT} />
          <CorrectForm {...{ me, outcome, stateKey }} form={whole} right={mine} record={fact.data.value as Held} onSigned={setOutcome} />
        </>
      )}
      {outcome !== undefined && isDone && (
        <>
          <SignedOutcome outcome={outcome} />
          {mine !== undefined && mine.signers > 1 && <Paragraph>{say('correct.waits')}</Paragraph>}
          <p className="links">
            <Link to="/desk">{say('form.to-inbox')}</Link>
          </p>
        </>
      )}
    </>
  );
}
