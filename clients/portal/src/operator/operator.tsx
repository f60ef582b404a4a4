/** For whoever keeps the node: is it well, and if not, what to do next. Fed by `/metrics`, which an office with staff sign-in keeps to its operators. */
import { Button, Heading, Paragraph, Tag } from '@digdir/designsystemet-react';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { ApiProblem, getText } from '../data/api.ts';
import { Waiting } from '../parts/waiting.tsx';
import { useWords } from '../words/use-words.ts';
import './operator.css';
import { type Finding, findingsOf, type Grade, readMetrics } from './read-metrics.ts';

/** Read anew with each block, and whenever somebody asks. */
const findings = queryOptions({
  queryKey: ['ledger', 'metrics'],
  queryFn: async () => findingsOf(readMetrics(await getText('/metrics')), Date.now()),
});

const MARKS: Readonly<Record<Grade, { readonly mark: string; readonly colour: 'success' | 'warning' | 'danger' }>> = {
  good: { mark: '✓', colour: 'success' },
  soon: { mark: '!', colour: 'warning' },
  now: { mark: '✕', colour: 'danger' },
};

export function Operator() {
  const say = useWords();
  const { data, error, refetch, isFetching } = useQuery(findings);
  const status = error instanceof ApiProblem ? error.problem.status : undefined;
  if (status === 401 || status === 403) return <ForOperators isSignedIn={status === 403} />;
  if (data === undefined) return error === null ? <Waiting /> : <p role="alert">{say('list.failed')}</p>;
  const worst = data[0]?.grade ?? 'good';
  return (
    <>
      <Heading level={1}>{say('operator.title')}</Heading>
      <Paragraph className="lead">{say(`operator.lead-${worst}`)}</Paragraph>
      <ul className="findings">
        {data.map((finding) => (
          <FindingCard key={`${finding.subject} ${finding.name}`} finding={finding} />
        ))}
      </ul>
      <p>
        <Button variant="secondary" data-size="sm" disabled={isFetching} onClick={() => void refetch()}>
          {say('operator.again')}
        </Button>
      </p>
      <Paragraph data-size="sm" className="note">
        {say('operator.source')} <a href="/metrics">/metrics</a> · <a href="/health">/health</a>
      </Paragraph>
    </>
  );
}

/** Figures of the machine are nobody's but its operator's, where the office knows who that is. */
function ForOperators({ isSignedIn }: { readonly isSignedIn: boolean }) {
  const say = useWords();
  return (
    <>
      <Heading level={1}>{say('operator.title')}</Heading>
      <Paragraph className="lead">{say(isSignedIn ? 'operator.not-you' : 'operator.staff')}</Paragraph>
      {!isSignedIn && (
        <p>
          <Button asChild>
            <a href="/auth/login?to=/operator">{say('staff.sign-in')}</a>
          </Button>
        </p>
      )}
      <Paragraph data-size="sm" className="note">
        {say('operator.health')} <a href="/health">/health</a>
      </Paragraph>
    </>
  );
}

function FindingCard({ finding: { subject, grade, name, values } }: { readonly finding: Finding }) {
  const say = useWords();
  const { mark, colour } = MARKS[grade];
  return (
    <li data-grade={grade}>
      <Heading level={2} data-size="2xs">
        {say(`operator.${subject}-title`)} {name !== '' && <code>{name}</code>}
      </Heading>
      <Tag data-color={colour} data-size="sm">
        <span aria-hidden="true">{mark}&nbsp;</span>
        {say(`operator.grade-${grade}`)}
      </Tag>
      <p>{say(`operator.${subject}`, values)}</p>
      {grade !== 'good' && (
        <p className="next">
          <b>{say('operator.next')}</b> {say(`operator.${subject}-next`)}
        </p>
      )}
    </li>
  );
}
