import './theme/theme.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RequestError } from './client/fetch-parsed.ts';
import { router } from './router.tsx';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What changes is announced by the server; see client/live.ts.
      staleTime: Infinity,
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        error instanceof RequestError && error.problem.code === 'offline' && failures < 3,
    },
  },
});

const place = document.querySelector('#root');
if (place === null) throw new Error('the page has no #root');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
