import type { StudyCard } from '../../api/studies.ts';
import { isOffline } from '../client/offline-mode.ts';
import { Badge } from './badge.tsx';

type State = Pick<StudyCard, 'status' | 'runningIn'>;

/** Where a study stands, in words: one that says it runs while nobody works on it was stopped. */
export function stateWords({ status, runningIn }: State): string {
  if (runningIn !== null) return isOffline() ? 'running when exported' : 'running';
  switch (status) {
    case 'new':
      return 'not started';
    case 'running':
    case 'interrupted':
      return 'paused';
    case 'finished':
      return 'finished';
    case 'failed':
      return 'stopped by a failure';
  }
}

/** The same as a badge. */
export function StateBadge({ study }: { readonly study: State }) {
  const words = stateWords(study);
  const tone = study.runningIn !== null ? 'strong' : words === 'finished' ? 'good' : undefined;
  const failed = study.status === 'failed' && study.runningIn === null;
  return (
    <Badge {...(failed ? { tone: 'bad' } : tone === undefined ? {} : { tone })}>{words}</Badge>
  );
}
