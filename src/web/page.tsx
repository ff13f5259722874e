import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isOffline } from './client/offline-mode.ts';
import { queries } from './client/query-client.ts';
import { router } from './router.tsx';

// Nothing in an exported folder moves: it shows how things stood.
if (isOffline()) document.documentElement.dataset['export'] = '';
const place = document.querySelector('#root');
if (place === null) throw new Error('the page has no #root');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
