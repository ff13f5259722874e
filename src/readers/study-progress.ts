import { readJsonObject } from '../artifacts/read-json-object.ts';
import type { LockHolder } from '../store/lock.ts';
import type { Store } from '../store/open-store.ts';
import type { PlannedStepState, StudyRow } from '../store/studies.ts';
import { lastVerdict } from '../study/verdict-ledger.ts';
import type { Verdict } from '../verdict/types.ts';
import { verdictSchema } from '../verdict/verdict-schema.ts';

/** How much of one stage is done. */
export interface StageProgress {
  readonly stage: string;
  readonly total: number;
  readonly done: number;
  readonly running: number;
  readonly failed: number;
}

/** How far a study has come, from the store alone. */
export interface StudyProgress {
  readonly runningIn: LockHolder | null;
  /** In the order work flows. */
  readonly stages: readonly StageProgress[];
  readonly steps: Omit<StageProgress, 'stage'>;
  /** Teachers and students. */
  readonly models: { readonly done: number; readonly total: number };
  /** Estimated tokens of distinct steps. */
  readonly costTokens: { readonly total: number; readonly done: number };
  /** Working time of finished steps. */
  readonly spentMs: number;
  readonly failures: readonly {
    readonly key: string;
    readonly title: string;
    readonly error: string | null;
  }[];
  readonly verdict: Pick<Verdict, 'outcome' | 'headline'> | null;
}

/** Reads how far a study has come; a study the store does not know has not begun. */
export function studyProgress(store: Store, id: string): StudyProgress {
  const planned = store.studies.plan(id);
  const steps = distinctSteps(planned);
  const done = steps.filter(({ status }) => status === 'done');
  const recorded = lastVerdict(store, id);
  const stages = [...new Set(steps.map(({ stage }) => stage))];
  return {
    runningIn: holderOf(store, id),
    stages: stages.map((stage) => ({
      stage,
      ...countsOf(steps.filter((step) => step.stage === stage)),
    })),
    steps: countsOf(steps),
    models: modelCounts(planned),
    costTokens: { total: tokensOf(steps), done: tokensOf(done) },
    spentMs: done.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0),
    failures: steps.flatMap(({ status, title, error, stepKey }) =>
      status === 'failed' ? [{ key: stepKey, title, error }] : [],
    ),
    verdict:
      recorded === undefined
        ? null
        : readJsonObject(store.objects, recorded.verdict, verdictSchema),
  };
}

/** A study with how far it has come, as lists show it. */
export function studyCard({ id, status, createdAt }: StudyRow, progress: StudyProgress) {
  const { verdict, runningIn, steps, models, costTokens, spentMs } = progress;
  return {
    id,
    status,
    createdAt,
    runningIn,
    steps,
    models,
    costTokens,
    spentMs,
    outcome: verdict?.outcome ?? null,
    headline: verdict?.headline ?? null,
  };
}

/** The process that works on a study, without the token of its lock; null when none does. */
export function holderOf(store: Pick<Store, 'lockHolder'>, id: string): LockHolder | null {
  const holder = store.lockHolder(id);
  if (holder === undefined) return null;
  const { pid, host, command, since } = holder;
  return { pid, host, command, since };
}

/** Steps that arms share, once each, in the order of the plan. */
export function distinctSteps(planned: readonly PlannedStepState[]): readonly PlannedStepState[] {
  return [...new Map(planned.map((step) => [step.stepKey, step])).values()];
}

function countsOf(steps: readonly PlannedStepState[]): Omit<StageProgress, 'stage'> {
  const count = (state: PlannedStepState['status']): number =>
    steps.filter(({ status }) => status === state).length;
  return {
    total: steps.length,
    done: count('done'),
    running: count('running'),
    failed: count('failed'),
  };
}

function tokensOf(steps: readonly PlannedStepState[]): number {
  return steps.reduce((sum, { costTokens }) => sum + costTokens, 0);
}

function modelCounts(planned: readonly PlannedStepState[]): { done: number; total: number } {
  const arms = new Map<string, boolean>();
  for (const { arm, status } of planned) {
    arms.set(arm, (arms.get(arm) ?? true) && status === 'done');
  }
  return { done: [...arms.values()].filter(Boolean).length, total: arms.size };
}
