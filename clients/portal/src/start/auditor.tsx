/** The auditor's door: who would notice if somebody cheated, and everything checked without asking the office. */
import type { Door } from './door.ts';

export const auditor: Door = {
  name: 'auditor',
  steps: [
    {
      ...{ id: 'stamps', title: 'auditor.stamps', see: 'auditor.stamps-see' },
      to: () => '/blocks',
    },
  ],
};
