import { queryOptions } from '@tanstack/react-query';
import { datasetItemSchema, datasetSchema } from '../../api/dataset.ts';
import {
  SAMPLE_PAGE_ROWS,
  samplePageSchema,
  type SampleQuery,
  sampleSchema,
  snapshotSchema,
} from '../../api/samples.ts';
import { studiesSchema, studySchema } from '../../api/studies.ts';
import { fetchParsed } from './fetch-parsed.ts';
import { keepPrevious } from './keep-previous.ts';
import { queryText, studyPath } from './paths.ts';

/**
 * What several screens read; what one reads lies in a file of its own, so that schemas come with the
 * screen that needs them. Keys begin with the study, so that one change wakes what shows it.
 */

export const studiesQuery = () =>
  queryOptions({
    queryKey: ['studies'],
    queryFn: ({ signal }) => fetchParsed('/api/studies', studiesSchema, { signal }),
  });

export const studyQuery = (study: string) =>
  queryOptions({
    queryKey: ['study', study, 'overview'],
    queryFn: ({ signal }) => fetchParsed(studyPath(study), studySchema, { signal }),
  });

/** Which rows of a dataset, in what order. */
export interface DatasetQuery {
  readonly q?: string | undefined;
  readonly split?: 'train' | 'held-out' | undefined;
  readonly state?: 'kept' | 'dropped' | undefined;
  readonly sort?: 'index' | 'divergence' | undefined;
}

export const datasetQuery = (
  study: string,
  arm: string,
  query: DatasetQuery,
  offset: number,
  limit: number,
) => {
  const queryKey = ['study', study, 'data', arm, query, offset, limit] as const;
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) =>
      fetchParsed(
        `${studyPath(study)}/arms/${encodeURIComponent(arm)}/data${queryText({ ...query, offset, limit })}`,
        datasetSchema,
        { signal },
      ),
    placeholderData: keepPrevious(queryKey, [1, 3]),
  });
};

export const datasetItemQuery = (study: string, arm: string, index: number) =>
  queryOptions({
    queryKey: ['study', study, 'data-item', arm, index],
    queryFn: ({ signal }) =>
      fetchParsed(
        `${studyPath(study)}/arms/${encodeURIComponent(arm)}/data/${index}`,
        datasetItemSchema,
        { signal },
      ),
  });

/** `held` names the snapshot a reader still looks at, so that the server does not forget it. */
export const snapshotQuery = (
  study: string,
  query: SampleQuery,
  held: () => string | undefined = () => undefined,
) => {
  const queryKey = ['study', study, 'samples', query] as const;
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }) => {
      const path = `${studyPath(study)}/samples${queryText({ ...query, held: held() })}`;
      const snapshot = await fetchParsed(path, snapshotSchema, { signal });
      const { first } = snapshot;
      if (first !== undefined) {
        const page = samplePageQuery(study, snapshot.snapshot, 0, SAMPLE_PAGE_ROWS);
        client.setQueryData(page.queryKey, { offset: 0, rows: first });
      }
      return snapshot;
    },
    placeholderData: keepPrevious(queryKey, [1]),
  });
};

/** A page of a snapshot never changes. */
export const samplePageQuery = (study: string, snapshot: string, offset: number, limit: number) =>
  queryOptions({
    queryKey: ['sample-page', study, snapshot, offset, limit],
    queryFn: ({ signal }) =>
      fetchParsed(
        `${studyPath(study)}/samples/${encodeURIComponent(snapshot)}${queryText({ offset, limit })}`,
        samplePageSchema,
        { signal },
      ),
    staleTime: Infinity,
  });

export const sampleQuery = (study: string, id: number) =>
  queryOptions({
    queryKey: ['study', study, 'sample', id],
    queryFn: ({ signal }) =>
      fetchParsed(`${studyPath(study)}/sample/${id}`, sampleSchema, { signal }),
  });
