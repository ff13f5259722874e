import { queryOptions } from '@tanstack/react-query';
import { verdictViewSchema } from '../../api/verdict.ts';
import { fetchParsed } from './fetch-parsed.ts';
import { studyPath } from './paths.ts';

export const verdictQuery = (study: string) =>
  queryOptions({
    queryKey: ['study', study, 'verdict'],
    queryFn: ({ signal }) =>
      fetchParsed(`${studyPath(study)}/verdict`, verdictViewSchema, { signal }),
  });
