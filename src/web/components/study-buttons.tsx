import type { StudyCard } from '../../api/studies.ts';
import { isOffline } from '../client/offline-mode.ts';
import { problemOf } from './states.tsx';
import { useStudyActions } from './use-study-actions.ts';

/** Pause or go on, as the state of the study allows; a reason where it does not. */
export function StudyButtons({
  study,
}: {
  readonly study: Pick<StudyCard, 'id' | 'status' | 'runningIn'>;
}) {
  const { mutation, refusal } = useStudyActions();
  const action = actionFor(study);
  // What an export shows is over, wherever it runs now.
  if (action === null || isOffline()) return null;
  const pausing = action === 'run' ? false : mutation.data?.status === 'pausing';
  const label =
    action === 'run'
      ? study.status === 'new'
        ? 'Start'
        : 'Go on'
      : pausing
        ? 'Pausing…'
        : 'Pause';
  return (
    <>
      <button
        type="button"
        disabled={refusal !== null || mutation.isPending || pausing}
        title={refusal ?? undefined}
        aria-label={`${label}: ${study.id}`}
        onClick={() => mutation.mutate({ action, study: study.id })}
      >
        {label}
      </button>
      {refusal !== null && <span className="soft small">Read-only store</span>}
      {mutation.isError && (
        <span className="fails small" role="alert">
          {problemOf(mutation.error).message} {problemOf(mutation.error).hint}
        </span>
      )}
    </>
  );
}

/** What can be done to a study now; null: nothing is left to do. */
export function actionFor({
  status,
  runningIn,
}: Pick<StudyCard, 'status' | 'runningIn'>): 'run' | 'pause' | null {
  if (runningIn !== null) return 'pause';
  return status === 'finished' ? null : 'run';
}
