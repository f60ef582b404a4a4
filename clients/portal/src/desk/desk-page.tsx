/** The frame of every page of a desk: whose it is, what can be done from it; or, on a device without a key, whose it should be. */
import { Heading, Paragraph } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, Suspense, useEffect } from 'react';
import { ChooseOfficer } from '../keys/choose-officer.tsx';
import { type Me, me as whoIAm } from '../keys/me.ts';
import { WhoseDesk } from '../keys/whose-desk.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import { rememberDesk } from './has-desk.ts';
import { InboxCount } from './inbox-count.tsx';
import './desk.css';

const TABS = [
  ['/desk', 'desk.inbox'],
  ['/desk/do', 'desk.do'],
  ['/desk/signed', 'desk.have-signed'],
  ['/desk/roles', 'desk.hand-over'],
] as const;

export function DeskPage({ children }: { readonly children: (me: Me) => ReactNode }) {
  const say = useWords();
  const { data: me } = useQuery(whoIAm);
  useEffect(() => {
    if (me !== undefined) rememberDesk(me !== null);
  }, [me]);
  if (me === undefined) return <Waiting />;
  if (me === null)
    return (
      <>
        <Heading level={1}>{say('desk.title')}</Heading>
        <Paragraph className="lead">{say('desk.lead')}</Paragraph>
        <ChooseOfficer />
      </>
    );
  return (
    <>
      <div className="desk-of">
        <WhoseDesk me={me} />
      </div>
      <nav className="tabs" aria-label={say('desk.title')}>
        {TABS.map(([to, word]) => (
          <Link key={to} to={to} activeOptions={{ exact: to === '/desk' }} activeProps={{ 'aria-current': 'page' }}>
            {say(word)}
            {to === '/desk' && <InboxCount me={me} />}
          </Link>
        ))}
      </nav>
      <Suspense fallback={<Waiting />} key={me.officer}>
        {children(me)}
      </Suspense>
    </>
  );
}
