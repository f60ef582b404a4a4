/** What this office has recorded: whether it is sealed, what was written last, where to look. */
import { Card, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { MoneyFlow } from '../areas/treasury/money-flow.tsx';
import { entries, office } from '../data/api.ts';
import { EntryList } from '../parts/entry-list.tsx';
import { FindBox } from '../parts/find-box.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';

const LATEST = 6;
const StartHere = lazy(async () => ({ default: (await import('../start/start-here.tsx')).StartHere }));

export function Home() {
  const say = useWords();
  const { data } = useSuspenseQuery(office);
  const latest = useQuery(entries(undefined, LATEST));
  return (
    <>
      <Heading level={1} data-size="xl">
        {say('home.title', { office: data.office })}
      </Heading>
      <Paragraph data-size="lg" className="lead">
        {say('home.lead')}
      </Paragraph>
      {data.demo === true && (
        <Suspense fallback={<Waiting />}>
          <StartHere />
        </Suspense>
      )}
      <FindBox />
      <div className="two">
        <div>{data.modules.some(({ name }) => name === 'treasury') && <MoneyFlow />}</div>
        <Card>
          <Card.Block>
            <div className="head">
              <Heading level={2} data-size="sm">
                {say('home.latest')}
              </Heading>
              <Link to="/entries">{say('home.all-records')}</Link>
            </div>
            {latest.data === undefined ? <Waiting /> : <EntryList rows={latest.data.rows} />}
          </Card.Block>
        </Card>
      </div>
    </>
  );
}
