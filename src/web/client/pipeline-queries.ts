import { queryOptions } from '@tanstack/react-query';
import { pipelineSchema, stepSchema } from '../../api/pipeline.ts';
import { fetchParsed } from './fetch-parsed.ts';
import { studyPath } from './paths.ts';

export const pipelineQuery = (study: string) =>
  queryOptions({
    queryKey: ['study', study, 'pipeline'],
    queryFn: ({ signal }) =>
      fetchParsed(`${studyPath(study)}/pipeline`, pipelineSchema, { signal }),
  });

export const stepQuery = (study: string, key: string) =>
  queryOptions({
    queryKey: ['study', study, 'step', key],
    queryFn: ({ signal }) =>
      fetchParsed(`${studyPath(study)}/steps/${encodeURIComponent(key)}`, stepSchema, { signal }),
  });
