import { useQueries } from '@tanstack/react-query';
import type { DatasetRow } from '../../../api/dataset.ts';
import { joinPages, type PagesRead } from '../../client/pages-read.ts';
import { type DatasetQuery, datasetQuery } from '../../client/queries.ts';

export const PAGE_ROWS = 100;

/** Rows in sight, by their place in the list. */
export function useDatasetRows(
  study: string,
  arm: string,
  query: DatasetQuery,
  first: number,
  last: number,
): PagesRead<DatasetRow> {
  const pages: number[] = [];
  for (let at = first - (first % PAGE_ROWS); at <= last; at += PAGE_ROWS) pages.push(at);
  return useQueries({
    queries: pages.map((at) => datasetQuery(study, arm, query, at, PAGE_ROWS)),
    combine: (results) => joinPages(results, (page) => page.rows),
  });
}
