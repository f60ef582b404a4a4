/** An act's whole story: who did what under which right, what it changed, and its proof, checked here in the browser. */
import { Card, Heading, Paragraph, Tag } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useParams } from '@tanstack/react-router';
import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { type Story, type StoryEvent, story, titles } from '../data/stories.ts';
import { codeWords, Money, When } from '../parts/said.tsx';
import { keyWords, Signers, ToldFacts } from '../parts/told.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { ReceiptProof } from '../proof/receipt-proof.tsx';
import { useWords } from '../words/use-words.ts';
import { NotHere } from './not-here.tsx';
import './story.css';

/** Records that are worth a line of their own; accounts and deadlines follow from them. */
const TECHNICAL: ReadonlySet<string> = new Set(['account', 'deadline']);
const EVENTS_SHOWN = 12;
const KEYS_SHOWN = 40;

export function Entry() {
  const say = useWords();
  const { ref } = useParams({ from: '/entries/$ref' });
  const { data, error } = useQuery(story(ref));
  if (error !== null) return <NotHere />;
  if (data === undefined) return <Waiting />;
  const { kind, height, order } = data;
  const isCalled = isCalledByRecord(data);
  return (
    <>
      {isCalled && <div className="kicker">{data.title}</div>}
      {order !== undefined && (
        <div className="kicker">
          <Tag data-color="warning">{say('record.order', { of: order })}</Tag>
        </div>
      )}
      <Heading level={1}>{isCalled ? <OfRecord {...data} /> : kind === 'act' ? data.title : say(`entry.${kind}`, { height })}</Heading>
      <Paragraph className="lead">{kind === 'act' ? <Lead {...data} /> : say(`entry.${kind}-is`)}</Paragraph>
      {kind === 'act' && <ReceiptProof name={data.name} />}
      {kind === 'charter' && <Link to="/offices">{say('offices.title')}</Link>}
      {kind === 'stamp' && <Link to="/blocks">{say('blocks.title')}</Link>}
      <Circumstances {...data} />
      <Happened {...data} />
      <Changed keys={data.keys} />
      <Technical {...data} />
    </>
  );
}

const isCalledByRecord = ({ record, about, money }: Story): boolean => record !== undefined && about !== undefined && money !== undefined;

/** `Payment: Riverbank Groundworks, €830.17`. */
function OfRecord({ record = '', about = '', money }: Story) {
  const say = useWords();
  return (
    <>
      {say('entry.heading', { kind: codeWords(record.split('/')[1] ?? ''), about })}
      {money !== undefined && (
        <>
          , <Money minor={money.amount} currency={money.currency} />
        </>
      )}
    </>
  );
}

/** `A payment was ordered: €830.17, Riverbank Groundworks. For: Kerb repair, Mill Street.` */
function Lead(told: Story) {
  const say = useWords();
  const { headline, about, purpose, times, money } = told;
  const what = purpose === undefined ? '' : ` ${say('entry.for', { purpose })}`;
  if (isCalledByRecord(told) || (about === undefined && money === undefined)) return headline + what;
  return (
    <>
      {headline.replace(/\.$/, '')}: {money !== undefined && <Money minor={money.amount} currency={money.currency} />}
      {money !== undefined && about !== undefined && ', '}
      {about !== undefined && (times === undefined ? about : say('entries.more', { about, count: times - 1 }))}.{what}
    </>
  );
}

function Circumstances({ kind, time, signers, right, index, height }: Story) {
  const say = useWords();
  const facts: readonly (readonly [string, ReactNode])[] = [
    [say('entry.when'), <When key="when" time={time} />],
    ...(kind === 'act'
      ? ([
          [say('entry.who'), <Signers key="who" signers={signers} />],
          [say('entry.under'), say('entry.right', { right })],
        ] as const)
      : []),
    [say('entry.place'), say('entry.line', { index, height })],
  ];
  return (
    <dl className="facts">
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Happened({ events, more }: Story) {
  const say = useWords();
  const asked = useLocation({ select: ({ hash }) => hash });
  if (events.length === 0) return null;
  const isAsked = ({ told }: StoryEvent): boolean => events.length > 1 && told.some(({ key }) => key !== undefined && key === asked);
  // The one of a long list that an address names stands first, where nobody has to look for it.
  const found = events.filter(isAsked);
  const shown = [...found, ...events.filter((event) => !isAsked(event))].slice(0, Math.max(EVENTS_SHOWN, found.length));
  const hidden = events.length - shown.length + more;
  return (
    <Card>
      <Card.Block>
        <Heading level={2} data-size="sm">
          {say('entry.happened')}
        </Heading>
        {shown.map((event, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: events of an entry never change.
          <Event key={`${event.type} ${n}`} event={event} isAsked={isAsked(event)} />
        ))}
        {hidden > 0 && <p className="note">{say('entry.more', { count: hidden })}</p>}
      </Card.Block>
    </Card>
  );
}

function Event({ event: { title, told }, isAsked }: { readonly event: StoryEvent; readonly isAsked: boolean }) {
  const say = useWords();
  const section = useIntoView(isAsked);
  return (
    <section ref={section} className={isAsked ? 'asked' : undefined}>
      <Heading level={3} data-size="2xs">
        {title} {isAsked && <span className="note">{say('entry.asked')}</span>}
      </Heading>
      <ToldFacts told={told} />
    </section>
  );
}

/** What an address names comes into view once it is there; a browser looks for it before. */
function useIntoView<T extends HTMLElement = HTMLElement>(isAsked: boolean): RefObject<T | null> {
  const one = useRef<T>(null);
  useEffect(() => {
    if (isAsked) one.current?.scrollIntoView();
  }, [isAsked]);
  return one;
}

function Changed({ keys }: Pick<Story, 'keys'>) {
  const say = useWords();
  const changed = keys.filter((key) => !TECHNICAL.has(key.split('/')[1] as string));
  const named = useQuery(titles(changed.slice(0, KEYS_SHOWN))).data ?? {};
  if (changed.length === 0) return null;
  const hidden = changed.length - KEYS_SHOWN;
  return (
    <section className="changed">
      <Heading level={2} data-size="sm">
        {say('entry.changed')}
      </Heading>
      <ul className="plain">
        {changed.slice(0, KEYS_SHOWN).map((key) => (
          <li key={key}>
            <Link to="/record/$" params={{ _splat: key }}>
              {named[key] === undefined ? keyWords(key) : `${codeWords(key.split('/')[1] ?? '')}: ${named[key]}`}
            </Link>
          </li>
        ))}
      </ul>
      {hidden > 0 && <p className="note">{say('entry.more', { count: hidden })}</p>}
    </section>
  );
}

function Technical({ name, kid, officers, keys, transfers, signed }: Story) {
  const say = useWords();
  const isAsked = useLocation({ select: ({ hash }) => hash === 'technical' });
  const details = useIntoView<HTMLDetailsElement>(isAsked);
  const codes = [
    ['technical.name', name],
    ['technical.key', kid],
    ['technical.officers', officers.join(', ')],
  ] as const;
  return (
    <details className="technical" open={isAsked} ref={details}>
      <summary>{say('technical.title')}</summary>
      <dl className="facts">
        {codes
          .filter(([, value]) => value !== '')
          .map(([word, value]) => (
            <div key={word}>
              <dt>{say(word)}</dt>
              <dd>
                <code>{value}</code>
              </dd>
            </div>
          ))}
        {keys.length > 0 && (
          <div>
            <dt>{say('technical.keys')}</dt>
            <dd>
              {keys.slice(0, KEYS_SHOWN).map((key) => (
                <div key={key}>
                  <Link to="/record/$" params={{ _splat: key }}>
                    <code>{key}</code>
                  </Link>
                </div>
              ))}
            </dd>
          </div>
        )}
      </dl>
      {transfers.length > 0 && <DoubleEntry transfers={transfers} />}
      <Heading level={2} data-size="2xs">
        {say('technical.signed')}
      </Heading>
      <pre>{JSON.stringify(signed, null, 2)}</pre>
    </details>
  );
}

function DoubleEntry({ transfers }: Pick<Story, 'transfers'>) {
  const say = useWords();
  const columns = ['technical.debit', 'technical.credit', 'technical.amount', 'technical.phase'] as const;
  return (
    <table className="rows plain">
      <caption>{say('technical.double-entry')}</caption>
      <thead>
        <tr>
          {columns.map((word) => (
            <th key={word} scope="col" className={word === 'technical.amount' ? 'num' : undefined}>
              {say(word)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {transfers.map(({ debit, credit, amount, currency, phase }, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: transfers of an entry never change.
          <tr key={n}>
            <td data-label={say('technical.debit')}>{debit}</td>
            <td data-label={say('technical.credit')}>{credit}</td>
            <td data-label={say('technical.amount')} className="num">
              <Money minor={amount} currency={currency} />
            </td>
            <td data-label={say('technical.phase')}>{phase}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
