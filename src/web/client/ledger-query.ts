import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ledgerSchema } from '../../api/ledger.ts';
import { fetchParsed } from './fetch-parsed.ts';
import { queryText, studyPath } from './paths.ts';

export const ledgerQuery = (
  study: string,
  query: { readonly type?: string | undefined; readonly offset: number; readonly limit: number },
) =>
  queryOptions({
    queryKey: ['study', study, 'ledger', query],
    queryFn: ({ signal }) =>
      fetchParsed(`${studyPath(study)}/ledger${queryText(query)}`, ledgerSchema, { signal }),
    placeholderData: keepPreviousData,
  });
