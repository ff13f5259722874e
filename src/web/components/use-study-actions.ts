import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { startedSchema } from '../../api/actions.ts';
import { fetchParsed } from '../client/fetch-parsed.ts';
import { studiesQuery } from '../client/queries.ts';

type Request =
  | { readonly action: 'start'; readonly example: string }
  | { readonly action: 'run' | 'pause'; readonly study: string };

/** Starting, going on with and pausing studies; `refusal` says why these are not possible. */
export function useStudyActions() {
  const queries = useQueryClient();
  const { data } = useQuery(studiesQuery());
  const mutation = useMutation({
    mutationFn: (request: Request) =>
      request.action === 'start'
        ? fetchParsed('/api/studies', startedSchema, {
            method: 'POST',
            body: { example: request.example },
          })
        : fetchParsed(
            `/api/studies/${encodeURIComponent(request.study)}/${request.action}`,
            startedSchema,
            { method: 'POST', body: {} },
          ),
    onSuccess: async ({ study }) => {
      await queries.invalidateQueries({ queryKey: ['studies'] });
      await queries.invalidateQueries({ queryKey: ['study', study] });
    },
  });
  const refusal =
    data?.readOnly === true ? 'This store can only be read: nothing can be started here.' : null;
  return { mutation, refusal };
}
