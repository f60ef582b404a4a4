/** What was found, in plain words with amount and day. What was named outright is shown at once; where nothing was found, what can be sought. */
import { Heading } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useSearch } from '@tanstack/react-router';
import { type Hit, search } from '../data/search.ts';
import { shortened } from '../parts/cell.tsx';
import { FindBox } from '../parts/find-box.tsx';
import { codeWords, Day, Money, When } from '../parts/said.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';

/** The number of an entry, too; whoever types it more often means the year. */
const YEAR = /^(?:19|20|21)\d{2}$/;
const SOUGHT = ['search.by-words', 'search.by-amount', 'search.by-day', 'search.by-number'] as const;

export function Search() {
  const say = useWords();
  const { q = '' } = useSearch({ from: '/search' });
  const { data, error } = useQuery({ ...search(q), enabled: q !== '' });
  const first = data?.hits[0];
  if (first?.exact === true && (data?.total === 1 || !YEAR.test(q))) return <Navigate {...placeOf(first)} replace />;
  return (
    <>
      <Heading level={1}>{q === '' ? say('search.title') : say('search.title-of', { q })}</Heading>
      <FindBox key={q} initial={q} />
      {q === '' ? (
        <Sought />
      ) : data === undefined ? (
        error === null ? (
          <Waiting />
        ) : (
          <p role="alert">{say('list.failed')}</p>
        )
      ) : (
        <Found {...data} />
      )}
    </>
  );
}

function Found({ hits, total, nearest = false }: { readonly hits: readonly Hit[]; readonly total: number; readonly nearest?: boolean }) {
  const say = useWords();
  if (hits.length === 0)
    return (
      <>
        <p role="status">{say('search.none')}</p>
        <Sought />
      </>
    );
  return (
    <>
      <p className="note" role="status">
        {nearest && <>{say('search.nearest')} </>}
        {total > hits.length ? say('search.first', { count: hits.length }) : say('search.count', { count: hits.length })}
      </p>
      <ol className="entries">
        {hits.map((hit) => (
          <li key={hit.kind === 'entry' ? hit.index : `${hit.list}/${hit.id}`}>
            <div>
              <Link {...placeOf(hit)}>{hit.title === hit.id ? shortened(hit.title) : hit.title}</Link>
              <span className="sub">
                {hit.purpose !== undefined && `${say('purpose.for')} ${hit.purpose} · `}
                {hit.kind === 'record' ? `${hit.sub} · ${shortened(hit.id ?? '')}` : hit.sub.split(', ').map(codeWords).join(', ')}
              </span>
            </div>
            <div className="found">
              {hit.amount !== undefined && <Money minor={hit.amount} currency={hit.currency ?? ''} />}
              <span className="when">
                <Written {...hit} />
              </span>
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

/** The day on which it was written, unless another day is what was asked for. */
function Written({ byDay, day, time }: Hit) {
  if (day !== undefined && (byDay === true || time === undefined)) return <Day day={day} />;
  return time === undefined ? null : <When time={time} />;
}

/** What can be sought, for whoever found nothing. */
function Sought() {
  const say = useWords();
  return (
    <>
      <p>{say('search.can')}</p>
      <ul>
        {SOUGHT.map((word) => (
          <li key={word}>{say(word)}</li>
        ))}
      </ul>
    </>
  );
}

function placeOf({ kind, index, module = '', list = '', id = '' }: Hit) {
  return kind === 'entry'
    ? ({ to: '/entries/$ref', params: { ref: String(index) } } as const)
    : ({ to: '/lists/$module/$view/$id', params: { module, view: list, id } } as const);
}
