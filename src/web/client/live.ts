import type { QueryClient } from '@tanstack/react-query';
import { changeSchema } from '../../api/actions.ts';
import { isOffline } from './offline-mode.ts';

export type Connection = 'live' | 'lost';

/**
 * Follows the server's changes and wakes the queries of the studies they name; nothing polls. The
 * browser connects again by itself, and then everything shown is read again.
 */
export function followChanges(
  queries: QueryClient,
  onConnection: (connection: Connection) => void,
): () => void {
  // An exported folder never changes.
  if (isOffline()) return () => undefined;
  const source = new EventSource('/api/events');
  let hadLost = false;
  const wakeAll = (): void => {
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'sample-page' });
  };
  source.addEventListener('open', () => {
    onConnection('live');
    if (hadLost) wakeAll();
    hadLost = false;
  });
  source.addEventListener('error', () => {
    hadLost = true;
    onConnection('lost');
  });
  source.addEventListener('change', (event) => {
    const change = changeSchema.safeParse(JSON.parse(event.data));
    if (!change.success || change.data.studies.length === 0) return wakeAll();
    void queries.invalidateQueries({ queryKey: ['studies'] });
    for (const study of change.data.studies) {
      void queries.invalidateQueries({ queryKey: ['study', study] });
    }
  });
  return () => source.close();
}
