/** Where the money goes: the year that money is being paid in, step by step from what was enacted to what was paid. */
import { Card, Heading } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Money } from '../../parts/said.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { type MessageId, useWords } from '../../words/use-words.ts';
import { currentYear, yearSums } from './figures.ts';

type Step = 'appropriated' | 'allotted' | 'committed' | 'certified' | 'paid';

const STEPS: readonly (readonly [step: Step, word: MessageId])[] = [
  ['appropriated', 'money.appropriated'],
  ['allotted', 'money.allotted'],
  ['committed', 'money.committed'],
  ['certified', 'money.certified'],
  ['paid', 'money.paid'],
];

export function MoneyFlow() {
  const say = useWords();
  const { data } = useQuery(yearSums);
  if (data === undefined) return <Waiting />;
  const sum = currentYear(data.groups);
  if (sum === undefined) return <p className="note">{say('money.none')}</p>;
  const year = String(sum.year);
  const whole = Number(sum.appropriated);
  return (
    <Card>
      <Card.Block>
        <div className="head">
          <Heading level={2} data-size="sm">
            <Link to="/money" search={{ year }}>
              {say('money.title', { year })}
            </Link>
          </Heading>
          <Link to="/lists/$module/$view" params={{ module: 'treasury', view: 'lines' }} search={{ year }}>
            {say('money.all-lines', { count: Number(sum.rows) })}
          </Link>
        </div>
        <dl className="flow">
          {STEPS.map(([step, word]) => (
            <div key={step}>
              <dt>{say(word)}</dt>
              <dd>
                <Money minor={String(sum[step])} currency={String(sum.currency)} />
              </dd>
              <progress max={1} value={whole === 0 ? 0 : Number(sum[step]) / whole} aria-hidden="true" />
            </div>
          ))}
        </dl>
      </Card.Block>
    </Card>
  );
}
