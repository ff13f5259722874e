import { useQueries } from '@tanstack/react-query';
import type { DatasetRow } from '../../../api/dataset.ts';
import { type DatasetQuery, datasetQuery } from '../../client/queries.ts';

export const PAGE_ROWS = 100;

/** Rows in sight, by their place in the list. */
export function useDatasetRows(
  study: string,
  arm: string,
  query: DatasetQuery,
  first: number,
  last: number,
): ReadonlyMap<number, DatasetRow> {
  const pages: number[] = [];
  for (let at = first - (first % PAGE_ROWS); at <= last; at += PAGE_ROWS) pages.push(at);
  return useQueries({
    queries: pages.map((at) => datasetQuery(study, arm, query, at, PAGE_ROWS)),
    combine: (results) =>
      new Map(
        results.flatMap(({ data, isPlaceholderData }) =>
          data === undefined || isPlaceholderData
            ? []
            : data.rows.map((row, at): [number, DatasetRow] => [data.offset + at, row]),
        ),
      ),
  });
}
