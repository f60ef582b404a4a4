/** For developers: what a program can read, follow and send here, taken from the node's own description, to try at once. */
import { Card, Heading, Paragraph, Search } from '@digdir/designsystemet-react';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { getJson } from '../data/api.ts';
import { useWords } from '../words/use-words.ts';
import './developers.css';
import { ActionDetail, OperationDetail } from './operation-detail.tsx';
import { actionsOf, matches, type OpenApi, subjectsOf } from './read-openapi.ts';

const description = queryOptions({
  queryKey: ['openapi'],
  queryFn: () => getJson<OpenApi>('/api/openapi.json'),
  staleTime: Number.POSITIVE_INFINITY,
});

const WAYS = ['read', 'follow', 'hook', 'verify'] as const;

export function Developers() {
  const say = useWords();
  const { data } = useSuspenseQuery(description);
  const [sought, setSought] = useState('');
  const subjects = useMemo(() => subjectsOf(data), [data]);
  const actions = useMemo(() => actionsOf(data), [data]);
  const shown = subjects
    .map((subject) => ({
      ...subject,
      operations: subject.operations.filter(({ method, path, summary }) => matches(sought, method, path, summary)),
    }))
    .filter(({ operations }) => operations.length > 0);
  const shownActions = actions.filter(({ name, title, roles }) => matches(sought, name, title, ...roles));
  const count = shown.reduce((sum, { operations }) => sum + operations.length, shownActions.length);
  // An address may name an operation, which stands here only now.
  useEffect(() => document.getElementById(window.location.hash.slice(1))?.scrollIntoView(), []);
  return (
    <>
      <Heading level={1}>{say('developers.title')}</Heading>
      <Paragraph className="lead">{say('developers.lead')}</Paragraph>
      <Ways />
      <Heading level={2} data-size="md">
        {say('developers.reference')}
      </Heading>
      <Paragraph>
        {say('developers.reference-text')} <a href="/api/openapi.json">OpenAPI 3.1</a>
      </Paragraph>
      <Search className="sought">
        <Search.Input
          aria-label={say('developers.find')}
          placeholder={say('developers.find')}
          value={sought}
          onChange={({ target }) => setSought(target.value)}
        />
        <Search.Clear aria-label={say('developers.clear')} onClick={() => setSought('')} />
      </Search>
      <p className="note" role="status">
        {say('developers.found', { count })}
      </p>
      {shown.map(({ name, description: about, operations }) => (
        <section key={name} aria-label={name}>
          <div className="head">
            <Heading level={3} data-size="xs">
              {name}
            </Heading>
            <span className="sub" lang="en">
              {about}
            </span>
          </div>
          {operations.map((operation) => (
            <OperationDetail key={operation.id} operation={operation} />
          ))}
        </section>
      ))}
      {shownActions.length > 0 && (
        <section aria-label={say('developers.actions')}>
          <div className="head">
            <Heading level={3} data-size="xs">
              {say('developers.actions')}
            </Heading>
            <span className="sub">{say('developers.actions-text')}</span>
          </div>
          {shownActions.map((action) => (
            <ActionDetail key={action.name} action={action} />
          ))}
        </section>
      )}
    </>
  );
}

/** The four things that a program may want, each with a line to begin with. */
function Ways() {
  const say = useWords();
  return (
    <div className="cards ways">
      {WAYS.map((way) => (
        <Card key={way}>
          <Heading level={2} data-size="xs">
            {say(`developers.${way}-title`)}
          </Heading>
          <Paragraph data-size="sm">{say(`developers.${way}-text`)}</Paragraph>
          <pre className="code">{lineOf(way)}</pre>
          <Paragraph data-size="sm" className="note">
            {say('developers.guide', { file: GUIDES[way] })}
          </Paragraph>
        </Card>
      ))}
    </div>
  );
}

/** Where each way is told at length, in the folder of the program. */
const GUIDES = {
  read: 'docs/guides/sign-with-python.md',
  follow: 'docs/guides/feed.md',
  hook: 'docs/guides/webhooks.md',
  verify: 'docs/guides/verify-offline.md',
} as const;

function lineOf(way: (typeof WAYS)[number]): string {
  const { origin } = window.location;
  switch (way) {
    case 'read':
      return `curl -s '${origin}/api/v1/treasury/payments?limit=5'`;
    case 'follow':
      return `curl -s '${origin}/api/v1/feed?after=newest&wait=30000' -D -`;
    case 'hook':
      return "npx tabularium webhook add https://accounts.example/hook --type 'treasury.*'";
    case 'verify':
      return `curl -s ${origin}/log/policy -o policy.txt\nnpx tabularium verify payment.tlog-proof --policy policy.txt`;
  }
}
