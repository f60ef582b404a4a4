/** What became of a bundle: each part with its receipt, and what was not recorded. */
import { Heading } from '@digdir/designsystemet-react';
import { Link } from '@tanstack/react-router';
import type { ListView, ModuleViews } from '../data/api.ts';
import { useWords } from '../words/use-words.ts';
import { sumOf } from './bundle.ts';
import type { SignedPart } from './bundle-look.tsx';
import { ItemRows } from './bundle-rows.tsx';
import { SumWords } from './inbox-steps.tsx';
import { SignedOutcome } from './signed-outcome.tsx';

interface ReportProps {
  readonly parts: readonly SignedPart[];
  readonly view: ListView;
  readonly module: ModuleViews;
}

export function BundleReport({ parts, view, module }: ReportProps) {
  const say = useWords();
  return parts.map(({ items, outcome }, n) => (
    <section key={items[0]!.id}>
      <Heading level={2} data-size="sm">
        {say('bundle.part', { n: n + 1, parts: parts.length, count: items.length })} <SumWords sums={sumOf(items)} />
      </Heading>
      <SignedOutcome outcome={outcome} />
      {'name' in outcome && (
        <p className="links">
          <Link to="/entries/$ref" params={{ ref: outcome.name ?? '' }}>
            {say('form.see-record')}
          </Link>
        </p>
      )}
      <details>
        <summary>{say('bundle.all', { count: items.length })}</summary>
        <ItemRows items={items} {...{ view, module }} />
      </details>
    </section>
  ));
}
