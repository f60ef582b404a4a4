/** Every act that was accepted, newest first. */
import { Button, Heading } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { entries } from '../data/api.ts';
import { EntryList } from '../parts/entry-list.tsx';
import { FindBox } from '../parts/find-box.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';

export function Records() {
  const say = useWords();
  const { before } = useSearch({ from: '/entries' });
  const navigate = useNavigate({ from: '/entries' });
  const { data } = useQuery(entries(before !== undefined && /^[1-9][0-9]{0,14}$/.test(before) ? Number(before) : undefined, 50));
  return (
    <>
      <Heading level={1}>{say('nav.records')}</Heading>
      <p className="lead">{say('records.lead')}</p>
      <FindBox />
      {data === undefined ? <Waiting /> : <EntryList rows={data.rows} />}
      <p className="pager">
        {before !== undefined && (
          <Button variant="secondary" onClick={() => void navigate({ search: {} })}>
            {say('records.newest')}
          </Button>
        )}
        {data?.next !== undefined && (
          <Button variant="secondary" onClick={() => void navigate({ search: { before: String(data.next) } })}>
            {say('records.older')}
          </Button>
        )}
      </p>
    </>
  );
}
