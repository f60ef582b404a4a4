/** The portal begins: words first, in the language of whoever reads, then the page that the address names. */
import '@digdir/designsystemet-css';
import '../theme/tabularium.css';
import '@fontsource-variable/public-sans';
import './portal.css';
import { I18nProvider } from '@lingui/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { mayCome } from './data/api.ts';
import { followLedger } from './data/live.ts';
import { makeRouter } from './router.tsx';
import { takeOver } from './take-over.ts';
import { loadWords } from './words/load-words.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the portal');
const queries = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000, retry: mayCome, retryDelay: 2_000 } } });
const words = await loadWords();
followLedger(queries);
await takeOver(root, () =>
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={words}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={makeRouter()} />
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  ),
);
