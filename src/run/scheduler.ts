import type { Backend } from '../backends/backend.ts';
import type { StudyLock } from '../store/lock.ts';
import type { Store } from '../store/open-store.ts';
import { isCurrent } from '../store/steps.ts';
import { createBoard, type ReadyStep, type RunSummary } from './board.ts';
import type { RunEvent } from './events.ts';
import { performStep } from './perform-step.ts';
import type { Step } from './step.ts';
import { topologicalOrder } from './topological-order.ts';

export interface RunOptions {
  readonly store: Store;
  /** The lock on the study whose ledger the events go to. */
  readonly lock: StudyLock;
  readonly backend: Backend;
  /** Ctrl-C: no further step is begun, those under way are told to end. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** How long a step may go on after the signal before it is left behind. Default 2,000. */
  readonly cancelGraceMs?: number;
}

const stepGraph = {
  key: (step: Step) => step.key,
  inputs: (step: Step) => Object.values(step.inputs),
};

/** Every distinct step that `targets` need, themselves included, in the order a run begins them. */
export function allSteps(targets: readonly Step[]): readonly Step[] {
  return topologicalOrder(targets, stepGraph);
}

/** Keys of the steps that need no work, given what is in the store. */
export function cachedSteps(steps: readonly Step[], store: Store): ReadonlySet<string> {
  const digests = new Map<string, string>();
  for (const step of allSteps(steps)) {
    const consumed: Record<string, string> = {};
    for (const [name, input] of Object.entries(step.inputs)) {
      const digest = digests.get(input.key);
      if (digest !== undefined) consumed[name] = digest;
    }
    if (Object.keys(consumed).length < Object.keys(step.inputs).length) continue;
    const row = store.steps.find(step.key);
    if (row?.artifact != null && isCurrent(row, consumed)) digests.set(step.key, row.artifact);
  }
  return new Set(digests.keys());
}

/**
 * Runs every step that `targets` need and that is not done yet, at most `backend.slots` at once,
 * inputs first, one target after the other as far as slots allow. A step that fails with an
 * AppError is recorded and its dependants are skipped; everything independent goes on.
 * Rejects, after what is under way has ended, with the first bug, or with the AppError of a store
 * that cannot be written (`disk-full`, `lock-lost`, …).
 */
export async function runSteps(targets: readonly Step[], options: RunOptions): Promise<RunSummary> {
  const { store, backend, lock } = options;
  const onEvent = options.onEvent ?? ((): void => {});
  const steps = allSteps(targets);
  const halt = new AbortController();
  const signals = [lock.lost, halt.signal, ...(options.signal ? [options.signal] : [])];
  const signal = AbortSignal.any(signals);
  const perform = {
    store,
    study: lock.study,
    backend,
    signal,
    cancelGraceMs: options.cancelGraceMs ?? 2_000,
    onEvent,
  };
  const slots = Math.max(1, backend.slots);
  // Left by a process that was killed between finishing a step and tidying up.
  store.checkpoints.prune((key) => store.steps.find(key)?.status === 'done');
  const board = createBoard(steps, perform);
  onEvent({
    type: 'run-started',
    study: lock.study,
    total: steps.length,
    cached: cachedSteps(steps, store).size,
  });
  const underWay = new Map<string, Promise<void>>();
  let storeFailure: { readonly error: unknown } | undefined;
  const nextSteps = (): ReadyStep[] => {
    if (signal.aborted) return [];
    try {
      // One commit for everything the ledger learns about reused steps.
      return store.transaction(() => board.ready(slots - underWay.size));
    } catch (error) {
      storeFailure = { error };
      halt.abort();
      return [];
    }
  };
  for (;;) {
    for (const { step, inputs } of nextSteps()) {
      const settled = performStep(step, inputs, perform).then((outcome) => {
        underWay.delete(step.key);
        if (outcome.kind === 'fatal') halt.abort();
        board.settle(step, outcome);
      });
      underWay.set(step.key, settled);
    }
    if (underWay.size === 0) break;
    await Promise.race(underWay.values());
  }
  if (storeFailure !== undefined) throw storeFailure.error;
  const summary = board.summary();
  onEvent({
    type: 'run-finished',
    study: lock.study,
    computed: summary.computed,
    cached: summary.cached,
    failed: summary.failed.length,
    skipped: summary.skipped.length,
    interrupted: summary.interrupted,
  });
  if (lock.lost.aborted) throw lock.lost.reason;
  board.throwFirstError();
  return summary;
}
