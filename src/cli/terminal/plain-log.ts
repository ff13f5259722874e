import type { RunEvent } from '../../run/events.ts';
import { duration } from '../../base/numbers.ts';
import { oneLine } from '../../base/visible-text.ts';
import type { ProgressView } from './progress-view.ts';

const LINE_GAP_MS = 3_000;
const HEARTBEAT_MS = 30_000;

/**
 * Progress as lines for logs and pipes: the start, a finished step at most every three seconds, a
 * sign of life every half minute, every stage that completes, every failure.
 */
export function createPlainLog(options: {
  readonly write: (line: string) => void;
  readonly now: () => number;
  /** State after the event. */
  readonly view: () => ProgressView;
}): (event: RunEvent) => void {
  const { write, now, view } = options;
  let lastLine = Number.NEGATIVE_INFINITY;
  const complete = new Set<string>();
  const line = (text: string): void => {
    lastLine = now();
    write(text);
  };
  const stages = (): void => {
    for (const { stage, done, total } of view().stages) {
      if (done < total || complete.has(stage)) continue;
      complete.add(stage);
      line(`${stage}: all ${total} steps done, ${duration(view().elapsedSeconds)} elapsed`);
    }
  };
  return (event) => {
    switch (event.type) {
      case 'run-started':
        return line(
          `study ${oneLine(event.study)}: ${event.total} steps, ${event.cached} of them cached`,
        );
      case 'step-finished':
        if (!event.cached && now() - lastLine >= LINE_GAP_MS) {
          const counts = countsOf(view());
          line(`${counts}  ${oneLine(event.title)} (${duration(event.durationMs / 1000)})`);
        }
        return stages();
      case 'step-progress':
        if (now() - lastLine < HEARTBEAT_MS) return;
        return line(
          `${countsOf(view())}  ${oneLine(event.title)} ${Math.floor(event.fraction * 100)}%`,
        );
      case 'step-failed':
        return line(`failed: ${oneLine(event.title)}: ${oneLine(event.message)}`);
      case 'run-finished':
        return line(
          `${event.interrupted ? 'interrupted' : 'done'}: ${event.computed} computed, ${event.cached} cached, ${event.failed} failed, ${event.skipped} skipped`,
        );
      case 'step-started':
      case 'step-skipped':
        return;
    }
  };
}

function countsOf(view: ProgressView): string {
  const done = view.stages.reduce((sum, stage) => sum + stage.done, 0);
  const total = view.stages.reduce((sum, stage) => sum + stage.total, 0);
  const left = view.leftSeconds === null ? '' : `, about ${duration(view.leftSeconds)} left`;
  return `[${done}/${total}${left}]`;
}
