import { queryOptions } from '@tanstack/react-query';
import { armSchema, armsSchema } from '../../api/arms.ts';
import { fetchParsed } from './fetch-parsed.ts';
import { studyPath } from './paths.ts';

export const armsQuery = (study: string) =>
  queryOptions({
    queryKey: ['study', study, 'arms'],
    queryFn: ({ signal }) => fetchParsed(`${studyPath(study)}/arms`, armsSchema, { signal }),
  });

export const armQuery = (study: string, arm: string) =>
  queryOptions({
    queryKey: ['study', study, 'arm', arm],
    queryFn: ({ signal }) =>
      fetchParsed(`${studyPath(study)}/arms/${encodeURIComponent(arm)}`, armSchema, { signal }),
  });
