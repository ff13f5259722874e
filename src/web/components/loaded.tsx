import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { RereadNote } from './reread-note.tsx';
import { ErrorPanel, Loading } from './states.tsx';

/**
 * What was read, or that it is being read, or why it could not be. Old data outlives an error, which
 * is said above it.
 */
export function Loaded<T>({
  query,
  what,
  children,
}: {
  readonly query: UseQueryResult<T>;
  /** What is read, for the line shown meanwhile. */
  readonly what?: string;
  readonly children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) {
    return (
      <>
        <RereadNote error={query.error} onRetry={() => void query.refetch()} />
        {children(query.data)}
      </>
    );
  }
  if (query.isError) {
    return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />;
  }
  return what === undefined ? <Loading /> : <Loading what={what} />;
}
