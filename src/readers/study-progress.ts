import type { StudyCard } from '../api/studies.ts';
import type { Store } from '../store/open-store.ts';
import type { PlannedStepState, StudyRow } from '../store/studies.ts';
import { verdictSummary } from './verdict-summary.ts';

/** How much of one stage is done. */
export interface StageProgress {
  readonly stage: string;
  readonly total: number;
  readonly done: number;
  readonly running: number;
  readonly failed: number;
}

/** A step that failed, and why. */
export interface StepFailure {
  readonly key: string;
  readonly title: string;
  readonly error: string | null;
}

/** How far the stages of a study have come, in the order work flows, and what failed. */
export interface StudyProgress {
  readonly stages: readonly StageProgress[];
  readonly failures: readonly StepFailure[];
}

/** Reads how far a study has come, from the store alone; one that is not known has no stages. */
export function studyProgress(store: Pick<Store, 'studies'>, id: string): StudyProgress {
  const steps = distinctSteps(store.studies.plan(id));
  const stages = [...new Set(steps.map(({ stage }) => stage))];
  return {
    stages: stages.map((stage) => stageOf(stage, steps)),
    failures: failuresOf(steps),
  };
}

/** A study with how far it has come, as lists show it; its plan is counted and not read. */
export function studyCard(
  store: Store,
  { id, status, createdAt }: Pick<StudyRow, 'id' | 'status' | 'createdAt'>,
): StudyCard {
  // The row may have been read before its process stopped.
  const standing = store.standing(id);
  const verdict = verdictSummary(store, id);
  return {
    id,
    status: standing?.status ?? status,
    createdAt,
    runningIn: standing?.holder ?? null,
    ...store.studies.counts(id),
    outcome: verdict?.outcome ?? null,
    headline: verdict?.headline ?? null,
  };
}

/** Steps that arms share, once each, in the order of the plan. */
function distinctSteps(planned: readonly PlannedStepState[]): readonly PlannedStepState[] {
  return [...new Map(planned.map((step) => [step.stepKey, step])).values()];
}

function failuresOf(steps: readonly PlannedStepState[]): readonly StepFailure[] {
  return steps.flatMap(({ status, title, error, stepKey }) =>
    status === 'failed' ? [{ key: stepKey, title, error }] : [],
  );
}

function stageOf(stage: string, steps: readonly PlannedStepState[]): StageProgress {
  const own = steps.filter((step) => step.stage === stage);
  const count = (state: PlannedStepState['status']): number =>
    own.filter(({ status }) => status === state).length;
  return {
    stage,
    total: own.length,
    done: count('done'),
    running: count('running'),
    failed: count('failed'),
  };
}
