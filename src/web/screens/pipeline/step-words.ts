import type { PipelineStep } from '../../../api/pipeline.ts';
import { time } from '../../components/format.ts';

/** States a cell can show, in the order of the legend. */
export const STATES = ['waiting', 'running', 'done', 'reused', 'failed', 'interrupted'] as const;
export type ShownState = (typeof STATES)[number];

/** What a cell shows: a finished step that was there before counts as reused. */
export function shownState({
  status,
  reused,
}: Pick<PipelineStep, 'status' | 'reused'>): ShownState {
  return status === 'done' && reused ? 'reused' : status;
}

/** What the states mean. */
export const STATE_WORDS: Readonly<Record<ShownState, string>> = {
  waiting: 'waiting for its inputs',
  running: 'running',
  done: 'done',
  reused: 'reused: computed before',
  failed: 'failed',
  interrupted: 'stopped before its end',
};

/** A step in a few words: title, state, time, attempts. */
export function stepWords(step: PipelineStep): string {
  return [
    step.title,
    STATE_WORDS[shownState(step)],
    ...(step.durationMs === null ? [] : [time(step.durationMs)]),
    ...(step.attempt > 1 ? [`attempt ${step.attempt}`] : []),
  ].join(', ');
}
