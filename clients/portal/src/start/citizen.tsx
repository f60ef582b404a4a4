/** The citizen's door: a question in one's own words, who was paid, and a proof that one checks oneself, on one's own telephone too. */
import type { Door } from './door.ts';
import { PhoneCode } from './phone-code.tsx';

export const citizen: Door = {
  name: 'citizen',
  steps: [
    {
      ...{ id: 'search', title: 'citizen.search', see: 'citizen.search-see' },
      to: ({ street }) => `/search?${new URLSearchParams({ q: street.words })}`,
    },
    {
      ...{ id: 'payment', title: 'citizen.payment', see: 'citizen.payment-see' },
      to: ({ street }) => `/entries/${street.entry}`,
    },
    {
      ...{ id: 'break', title: 'citizen.break', see: 'citizen.break-see' },
      deed: 'changed',
      to: ({ street }) => `/verify?entry=${street.name}`,
    },
  ],
  closing: 'citizen.closing',
  more: PhoneCode,
};
