import { useState } from 'react';
import type { StudyCard } from '../../api/studies.ts';
import { isOffline } from '../client/offline-mode.ts';
import { problemOf } from './states.tsx';
import { useStudyActions } from './use-study-actions.ts';

type StudyState = Pick<StudyCard, 'status' | 'runningIn'>;

/** Pause or go on, as the state of the study allows; a reason where it does not. */
export function StudyButtons({ study }: { readonly study: StudyState & Pick<StudyCard, 'id'> }) {
  const { mutation, refusal } = useStudyActions();
  /** Since when the process worked that was asked to stop: a later one was not. */
  const [stopped, setStopped] = useState<string>();
  const choice = choiceFor(study);
  // What an export shows is over, wherever it runs now.
  if (choice === null || isOffline()) return null;
  const { action } = choice;
  const stopping = action === 'pause' && mutation.isSuccess && study.runningIn?.since === stopped;
  const label = stopping ? choice.meanwhile : choice.label;
  return (
    <>
      <button
        type="button"
        disabled={refusal !== null || mutation.isPending || stopping}
        title={refusal ?? undefined}
        aria-label={`${label}: ${study.id}`}
        onClick={() => {
          setStopped(study.runningIn?.since);
          mutation.mutate({ action, study: study.id });
        }}
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

interface Choice {
  readonly action: 'run' | 'pause';
  readonly label: string;
  /** While what was asked for is being done. */
  readonly meanwhile: string;
}

/** What can be done to a study now; null: nothing is left to do. */
export function choiceFor({ status, runningIn }: StudyState): Choice | null {
  if (runningIn !== null) {
    // What a run has finished is kept; of a replay that is stopped nothing is.
    return runningIn.command.startsWith('informant replay')
      ? { action: 'pause', label: 'Stop replay', meanwhile: 'Stopping…' }
      : { action: 'pause', label: 'Pause', meanwhile: 'Pausing…' };
  }
  if (status === 'finished') return null;
  return { action: 'run', label: status === 'new' ? 'Start' : 'Go on', meanwhile: 'Starting…' };
}
