import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { datasetQuery } from './queries.ts';

const PAGE = { total: 0, offset: 0, rows: [] };

it('keeps a page while the next one of the same arm is read, and no other', () => {
  const client = new QueryClient();
  const query = (study: string, arm: string, offset: number) => ({
    ...datasetQuery(study, arm, {}, offset, 50),
    enabled: false,
  });
  client.setQueryData(query('a', 'x', 0).queryKey, PAGE);
  const observer = new QueryObserver(client, query('a', 'x', 0));
  const unsubscribe = observer.subscribe(() => undefined);
  const shown = (study: string, arm: string, offset: number): unknown => {
    observer.setOptions(query('a', 'x', 0));
    observer.setOptions(query(study, arm, offset));
    return observer.getCurrentResult().data;
  };
  expect(shown('a', 'x', 50)).toBe(PAGE);
  expect(shown('a', 'y', 0)).toBeUndefined();
  expect(shown('b', 'x', 0)).toBeUndefined();
  unsubscribe();
});
