/** The citizen's door: a question in one's own words, who was paid, and a proof that one checks oneself. */
import type { Door } from './door.ts';

export const citizen: Door = {
  name: 'citizen',
  steps: [
    {
      ...{ id: 'search', title: 'citizen.search', see: 'citizen.search-see' },
      to: () => '/search?q=repair',
    },
  ],
};
