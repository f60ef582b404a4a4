/** The mayor's door: what became of a sum, one decision, one refusal, one correction, one page on paper. */

import type { QueryClient } from '@tanstack/react-query';
import type { DemoStory } from './demo-story.ts';
import type { Door } from './door.ts';
import type { Proposed } from './propose-as.ts';

const CORRECT = 'kernel.correct';
const OPEN_YEAR = 'treasury.year.open';

/** What signs is loaded when something is signed. */
async function proposeAs(queries: QueryClient, officer: string, proposed: Proposed): Promise<void> {
  const { proposeAs: propose } = await import('./propose-as.ts');
  await propose(queries, officer, proposed);
}

export const mayor: Door = {
  name: 'mayor',
  steps: [
    {
      ...{ id: 'roof', title: 'mayor.roof', see: 'mayor.roof-see' },
      to: ({ roof }) => `/money/line/${roof.line}`,
    },
    {
      ...{ id: 'sign', title: 'mayor.sign', see: 'mayor.sign-see' },
      as: () => 'mayor-1',
      before: (queries, { nextYear: year }) =>
        proposeAs(queries, 'accounts-1', { action: OPEN_YEAR, body: { year, from: `${year}-01-01`, to: `${year}-12-31` } }),
      to: () => '/desk',
    },
    {
      ...{ id: 'over', title: 'mayor.over', see: 'mayor.over-see' },
      as: ({ over }) => over.officer,
      to: ({ over }) => `/desk/do/treasury/form-commit?${oneEuroOver(over)}`,
    },
    {
      ...{ id: 'typo', title: 'mayor.typo', see: 'mayor.typo-see' },
      as: () => 'council-1',
      before: (queries, { typo: { key, right } }) =>
        proposeAs(queries, 'accounts-1', { action: CORRECT, body: { key, reason: 'typing-error', change: { reference: right } } }),
      to: () => '/desk',
    },
    {
      ...{ id: 'both', title: 'mayor.both', see: 'mayor.both-see' },
      to: ({ typo }) => `/record/${typo.key}`,
    },
    {
      ...{ id: 'print', title: 'mayor.print', see: 'mayor.print-see' },
      to: ({ roof }) => `/money/line/${roof.line}`,
    },
  ],
};

function oneEuroOver({ year, fund, line, amount, currency }: DemoStory['over']): URLSearchParams {
  return new URLSearchParams({
    'items/year': year,
    'items/fund': fund,
    'items/line': line,
    'items/money/amount': amount,
    'items/money/currency': currency,
    'items/reference': `T-${year}-1`,
  });
}
