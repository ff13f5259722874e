import type { UseQueryResult } from '@tanstack/react-query';

/** Pages of a long list by the place of each row, and the first page that could not be read. */
export interface PagesRead<Row> {
  readonly rows: ReadonlyMap<number, Row>;
  readonly error: unknown;
  readonly retry: () => void;
}

/** Joins the pages in sight; pages of another query that stand in meanwhile are left out. */
export function joinPages<Page extends { readonly offset: number }, Row>(
  results: readonly UseQueryResult<Page>[],
  rowsOf: (page: Page) => readonly Row[],
): PagesRead<Row> {
  const rows = results.flatMap(({ data, isPlaceholderData }) =>
    data === undefined || isPlaceholderData
      ? []
      : rowsOf(data).map((row, at): [number, Row] => [data.offset + at, row]),
  );
  return { rows: new Map(rows), ...firstError(results) };
}

/** The first error among pages, and how they are read again. */
export function firstError(
  results: readonly UseQueryResult<unknown>[],
): Pick<PagesRead<unknown>, 'error' | 'retry'> {
  const failed = results.filter(({ isError }) => isError);
  return {
    error: failed[0]?.error ?? undefined,
    retry: () => {
      for (const { refetch } of failed) void refetch();
    },
  };
}
