import { queryOptions } from '@tanstack/react-query';
import {
  blindAuditSchema,
  investigationSchema,
  investigationsSchema,
} from '../../api/investigations.ts';
import { fetchParsed } from './fetch-parsed.ts';

export const investigationsQuery = () =>
  queryOptions({
    queryKey: ['investigations'],
    queryFn: ({ signal }) => fetchParsed('/api/investigations', investigationsSchema, { signal }),
  });

export const investigationQuery = (name: string) =>
  queryOptions({
    queryKey: ['investigations', name],
    queryFn: ({ signal }) =>
      fetchParsed(`/api/investigations/${encodeURIComponent(name)}`, investigationSchema, {
        signal,
      }),
  });

export const blindAuditQuery = (name: string, id: string) =>
  queryOptions({
    queryKey: ['investigations', name, id],
    queryFn: ({ signal }) =>
      fetchParsed(
        `/api/investigations/${encodeURIComponent(name)}/audits/${encodeURIComponent(id)}`,
        blindAuditSchema,
        {
          signal,
        },
      ),
  });
