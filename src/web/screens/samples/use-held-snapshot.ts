import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { SampleQuery, Snapshot } from '../../../api/samples.ts';
import { snapshotQuery } from '../../client/queries.ts';
import { pageQuery } from './use-sample-rows.ts';

export interface HeldSnapshot {
  /** What the rows are read from; stays while samples arrive. */
  readonly shown: Snapshot | undefined;
  /** Names the filter and order of what is shown. */
  readonly shownKey: string;
  /** Samples that have come under this filter since. */
  readonly newer: number;
  readonly showNewer: () => void;
  /** The server has forgotten what is shown. */
  readonly onGone: () => void;
  readonly result: UseQueryResult<Snapshot>;
}

interface HeldUnder {
  readonly study: string;
  readonly key: string;
  readonly snapshot: Snapshot;
}

/**
 * The snapshot of a filter, held still under the reader: a later one replaces it when the filter
 * changes, when it has as many rows, or when the reader asks. The first page of the next one is
 * read before it is shown, so that rows are never blank in between.
 */
export function useHeldSnapshot(study: string, query: SampleQuery): HeldSnapshot {
  const queries = useQueryClient();
  const heldName = useRef<string>(undefined);
  const result = useQuery(snapshotQuery(study, query, () => heldName.current));
  const { data, isPlaceholderData, refetch } = result;
  const key = JSON.stringify([study, query]);
  const [held, setHeld] = useState<HeldUnder>();
  const next = isPlaceholderData ? undefined : data;
  const waits = held?.key === key && next !== undefined && held.snapshot.total !== next.total;
  const adopt = useCallback(
    async (snapshot: Snapshot, isCurrent: () => boolean) => {
      await queries.prefetchQuery(pageQuery(study, snapshot.snapshot, 0));
      if (!isCurrent()) return;
      heldName.current = snapshot.snapshot;
      setHeld({ study, key, snapshot });
    },
    [queries, study, key],
  );
  useEffect(() => {
    if (next === undefined || waits) return;
    let current = true;
    void adopt(next, () => current);
    return () => {
      current = false;
    };
  }, [next, waits, adopt]);
  return {
    // A list of another study says nothing here.
    shown: held?.study === study ? held.snapshot : undefined,
    shownKey: held?.key ?? '',
    newer: waits ? next.total - held.snapshot.total : 0,
    showNewer: () => {
      if (next !== undefined) void adopt(next, () => true);
    },
    onGone: () => {
      void refetch().then(({ data: again }) => again && adopt(again, () => true));
    },
    result,
  };
}
