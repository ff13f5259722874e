import { queryOptions } from '@tanstack/react-query';
import { leadsSchema } from '../../api/leads.ts';
import { fetchParsed } from './fetch-parsed.ts';
import { studyPath } from './paths.ts';

export const leadsQuery = (study: string) =>
  queryOptions({
    queryKey: ['study', study, 'leads'],
    queryFn: ({ signal }) => fetchParsed(`${studyPath(study)}/leads`, leadsSchema, { signal }),
  });
