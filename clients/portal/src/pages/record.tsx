/** A record's life: what it is now, checked here in the browser, and everything that happened to it, in plain words. */
import { Card, Heading, Tag } from '@digdir/designsystemet-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { ApiProblem, office } from '../data/api.ts';
import type { Told } from '../data/shown.ts';
import { type Life, type LifeEvent, life } from '../data/stories.ts';
import { hasDesk } from '../desk/has-desk.ts';
import { codeWords, When } from '../parts/said.tsx';
import { Signers, ToldFacts } from '../parts/told.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { LifeProof } from '../proof/life-proof.tsx';
import { useWords } from '../words/use-words.ts';
import { Corrections } from './corrections.tsx';
import { Documents } from './documents.tsx';
import { NotHere } from './not-here.tsx';
import { newsOf } from './record-news.ts';
import './story.css';

/** Only whoever has a desk at this device loads what corrects. */
const CorrectLink = lazy(async () => ({ default: (await import('../desk/correct/correct-link.tsx')).CorrectLink }));

export function RecordLife() {
  const say = useWords();
  const { _splat: key = '' } = useParams({ from: '/record/$' });
  const { data, error } = useQuery(life(key));
  if (error instanceof ApiProblem && error.problem.status === 503) return <p role="alert">{say('list.failed')}</p>;
  if (error !== null) return <NotHere />;
  if (data === undefined) return <Waiting />;
  const { title, stands, steps, complete } = data;
  return (
    <>
      <div className="kicker">
        {codeWords(key.split('/')[1] ?? '')} <Tags stands={stands} />
      </div>
      <Heading level={1}>{title}</Heading>
      <p className="lead">{say(stands === undefined ? 'record.gone' : 'record.lead')}</p>
      <Corrections steps={steps} />
      <LifeProof stateKey={key} stands={stands} />
      {stands !== undefined && hasDesk() && (
        <Suspense>
          <CorrectLink stateKey={key} />
        </Suspense>
      )}
      <div className="two">
        {stands !== undefined && (
          <Card>
            <Card.Block>
              <Heading level={2} data-size="sm">
                {say('record.stands')}
              </Heading>
              <ToldFacts told={stands.told.filter(({ aside }) => aside !== true)} />
              <p className="links">
                <a href={`/api/v1/facts/${key}`} download={`${key.replaceAll('/', '-')}.fact.json`}>
                  {say('proof.download')}
                </a>
              </p>
              <Aside told={stands.told.filter(({ aside }) => aside === true)} />
            </Card.Block>
          </Card>
        )}
        <Card>
          <Card.Block>
            <Heading level={2} data-size="sm">
              {say('record.life')}
            </Heading>
            {steps.length === 0 ? <p className="note">{say('record.founding')}</p> : <Timeline steps={steps} />}
            {!complete && <p className="note">{say('record.more', { count: steps.length })}</p>}
          </Card.Block>
        </Card>
      </div>
      <Documents stateKey={key} documents={data.documents} canAttach={stands !== undefined && hasDesk()} />
      <Related stateKey={key} />
      <Technical stateKey={key} stands={stands} />
    </>
  );
}

function Tags({ stands }: { readonly stands: Life['stands'] }) {
  const say = useWords();
  if (stands === undefined) return null;
  const { state, standing, order, imported } = stands;
  return (
    <>
      {standing !== '' && <Tag data-color="warning">{codeWords(standing)}</Tag>}
      {order !== '' && <Tag data-color="warning">{say('record.order', { of: order })}</Tag>}
      {imported && <Tag data-color="warning">{say('record.imported')}</Tag>}
      {state !== '' && <Tag data-color="neutral">{codeWords(state)}</Tag>}
    </>
  );
}

function Timeline({ steps }: { readonly steps: readonly LifeEvent[] }) {
  const say = useWords();
  return (
    <ol className="life">
      {newsOf(steps).map(({ entry, title, time, height, signers, right, told }, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what happened stays where it is.
        <li key={n}>
          <span className="when">
            <When time={time} />
          </span>
          <p className="what">
            {entry === undefined ? (
              title
            ) : (
              <Link to="/entries/$ref" params={{ ref: String(entry) }}>
                {title}
              </Link>
            )}
          </p>
          <div className="sub">
            {entry === undefined ? say(height === 1 ? 'record.by-charter' : 'record.by-itself') : <Signers signers={signers} />}
            {right !== '' && <div>{say('record.under', { right })}</div>}
          </div>
          <ToldFacts told={told} />
        </li>
      ))}
    </ol>
  );
}

/** Lists of the module that can be narrowed to this record: of a budget line its commitments, of what is owed its payments. */
function Related({ stateKey }: { readonly stateKey: string }) {
  const say = useWords();
  const { modules } = useSuspenseQuery(office).data;
  const [name = '', collection = '', ...rest] = stateKey.split('/');
  const lists = Object.entries(modules.find((one) => one.name === name)?.lists ?? {}).filter(
    ([, view]) => view.collection !== collection && view.filters.includes(collection),
  );
  if (lists.length === 0) return null;
  return (
    <section className="changed">
      <Heading level={2} data-size="sm">
        {say('record.related')}
      </Heading>
      <ul className="plain">
        {lists.map(([view, { title }]) => (
          <li key={view}>
            <Link to="/lists/$module/$view" params={{ module: name, view }} search={{ [collection]: rest.join('/') }}>
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Technical({ stateKey, stands }: { readonly stateKey: string; readonly stands: Life['stands'] }) {
  const say = useWords();
  return (
    <details className="technical">
      <summary>{say('technical.title')}</summary>
      <p>
        <code>{stateKey}</code>
      </p>
      {stands !== undefined && <pre>{JSON.stringify(stands.record, null, 2)}</pre>}
    </details>
  );
}

/** What other records say that this one leads to. */
function Aside({ told }: { readonly told: readonly Told[] }) {
  const say = useWords();
  if (told.length === 0) return null;
  return (
    <>
      <Heading level={3} data-size="2xs">
        {say('fact.from-lists')}
      </Heading>
      <p className="note">{say('fact.from-lists-why')}</p>
      <ToldFacts told={told} />
    </>
  );
}
