import { QueryClient } from '@tanstack/react-query';
import { RequestError } from './fetch-parsed.ts';

/** What the page has read, for all screens. */
export const queries = new QueryClient({
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
