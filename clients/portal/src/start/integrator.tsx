/** The integrator's door: a program of twenty lines signs, sends and checks; a table is tried out; a receiver is told what happens. */
import type { Door } from './door.ts';

export const integrator: Door = {
  name: 'integrator',
  steps: [
    { ...{ id: 'python', title: 'integrator.python', see: 'integrator.python-see' }, to: () => '/try/python' },
    { ...{ id: 'table', title: 'integrator.csv', see: 'integrator.csv-see' }, to: () => '/try/table' },
    { ...{ id: 'webhooks', title: 'integrator.hooks', see: 'integrator.hooks-see' }, to: () => '/try/webhooks' },
    {
      ...{ id: 'entry', title: 'integrator.entry', see: 'integrator.entry-see', isOptional: true },
      to: ({ allotted }) => `/entries/${allotted}#technical`,
    },
  ],
  closing: 'integrator.closing',
};
