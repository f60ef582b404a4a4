/** For those who want to know: the stamps that close the record's batches, the newest of them checked here, and nothing old changed. */
import { Button, Card, Heading } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { getJson } from '../data/api.ts';
import { When } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { type MessageId, useWords } from '../words/use-words.ts';
import { StampCard } from './stamp-card.tsx';
import '../pages/story.css';

interface BlockRow {
  readonly height: number;
  readonly time: number;
  readonly first: number;
  readonly count: number;
}

const PAGE = 15;
const COLUMNS: readonly MessageId[] = ['blocks.stamp', 'blocks.closed', 'blocks.entries', 'blocks.line'];

export function Blocks() {
  const say = useWords();
  const { before } = useSearch({ from: '/blocks' });
  const navigate = useNavigate({ from: '/blocks' });
  const from = before !== undefined && /^[1-9][0-9]{0,14}$/.test(before) ? `&before=${before}` : '';
  const { data, error } = useQuery({
    queryKey: ['ledger', 'blocks', from],
    queryFn: () => getJson<{ readonly rows: readonly BlockRow[]; readonly next?: number }>(`/api/v1/blocks?limit=${PAGE}${from}`),
  });
  return (
    <>
      <Heading level={1}>{say('blocks.title')}</Heading>
      <p className="lead">{say('blocks.lead')}</p>
      {from === '' && <StampCard />}
      <Card>
        <Card.Block>
          <Heading level={2} data-size="sm">
            {say('blocks.list')}
          </Heading>
          <p className="note">{say('blocks.counts')}</p>
          {error !== null && <p role="alert">{say('list.failed')}</p>}
          {data === undefined ? error === null && <Waiting /> : <BlockTable rows={data.rows} />}
          <p className="pager">
            {from !== '' && (
              <Button variant="secondary" onClick={() => void navigate({ search: {} })}>
                {say('blocks.newer')}
              </Button>
            )}
            {data?.next !== undefined && (
              <Button variant="secondary" onClick={() => void navigate({ search: { before: String(data.next) } })}>
                {say('blocks.older')}
              </Button>
            )}
          </p>
        </Card.Block>
      </Card>
    </>
  );
}

function BlockTable({ rows }: { readonly rows: readonly BlockRow[] }) {
  const say = useWords();
  return (
    <table className="rows plain">
      <caption className="unseen">{say('blocks.list')}</caption>
      <thead>
        <tr>
          {COLUMNS.map((word, n) => (
            <th key={word} scope="col" className={n > 1 ? 'num' : undefined}>
              {say(word)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ height, time, first, count }) => (
          <tr key={height}>
            <td>
              <Link to="/entries/$ref" params={{ ref: String(first + count) }}>
                {say('blocks.stamp-number', { height })}
              </Link>
            </td>
            <td data-label={say('blocks.closed')}>
              <When time={time} withClock />
            </td>
            <td data-label={say('blocks.entries')} className="num">
              {count}
            </td>
            <td data-label={say('blocks.line')} className="num">
              {say('number', { of: first + count + 1 })}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
