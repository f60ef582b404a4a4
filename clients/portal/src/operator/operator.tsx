/** For whoever keeps the node: is it well, and if not, what to do next. Fed by `/metrics`, which everybody may read. */
import { Button, Heading, Paragraph, Tag } from '@digdir/designsystemet-react';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { getText } from '../data/api.ts';
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
  const { data, refetch, isFetching } = useSuspenseQuery(findings);
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
