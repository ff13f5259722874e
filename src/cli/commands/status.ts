import type { PlannedStepState } from '../../store/studies.ts';
import { lastVerdict } from '../../study/verdict-ledger.ts';
import type { StudyFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { textTable } from '../table.ts';
import { visibleText } from '../../base/visible-text.ts';
import { findStudy, withStoreIfAny } from '../workspace.ts';

/** How far a study has come, from the store alone. */
export async function statusCommand(io: CliIo, argument: string, flags: StudyFlags): Promise<void> {
  const { id, storeDir, label } = findStudy(io, argument, flags);
  withStoreIfAny(storeDir, (store) => {
    const planned = store?.studies.plan(id) ?? [];
    const steps = [...new Map(planned.map((step) => [step.stepKey, step])).values()];
    const status = {
      study: id,
      status: store?.studies.find(id)?.status ?? 'not run yet',
      runningIn: store?.lockHolder(id) ?? null,
      stages: byStage(steps),
      arms: armCounts(planned),
      failures: steps.flatMap(({ status: state, title, error, stepKey }) =>
        state === 'failed' ? [{ key: stepKey, title, error }] : [],
      ),
      outcome: (store && lastVerdict(store, id)?.outcome) ?? null,
    };
    if (flags.json) return print(io, JSON.stringify(status));
    const holder = status.runningIn;
    const lines = [
      `study ${id}: ${status.status}${status.outcome === null ? '' : `, verdict ${status.outcome}`}`,
      ...(holder === null
        ? []
        : [`running in process ${holder.pid} on ${visibleText(holder.host)}`]),
      ...(steps.length === 0 ? [] : [stageTable(status.stages), armsLine(status.arms)]),
      ...status.failures.map(
        ({ title, error }) => `failed: ${visibleText(title)}: ${visibleText(error ?? 'unknown')}`,
      ),
      `Next: informant ${status.outcome === null ? 'run' : 'verdict'} ${label}`,
    ];
    print(io, lines.join('\n'));
  });
}

interface StageState {
  readonly stage: string;
  readonly total: number;
  readonly done: number;
  readonly running: number;
  readonly failed: number;
}

function byStage(steps: readonly PlannedStepState[]): StageState[] {
  return [...new Set(steps.map((step) => step.stage))].map((stage) => {
    const own = steps.filter((step) => step.stage === stage);
    const count = (state: PlannedStepState['status']): number =>
      own.filter((step) => step.status === state).length;
    return {
      stage,
      total: own.length,
      done: count('done'),
      running: count('running'),
      failed: count('failed'),
    };
  });
}

function stageTable(stages: readonly StageState[]): string {
  return textTable(
    ['stage', '#done', '#of', '#running', '#failed'],
    stages.map((s) => [s.stage, ...[s.done, s.total, s.running, s.failed].map(String)]),
  );
}

function armCounts(planned: readonly PlannedStepState[]): { done: number; total: number } {
  const arms = [...new Set(planned.map((step) => step.arm))];
  const done = arms.filter((arm) =>
    planned.every((step) => step.arm !== arm || step.status === 'done'),
  );
  return { done: done.length, total: arms.length };
}

function armsLine({ done, total }: { done: number; total: number }): string {
  return `${done} of ${total} models (teachers and students) finished`;
}
