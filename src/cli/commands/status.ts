import { type StageProgress, studyCard, studyProgress } from '../../readers/study-progress.ts';
import type { StudyFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { textTable } from '../table.ts';
import { visibleText } from '../../base/visible-text.ts';
import { findStudy, withStoreIfAny } from '../workspace.ts';

/** How far a study has come, from the store alone. */
export async function statusCommand(io: CliIo, argument: string, flags: StudyFlags): Promise<void> {
  const { id, storeDir, label } = findStudy(io, argument, flags);
  withStoreIfAny(storeDir, (store) => {
    const row = store?.studies.find(id);
    const card = store && row && studyCard(store, row);
    const progress = store && studyProgress(store, id);
    const status = {
      study: id,
      status: card?.status ?? 'not run yet',
      runningIn: card?.runningIn ?? null,
      stages: progress?.stages ?? [],
      arms: card?.models ?? { done: 0, total: 0 },
      failures: progress?.failures ?? [],
      outcome: card?.outcome ?? null,
    };
    if (flags.json) return print(io, JSON.stringify(status));
    const holder = status.runningIn;
    const lines = [
      `study ${id}: ${status.status}${status.outcome === null ? '' : `, verdict ${status.outcome}`}`,
      ...(holder === null
        ? []
        : [`running in process ${holder.pid} on ${visibleText(holder.host)}`]),
      ...(status.stages.length === 0 ? [] : [stageTable(status.stages), armsLine(status.arms)]),
      ...status.failures.map(
        ({ title, error }) => `failed: ${visibleText(title)}: ${visibleText(error ?? 'unknown')}`,
      ),
      `Next: informant ${status.outcome === null ? 'run' : 'verdict'} ${label}`,
    ];
    print(io, lines.join('\n'));
  });
}

function stageTable(stages: readonly StageProgress[]): string {
  return textTable(
    ['stage', '#done', '#of', '#running', '#failed'],
    stages.map((s) => [s.stage, ...[s.done, s.total, s.running, s.failed].map(String)]),
  );
}

function armsLine({ done, total }: { done: number; total: number }): string {
  return `${done} of ${total} models (teachers and students) finished`;
}
