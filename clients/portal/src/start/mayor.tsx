/** The mayor's door: what became of a sum, one decision, one refusal, one correction. */

import type { DemoStory } from './demo-story.ts';
import type { Door } from './door.ts';

export const mayor: Door = {
  name: 'mayor',
  steps: [
    {
      ...{ id: 'roof', title: 'mayor.roof', see: 'mayor.roof-see' },
      isPrinted: true,
      to: ({ roof }) => `/money/line/${roof.line}`,
    },
    {
      ...{ id: 'sign', title: 'mayor.sign', see: 'mayor.sign-see' },
      as: () => 'mayor-1',
      prepare: 'decision',
      deed: 'signed',
      to: () => '/desk',
    },
    {
      ...{ id: 'over', title: 'mayor.over', see: 'mayor.over-see' },
      as: ({ over }) => over.officer,
      deed: 'refused',
      to: ({ over }) => `/desk/do/treasury/form-commit?${oneEuroOver(over)}`,
    },
    {
      ...{ id: 'typo', title: 'mayor.typo', see: 'mayor.typo-see' },
      as: () => 'council-1',
      prepare: 'typo',
      deed: 'signed',
      to: () => '/desk',
    },
  ],
  closing: 'mayor.closing',
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
