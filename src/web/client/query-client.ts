import { QueryClient } from '@tanstack/react-query';
import { RequestError } from './fetch-parsed.ts';

/** Pages of samples out of sight are forgotten, so that neither scrolling nor a run fills the tab. */
const KEEP_SAMPLE_PAGES_MS = 30_000;

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
// Also for pages that come with their snapshot and that nobody may ever look at.
queries.setQueryDefaults(['sample-page'], { gcTime: KEEP_SAMPLE_PAGES_MS });
