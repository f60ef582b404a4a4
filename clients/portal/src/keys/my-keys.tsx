/** An officer's own keys: which are in force, a passkey more, one that is lost taken out of force, and a replacement one objects to. */
import './keys.css';
import { Alert, Card, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { When } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { AddPasskey } from './add-passkey.tsx';
import { ChooseOfficer } from './choose-officer.tsx';
import { KeyCard } from './key-card.tsx';
import { type Me, me as whoIAm } from './me.ts';
import { type OfficerHere, officerHere } from './officer-keys.ts';
import { SignThis } from './sign-this.tsx';
import { WhoseDesk } from './whose-desk.tsx';

export function MyKeys() {
  const say = useWords();
  const { data } = useQuery(whoIAm);
  if (data === undefined) return <Waiting />;
  return (
    <>
      <Heading level={1}>{say('keys.title')}</Heading>
      <Paragraph className="lead">{say('keys.lead')}</Paragraph>
      {data === null ? <ChooseOfficer /> : <Keys me={data} />}
    </>
  );
}

function Keys({ me }: { readonly me: Me }) {
  const say = useWords();
  const { data, error } = useQuery(officerHere(me.officer));
  return (
    <>
      <WhoseDesk me={me} />
      {error !== null && <p role="alert">{say('proof.not-now')}</p>}
      {data === undefined && error === null && <Waiting />}
      {data?.recovery !== undefined && <Replacement me={me} due={data.recovery.due} />}
      {data !== undefined && data !== null && <InForce me={me} officer={data} />}
      <AddPasskey me={me} />
      <p className="links">
        <Link to="/keys/lost">{say('keys.lost-one')}</Link>
      </p>
    </>
  );
}

function InForce({ me, officer: { keys } }: { readonly me: Me; readonly officer: OfficerHere }) {
  const say = useWords();
  return (
    <section className="part">
      <Heading level={2} data-size="sm">
        {say('keys.in-force')}
      </Heading>
      <Paragraph className="note">{say('keys.proven')}</Paragraph>
      <ul className="plain cards">
        {keys.map((key) => (
          <li key={key.kid}>
            <KeyCard me={me} officerKey={key} isLast={keys.length === 1} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Others are replacing all keys of this officer, who plainly has one still. */
function Replacement({ me, due }: { readonly me: Me; readonly due: number }) {
  const say = useWords();
  return (
    <Alert data-color="warning">
      <Heading level={2} data-size="xs">
        {say('keys.being-replaced')}
      </Heading>
      <Paragraph>
        {say('keys.replaced-on')} <When time={due} withClock />. {say('keys.object-why')}
      </Paragraph>
      <Card>
        <Card.Block>
          <SignThis
            me={me}
            request={{ action: 'kernel.recovery.veto', body: { officer: me.officer } }}
            said={[[say('keys.you-sign'), say('keys.sign-veto')]]}
          />
        </Card.Block>
      </Card>
    </Alert>
  );
}
