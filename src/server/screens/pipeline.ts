import type { Pipeline, PipelineStep, StepView } from '../../api/pipeline.ts';
import { groupBy } from '../../base/group-by.ts';
import { estimateTimeLeft } from '../../run/estimate.ts';
import { STAGES, type Stage } from '../../run/step.ts';
import type { Store } from '../../store/open-store.ts';
import type { PlannedStepState } from '../../store/studies.ts';
import { ProblemError } from '../problem.ts';

const MAX_STEPS = 5_000;
const MAX_ERROR_CHARACTERS = 2_000;
const MAX_PARAMS_CHARACTERS = 20_000;

/** Steps of a study in the order work flows, and how long the rest will take. */
export function pipelineView(store: Store, id: string): Pipeline {
  const runningIn = store.lockHolder(id) ?? null;
  const steps = stepsOf(store, id);
  const running = steps.filter(({ status }) => status === 'running');
  return {
    runningIn,
    stages: STAGES.flatMap((stage) => {
      const own = steps.filter((step) => step.stage === stage);
      return own.length === 0 ? [] : [stageOf(stage, own)];
    }),
    steps: steps.slice(0, MAX_STEPS),
    etaMs: runningIn === null ? null : timeLeft(steps, running.length),
    losses: Object.fromEntries(
      running.flatMap(({ key }) => {
        const last = store.metrics.last(key, 'loss');
        return last === undefined ? [] : [[key, { trainStep: last.trainStep, loss: last.value }]];
      }),
    ),
  };
}

/** What went into the key of a step; 404 for a step that the study lacks or that never began. */
export function stepView(store: Store, id: string, key: string): StepView {
  const step = stepsOf(store, id).find((candidate) => candidate.key === key);
  if (step === undefined)
    throw new ProblemError(404, 'no-such-step', 'The study has no such step.');
  return stepDetail(store, step);
}

/** The same of a step that is known to be the study's. */
export function stepDetail(store: Pick<Store, 'steps'>, step: PipelineStep): StepView {
  const row = store.steps.find(step.key);
  if (row === undefined) {
    throw new ProblemError(
      404,
      'not-started',
      'The step has not begun.',
      '`informant explain` shows what goes into its key.',
    );
  }
  const { version, params, backend, artifact } = row;
  return {
    ...step,
    version,
    params: JSON.stringify(params, null, 2).slice(0, MAX_PARAMS_CHARACTERS),
    backend: JSON.stringify(backend),
    artifact,
  };
}

function stepsOf(store: Store, id: string): readonly PipelineStep[] {
  const planned = groupBy(store.studies.plan(id), ({ stepKey }) => stepKey);
  const computed = new Set<string>();
  const reused = new Set<string>();
  for (const [type, keys] of [
    ['step-finished', computed],
    ['step-reused', reused],
  ] as const) {
    for (const { data } of store.ledger.ofType(id, type)) {
      const key = typeof data === 'object' && data !== null && 'key' in data ? data['key'] : null;
      if (typeof key === 'string') keys.add(key);
    }
  }
  // A step that says `running` while nobody works in the store was killed.
  const isAnyoneAlive = store.studies
    .list()
    .some((study) => store.lockHolder(study.id) !== undefined);
  return [...planned.values()].map((rows): PipelineStep => {
    const [row] = rows;
    if (row === undefined) throw new Error('a group is never empty');
    const { stepKey, name, stage, title, attempt, costTokens, tokens, startedAt, inputs } = row;
    return {
      key: stepKey,
      name,
      stage,
      title,
      attempt,
      costTokens,
      tokens,
      startedAt,
      status: row.status === 'running' && !isAnyoneAlive ? 'interrupted' : row.status,
      reused: row.status === 'done' && reused.has(stepKey) && !computed.has(stepKey),
      durationMs: row.durationMs,
      arms: rows.map(({ arm }: PlannedStepState) => arm),
      inputs: [...inputs],
      error: row.error?.slice(0, MAX_ERROR_CHARACTERS) ?? null,
    };
  });
}

function stageOf(stage: string, steps: readonly PipelineStep[]): Pipeline['stages'][number] {
  const count = (status: PipelineStep['status']): number =>
    steps.filter((step) => step.status === status).length;
  const timed = steps.filter(({ status, durationMs }) => status === 'done' && durationMs !== null);
  const tokens = timed.reduce((sum, step) => sum + (step.tokens ?? step.costTokens), 0);
  const seconds = timed.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0) / 1_000;
  return {
    stage,
    total: steps.length,
    done: count('done'),
    running: count('running'),
    failed: count('failed'),
    reused: steps.filter(({ reused }) => reused).length,
    tokensPerSecond: seconds > 0 && tokens > 0 ? tokens / seconds : null,
  };
}

function timeLeft(steps: readonly PipelineStep[], running: number): number | null {
  const staged = steps.flatMap((step) => {
    const stage = STAGES.find((one): one is Stage => one === step.stage);
    return stage === undefined ? [] : [{ ...step, stage }];
  });
  const left = estimateTimeLeft({
    remaining: staged.filter(({ status }) => status !== 'done'),
    measured: staged.flatMap(({ stage, costTokens, status, durationMs }) =>
      status === 'done' && durationMs !== null ? [{ stage, costTokens, durationMs }] : [],
    ),
    slots: Math.max(1, running),
  });
  return left?.milliseconds ?? null;
}
