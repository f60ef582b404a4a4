/** This device has no key yet: sign in with a passkey, be an invented officer where this is a demo, or get keys as one who is new. */
import './keys.css';
import { Button, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { codeWords, seatWords } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { type Found, findMe } from './find-me.ts';
import { NoPasskeyHere } from './make-passkey.tsx';
import { become, type Invented, inventedOfficers, me } from './me.ts';
import { whyNoPasskey } from './passkey.ts';

export function ChooseOfficer() {
  const { data } = useQuery({ queryKey: ['invented'], queryFn: inventedOfficers, staleTime: Number.POSITIVE_INFINITY });
  if (data === undefined) return <Waiting />;
  return (
    <>
      {data.length > 0 && <InventedPeople people={data} />}
      <WithPasskey />
    </>
  );
}

function InventedPeople({ people }: { readonly people: readonly Invented[] }) {
  const say = useWords();
  const queries = useQueryClient();
  const choose = async (one: Invented): Promise<void> => {
    await become(one);
    await queries.invalidateQueries({ queryKey: me.queryKey });
  };
  return (
    <section className="part">
      <Heading level={2} data-size="sm">
        {say('desk.choose')}
      </Heading>
      <Paragraph className="note">{say('desk.invented')}</Paragraph>
      <ul className="people">
        {people.map((one) => (
          <li key={one.officer}>
            <Button variant="secondary" onClick={() => void choose(one)}>
              {one.roles.map(seatWords).join(' · ') || codeWords(one.officer)}
            </Button>
            <span className="sub">{one.officer}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function WithPasskey() {
  const say = useWords();
  const queries = useQueryClient();
  const [found, setFound] = useState<Exclude<Found, 'found'> | 'unreached'>();
  const find = async (): Promise<void> => {
    setFound(undefined);
    const what = await findMe(queries).catch(() => 'unreached' as const);
    if (what !== 'found') setFound(what);
  };
  return (
    <section className="part">
      <Heading level={2} data-size="sm">
        {say('keys.sign-in')}
      </Heading>
      <Paragraph className="note">{say('keys.what-is')}</Paragraph>
      {whyNoPasskey() === undefined ? (
        <p>
          <Button onClick={() => void find()}>{say('keys.sign-in')}</Button>
        </p>
      ) : (
        <NoPasskeyHere />
      )}
      {found !== undefined && <p role="alert">{say(`keys.found-${found}`)}</p>}
      <p className="links">
        <Link to="/keys/new">{say('keys.new-here')}</Link>
        <Link to="/keys/lost">{say('keys.lost-one')}</Link>
        <Link to="/sign-in">{say('staff.title')}</Link>
      </p>
    </section>
  );
}
