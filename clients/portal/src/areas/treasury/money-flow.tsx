/** Where the money goes: the year that money is being paid in, step by step from what was enacted to what was paid. */
import { Card, Heading } from '@digdir/designsystemet-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { getJson } from '../../data/api.ts';
import { Money } from '../../parts/said.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { type MessageId, useWords } from '../../words/use-words.ts';

type Step = 'appropriated' | 'allotted' | 'committed' | 'certified' | 'paid';

/** Of the budget lines of a year and a currency; amounts in minor units. */
type Sum = { readonly year: string; readonly currency: string; readonly rows: number } & { readonly [step in Step]: string };

const STEPS: readonly (readonly [step: Step, word: MessageId])[] = [
  ['appropriated', 'money.appropriated'],
  ['allotted', 'money.allotted'],
  ['committed', 'money.committed'],
  ['certified', 'money.certified'],
  ['paid', 'money.paid'],
];

export function MoneyFlow() {
  const say = useWords();
  const { data } = useQuery({
    queryKey: ['ledger', 'money-flow'],
    queryFn: () => getJson<{ readonly groups: readonly Sum[] }>('/api/v1/treasury/lines/sums?by=year&side=expense'),
  });
  if (data === undefined) return <Waiting />;
  const group = data.groups.toSorted((a, b) => b.year.localeCompare(a.year)).find(({ paid }) => paid !== '0') ?? data.groups.at(-1);
  if (group === undefined) return <p className="note">{say('money.none')}</p>;
  const { year, currency } = group;
  const whole = Number(group.appropriated);
  return (
    <Card>
      <Card.Block>
        <div className="head">
          <Heading level={2} data-size="sm">
            {say('money.title', { year })}
          </Heading>
          <Link to="/lists/$module/$view" params={{ module: 'treasury', view: 'lines' }} search={{ year }}>
            {say('money.all-lines', { count: group.rows })}
          </Link>
        </div>
        <dl className="flow">
          {STEPS.map(([step, word]) => (
            <div key={step}>
              <dt>{say(word)}</dt>
              <dd>
                <Money minor={group[step]} currency={currency} />
              </dd>
              <progress max={1} value={whole === 0 ? 0 : Number(group[step]) / whole} aria-hidden="true" />
            </div>
          ))}
        </dl>
      </Card.Block>
    </Card>
  );
}
