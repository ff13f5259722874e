import { queryOptions } from '@tanstack/react-query';
import { ledgerSchema } from '../../api/ledger.ts';
import { fetchParsed } from './fetch-parsed.ts';
import { keepPrevious } from './keep-previous.ts';
import { queryText, studyPath } from './paths.ts';

export const ledgerQuery = (
  study: string,
  query: { readonly type?: string | undefined; readonly offset: number; readonly limit: number },
) => {
  const queryKey = ['study', study, 'ledger', query] as const;
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) =>
      fetchParsed(`${studyPath(study)}/ledger${queryText(query)}`, ledgerSchema, { signal }),
    placeholderData: keepPrevious(queryKey, [1]),
  });
};
