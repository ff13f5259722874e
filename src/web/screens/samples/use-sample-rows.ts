import { useQueries } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { SAMPLE_PAGE_ROWS, type SampleListRow } from '../../../api/samples.ts';
import { RequestError } from '../../client/fetch-parsed.ts';
import { firstError, type PagesRead } from '../../client/pages-read.ts';
import { samplePageQuery } from '../../client/queries.ts';

/** The page of a snapshot that holds a row. */
export const pageQuery = (study: string, snapshot: string, index: number) =>
  samplePageQuery(study, snapshot, index - (index % SAMPLE_PAGE_ROWS), SAMPLE_PAGE_ROWS);

/** Rows in sight, by index; rows of the snapshot before stand in until theirs have come. */
export function useSampleRows(
  study: string,
  snapshot: string,
  first: number,
  last: number,
  onGone: () => void,
): PagesRead<SampleListRow> {
  const pages: number[] = [];
  for (let at = first - (first % SAMPLE_PAGE_ROWS); at <= last; at += SAMPLE_PAGE_ROWS)
    pages.push(at);
  const results = useQueries({
    queries: pages.map((at) => pageQuery(study, snapshot, at)),
  });
  const [before, setBefore] = useState<ReadonlyMap<number, SampleListRow>>(new Map());
  const rows = new Map(
    results.flatMap(({ data }, page) =>
      data === undefined
        ? [...before].filter(([at]) => at >= pages[page]! && at < pages[page]! + SAMPLE_PAGE_ROWS)
        : data.rows.map((row, at): [number, SampleListRow] => [data.offset + at, row]),
    ),
  );
  const complete = results.every(({ data }) => data !== undefined);
  const name = complete ? `${snapshot} ${pages.join(' ')}` : '';
  const [seen, setSeen] = useState('');
  if (name !== '' && name !== seen) {
    setSeen(name);
    setBefore(rows);
  }
  const { error, retry } = firstError(results);
  const gone = error instanceof RequestError && error.problem.code === 'snapshot-gone';
  useEffect(() => {
    if (gone) onGone();
    // onGone is new with every render; what matters is that a snapshot went.
  }, [gone, snapshot]);
  return { rows, error: gone ? undefined : error, retry };
}
