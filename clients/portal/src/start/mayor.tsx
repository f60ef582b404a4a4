/** The mayor's door: what became of a sum, one decision, one refusal, one correction, one page on paper. */
import type { Door } from './door.ts';

export const mayor: Door = {
  name: 'mayor',
  steps: [
    {
      ...{ id: 'roof', title: 'mayor.roof', see: 'mayor.roof-see' },
      to: ({ roof }) => `/record/treasury/line/${roof.line}`,
    },
    {
      ...{ id: 'sign', title: 'mayor.sign', see: 'mayor.sign-see' },
      as: () => 'mayor-1',
      to: () => '/desk',
    },
  ],
};
