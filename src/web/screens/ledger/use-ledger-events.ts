import { useQueries } from '@tanstack/react-query';
import type { LedgerEventView } from '../../../api/ledger.ts';
import { ledgerQuery } from '../../client/ledger-query.ts';
import { joinPages, type PagesRead } from '../../client/pages-read.ts';

export const PAGE_EVENTS = 100;

/** Events in sight, by their place in the list. */
export function useLedgerEvents(
  study: string,
  type: string | undefined,
  first: number,
  last: number,
): PagesRead<LedgerEventView> {
  const pages: number[] = [];
  for (let at = first - (first % PAGE_EVENTS); at <= last; at += PAGE_EVENTS) pages.push(at);
  return useQueries({
    queries: pages.map((offset) => ledgerQuery(study, { type, offset, limit: PAGE_EVENTS })),
    combine: (results) => joinPages(results, ({ events }) => events),
  });
}
