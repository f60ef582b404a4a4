/** Rows that wait for my step, one card for each kind of step. */
import { Card, Heading, Paragraph } from '@digdir/designsystemet-react';
import { Link } from '@tanstack/react-router';
import { Money } from '../parts/said.tsx';
import { useWords } from '../words/use-words.ts';
import type { BundleSum } from './bundle.ts';
import { Due } from './due-words.tsx';
import type { WaitingStep } from './waiting-rows.ts';

export function InboxStep({ step: { form, count, sums, by } }: { readonly step: WaitingStep }) {
  const say = useWords();
  return (
    <Card>
      <Card.Block>
        <Heading level={2} data-size="xs">
          <Link to="/desk/waits/$module/$form" params={{ module: form.module, form: form.name }}>
            {form.title}
          </Link>
        </Heading>
        <Paragraph>
          {say('desk.rows-wait', { count })} <SumWords sums={sums} />
        </Paragraph>
        {by !== undefined && (
          <Paragraph className="note">
            <Due by={by} />
          </Paragraph>
        )}
      </Card.Block>
    </Card>
  );
}

export function SumWords({ sums }: { readonly sums: readonly BundleSum[] }) {
  return sums.map(({ currency, minor }, n) => (
    <span key={currency}>
      {n > 0 && ' + '}
      <Money minor={minor} currency={currency} />
    </span>
  ));
}
