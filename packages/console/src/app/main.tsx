import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nProvider } from '../i18n/index.ts';
import { createQueryClient } from '../services/queries.ts';
import { router } from './router.tsx';
import './styles.css';
import { Theme } from './theme.tsx';

/** One reload in so long: a file that is missing for good must not make the page reload for ever. */
const RELOAD_MS = 60_000;

// After an update of Weft an open page asks for files of the version before: the new page has what it needs.
addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem('weft.reloaded') ?? 0);
  if (Date.now() - last < RELOAD_MS) return;
  event.preventDefault();
  sessionStorage.setItem('weft.reloaded', String(Date.now()));
  location.reload();
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');

createRoot(root).render(
  <StrictMode>
    <I18nProvider>
      <Theme>
        <QueryClientProvider client={createQueryClient()}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </Theme>
    </I18nProvider>
  </StrictMode>,
);
