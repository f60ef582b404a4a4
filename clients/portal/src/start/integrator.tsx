/** The integrator's door: a program of twenty lines signs, sends and checks. */
import type { Door } from './door.ts';

export const integrator: Door = {
  name: 'integrator',
  steps: [
    {
      ...{ id: 'entry', title: 'integrator.entry', see: 'integrator.entry-see' },
      to: ({ roof }) => `/entries/${roof.entry}`,
    },
  ],
};
