import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { armSchema, armsSchema } from '../../api/arms.ts';
import { datasetItemSchema, datasetSchema } from '../../api/dataset.ts';
import {
  blindAuditSchema,
  investigationSchema,
  investigationsSchema,
} from '../../api/investigations.ts';
import { judgesSchema } from '../../api/judge.ts';
import { leadsSchema } from '../../api/leads.ts';
import { ledgerSchema } from '../../api/ledger.ts';
import { pipelineSchema, stepSchema } from '../../api/pipeline.ts';
import {
  SAMPLE_PAGE_ROWS,
  samplePageSchema,
  type SampleQuery,
  sampleSchema,
  snapshotSchema,
} from '../../api/samples.ts';
import { studiesSchema, studySchema } from '../../api/studies.ts';
import { verdictViewSchema } from '../../api/verdict.ts';
import { fetchParsed } from './fetch-parsed.ts';

/** Everything the page reads. Keys begin with the study, so that one change wakes what shows it. */

const of = (study: string): string => `/api/studies/${encodeURIComponent(study)}`;
const part = encodeURIComponent;

/** `?a=1&b=2` of what is given; empty where nothing is. */
export function queryText(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)] as [string, string]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

export const studiesQuery = () =>
  queryOptions({
    queryKey: ['studies'],
    queryFn: ({ signal }) => fetchParsed('/api/studies', studiesSchema, { signal }),
  });

export const studyQuery = (study: string) =>
  queryOptions({
    queryKey: ['study', study, 'overview'],
    queryFn: ({ signal }) => fetchParsed(of(study), studySchema, { signal }),
  });

export const verdictQuery = (study: string) =>
  queryOptions({
    queryKey: ['study', study, 'verdict'],
    queryFn: ({ signal }) => fetchParsed(`${of(study)}/verdict`, verdictViewSchema, { signal }),
  });

export const armsQuery = (study: string) =>
  queryOptions({
    queryKey: ['study', study, 'arms'],
    queryFn: ({ signal }) => fetchParsed(`${of(study)}/arms`, armsSchema, { signal }),
  });

export const armQuery = (study: string, arm: string) =>
  queryOptions({
    queryKey: ['study', study, 'arm', arm],
    queryFn: ({ signal }) => fetchParsed(`${of(study)}/arms/${part(arm)}`, armSchema, { signal }),
  });

export const pipelineQuery = (study: string) =>
  queryOptions({
    queryKey: ['study', study, 'pipeline'],
    queryFn: ({ signal }) => fetchParsed(`${of(study)}/pipeline`, pipelineSchema, { signal }),
  });

export const stepQuery = (study: string, key: string) =>
  queryOptions({
    queryKey: ['study', study, 'step', key],
    queryFn: ({ signal }) => fetchParsed(`${of(study)}/steps/${part(key)}`, stepSchema, { signal }),
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
) =>
  queryOptions({
    queryKey: ['study', study, 'data', arm, query, offset, limit],
    queryFn: ({ signal }) =>
      fetchParsed(
        `${of(study)}/arms/${part(arm)}/data${queryText({ ...query, offset, limit })}`,
        datasetSchema,
        { signal },
      ),
    placeholderData: keepPreviousData,
  });

export const datasetItemQuery = (study: string, arm: string, index: number) =>
  queryOptions({
    queryKey: ['study', study, 'data-item', arm, index],
    queryFn: ({ signal }) =>
      fetchParsed(`${of(study)}/arms/${part(arm)}/data/${index}`, datasetItemSchema, { signal }),
  });

export const snapshotQuery = (study: string, query: SampleQuery) =>
  queryOptions({
    queryKey: ['study', study, 'samples', query],
    queryFn: async ({ signal, client }) => {
      const path = `${of(study)}/samples${queryText(query)}`;
      const snapshot = await fetchParsed(path, snapshotSchema, { signal });
      const { first } = snapshot;
      if (first !== undefined) {
        const { queryKey } = samplePageQuery(study, snapshot.snapshot, 0, SAMPLE_PAGE_ROWS);
        client.setQueryData(queryKey, { offset: 0, rows: first });
      }
      return snapshot;
    },
    placeholderData: keepPreviousData,
  });

/** A page of a snapshot never changes. */
export const samplePageQuery = (study: string, snapshot: string, offset: number, limit: number) =>
  queryOptions({
    queryKey: ['sample-page', study, snapshot, offset, limit],
    queryFn: ({ signal }) =>
      fetchParsed(
        `${of(study)}/samples/${part(snapshot)}${queryText({ offset, limit })}`,
        samplePageSchema,
        { signal },
      ),
    staleTime: Infinity,
  });

export const sampleQuery = (study: string, id: number) =>
  queryOptions({
    queryKey: ['study', study, 'sample', id],
    queryFn: ({ signal }) => fetchParsed(`${of(study)}/sample/${id}`, sampleSchema, { signal }),
  });

export const leadsQuery = (study: string) =>
  queryOptions({
    queryKey: ['study', study, 'leads'],
    queryFn: ({ signal }) => fetchParsed(`${of(study)}/leads`, leadsSchema, { signal }),
  });

export const judgesQuery = () =>
  queryOptions({
    queryKey: ['judges'],
    queryFn: ({ signal }) => fetchParsed('/api/judge', judgesSchema, { signal }),
  });

export const investigationsQuery = () =>
  queryOptions({
    queryKey: ['investigations'],
    queryFn: ({ signal }) => fetchParsed('/api/investigations', investigationsSchema, { signal }),
  });

export const investigationQuery = (name: string) =>
  queryOptions({
    queryKey: ['investigations', name],
    queryFn: ({ signal }) =>
      fetchParsed(`/api/investigations/${part(name)}`, investigationSchema, { signal }),
  });

export const blindAuditQuery = (name: string, id: string) =>
  queryOptions({
    queryKey: ['investigations', name, id],
    queryFn: ({ signal }) =>
      fetchParsed(`/api/investigations/${part(name)}/audits/${part(id)}`, blindAuditSchema, {
        signal,
      }),
  });

export const ledgerQuery = (
  study: string,
  query: { readonly type?: string | undefined; readonly offset: number; readonly limit: number },
) =>
  queryOptions({
    queryKey: ['study', study, 'ledger', query],
    queryFn: ({ signal }) =>
      fetchParsed(`${of(study)}/ledger${queryText(query)}`, ledgerSchema, { signal }),
    placeholderData: keepPreviousData,
  });
