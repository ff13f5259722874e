import { queryOptions } from '@tanstack/react-query';
import { judgesSchema } from '../../api/judge.ts';
import { fetchParsed } from './fetch-parsed.ts';
import { studyPath } from './paths.ts';

export const judgesQuery = (study: string) =>
  queryOptions({
    queryKey: ['study', study, 'judges'],
    queryFn: ({ signal }) => fetchParsed(`${studyPath(study)}/judge`, judgesSchema, { signal }),
  });
