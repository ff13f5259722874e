import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { sampleQuery } from '../../client/queries.ts';
import { keepTrail, readTrail, type SampleTrail } from '../samples/sample-trail.ts';
import { pageQuery } from '../samples/use-sample-rows.ts';

/** Stepping through the list a sample was opened from. */
export interface TrailStep {
  readonly trail: SampleTrail | null;
  /** Whether what is shown stands where the list was left, and not somewhere else altogether. */
  readonly isOn: boolean;
  /** Opens the sample `by` rows further down; nothing beyond the ends. */
  readonly step: (by: 1 | -1) => void;
  /** The server has forgotten the list. */
  readonly gone: boolean;
}

/** The neighbours of what is shown are read before they are asked for. */
export function useTrailStep(study: string, sample: number, open: (id: number) => void): TrailStep {
  const queries = useQueryClient();
  const [gone, setGone] = useState(false);
  const [isOn, setIsOn] = useState(false);
  const trail = readTrail(study);
  const idAt = useCallback(
    async (list: SampleTrail, index: number): Promise<number | undefined> => {
      if (index < 0 || index >= list.total) return undefined;
      const page = await queries.fetchQuery(pageQuery(study, list.snapshot, index));
      return page.rows[index - page.offset]?.id;
    },
    [queries, study],
  );
  useEffect(() => {
    const list = readTrail(study);
    if (list === null) return setIsOn(false);
    let current = true;
    const warm = async (index: number): Promise<void> => {
      const id = await idAt(list, index);
      if (id !== undefined) await queries.prefetchQuery(sampleQuery(study, id));
    };
    const look = async (): Promise<void> => {
      const here = (await idAt(list, list.index)) === sample;
      if (current) setIsOn(here);
      if (here) await Promise.all([warm(list.index + 1), warm(list.index - 1)]);
    };
    look().catch(() => current && setGone(true));
    return () => {
      current = false;
    };
  }, [study, sample, queries, idAt]);
  const step = (by: 1 | -1): void => {
    if (trail === null || !isOn) return;
    const index = trail.index + by;
    idAt(trail, index).then(
      (id) => {
        if (id === undefined) return;
        keepTrail({ ...trail, index });
        open(id);
      },
      () => setGone(true),
    );
  };
  return { trail, isOn, step, gone };
}
