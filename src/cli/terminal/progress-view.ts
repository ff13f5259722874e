import type { Colors } from '../io.ts';
import { compact, duration } from '../../base/numbers.ts';
import { padText } from '../text-width.ts';
import { oneLine } from '../../base/visible-text.ts';
import { bar, sparkline } from './sparkline.ts';

/** Everything the window shows at one moment. Plain data: drawing it is a pure function. */
export interface ProgressView {
  readonly study: string;
  readonly stages: readonly StageCount[];
  readonly arms: { readonly done: number; readonly total: number };
  readonly current: readonly {
    readonly title: string;
    readonly fraction: number;
    readonly loss?: number;
  }[];
  readonly cached: number;
  readonly failed: number;
  readonly tokensPerSecond: number;
  /** Recent training losses, oldest first. */
  readonly losses: readonly number[];
  readonly elapsedSeconds: number;
  /** Null while unknown. */
  readonly leftSeconds: number | null;
  /** Shown instead of the time left, e.g. while stopping. */
  readonly note?: string;
}

/** Steps of one stage. */
export interface StageCount {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

/** The window's lines; current steps are shortened to what fits into `rows`. */
export function progressLines(
  view: ProgressView,
  size: { readonly columns: number; readonly rows: number },
  colors: Colors,
): string[] {
  const { columns } = size;
  const barColumns = Math.max(8, Math.min(32, columns - 36));
  const stages = view.stages.map((stage) => {
    const fraction = stage.total === 0 ? 1 : stage.done / stage.total;
    const complete = stage.done === stage.total;
    const drawn = bar(fraction, barColumns);
    return `  ${padText(stage.stage, 10)} ${complete ? colors.green(drawn) : colors.cyan(drawn)} ${stage.done}/${stage.total}`;
  });
  const arms = `${view.arms.done}/${view.arms.total} arms`;
  const head = `${colors.bold(oneLine(view.study))}  ${arms}${view.cached > 0 ? `, ${view.cached} steps cached` : ''}${view.failed > 0 ? colors.red(`, ${view.failed} failed`) : ''}`;
  const room = Math.max(1, size.rows - 1 - stages.length - 4);
  const shown = view.current.slice(0, view.current.length > room ? room - 1 : room);
  const more = view.current.length - shown.length;
  const current = shown.map((step) => {
    const percent = `${Math.floor(step.fraction * 100)}%`.padStart(4);
    const loss = step.loss === undefined ? '' : colors.dim(`  loss ${step.loss.toFixed(3)}`);
    return `  ${percent}  ${padText(oneLine(step.title), Math.min(60, columns - 24))}${loss}`;
  });
  if (more > 0) current.push(colors.dim(`        and ${more} more`));
  return [head, ...stages, ...current, ...spark(view, columns), footer(view, colors)];
}

function spark(view: ProgressView, columns: number): string[] {
  const drawn = sparkline(view.losses, Math.min(40, columns - 24));
  return drawn === '' ? [] : [`  loss  ${drawn} ${view.losses.at(-1)!.toFixed(3)}`];
}

function footer(view: ProgressView, colors: Colors): string {
  const left =
    view.leftSeconds === null ? 'estimating' : `about ${duration(view.leftSeconds)} left`;
  return colors.dim(
    `  ${compact(view.tokensPerSecond)} tokens/s · ${duration(view.elapsedSeconds)} elapsed · ${view.note ?? left}`,
  );
}
