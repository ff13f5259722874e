import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, messageOf } from '../base/errors.ts';
import type { Backend } from '../backends/backend.ts';
import type { Store } from '../store/open-store.ts';
import type { StepRow } from '../store/steps.ts';
import { stopsTheRun } from '../store/store-errors.ts';
import type { Artifact } from '../store/types.ts';
import type { RunEvent, StepIdentity } from './events.ts';
import type { Step, StepOutput, StepProgress } from './step.ts';

/** What performing a step needs besides the step. */
export interface PerformOptions {
  readonly store: Store;
  readonly study: string;
  readonly backend: Backend;
  readonly signal: AbortSignal;
  /** How long a step may go on after the signal before it is left behind. */
  readonly cancelGraceMs: number;
  readonly onEvent: (event: RunEvent) => void;
}

/** How an attempt at a step ended. */
export type StepOutcome =
  | { readonly kind: 'computed'; readonly artifact: Artifact }
  | { readonly kind: 'failed'; readonly error: AppError }
  | { readonly kind: 'bug'; readonly error: unknown }
  /** The store itself failed: no other step can do better. */
  | { readonly kind: 'fatal'; readonly error: AppError }
  | { readonly kind: 'interrupted' };

/** The fields of a step that events carry. */
export function identityOf(step: Step): StepIdentity {
  const { key, name, stage, title, costTokens } = step;
  return { key, name, stage, title, costTokens };
}

/** Artifact digests of a step's inputs, as the steps table keeps them. */
export function digestsOf(inputs: Readonly<Record<string, Artifact>>): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.digest]));
}

/**
 * One attempt at one step: mark it running, run it, publish its artifact, mark it done. The row of
 * the step, its samples, its curves and its ledger event are one transaction. Never rejects.
 */
export async function performStep(
  step: Step,
  inputs: Readonly<Record<string, Artifact>>,
  options: PerformOptions,
): Promise<StepOutcome> {
  try {
    return await attempt(step, inputs, options);
  } catch (error) {
    return recordFailure(step, error, options);
  }
}

async function attempt(
  step: Step,
  inputs: Readonly<Record<string, Artifact>>,
  options: PerformOptions,
): Promise<StepOutcome> {
  const { store, backend, signal, onEvent } = options;
  const identity = identityOf(step);
  const row = store.steps.start(describeStep(step), digestsOf(inputs));
  // Another process may have finished it since this one looked.
  if (row.artifact !== null) {
    return { kind: 'computed', artifact: store.artifacts.get(row.artifact) };
  }
  onEvent({ type: 'step-started', ...identity, attempt: row.attempt });
  const curves = store.metrics.recorder(step.key);
  let tokens: number | null = null;
  let isAbandoned = false;
  const progress = (update: StepProgress): void => {
    // Work that was left behind goes on for a while; the store may be closed by then.
    if (isAbandoned) return;
    tokens = update.tokens ?? tokens;
    if (update.trainStep !== undefined) {
      curves.record(update.trainStep, {
        loss: update.loss,
        grad_norm: update.gradNorm,
        learning_rate: update.learningRate,
        tokens: update.tokens,
        tokens_per_second: update.tokensPerSecond,
      });
    }
    onEvent({ type: 'step-progress', ...identity, ...update });
  };
  const working = step.run({
    key: step.key,
    inputs,
    backend,
    objects: store.objects,
    items: store.items(step.key),
    checkpointPath: store.checkpoints.path(step.key),
    signal,
    progress,
  });
  const output = await unlessAbandoned(working, signal, options.cancelGraceMs);
  if (output === undefined) {
    isAbandoned = true;
    store.steps.interrupt(step.key);
    return { kind: 'interrupted' };
  }
  const artifact = store.artifacts.put({
    kind: output.kind,
    meta: output.meta,
    files: output.files,
  });
  const done = store.transaction(() => {
    const finished = store.steps.finish(step.key, { artifact: artifact.digest, tokens });
    // Computed again after a repair: rows of the lost result must not stay.
    if (finished.computed > 1) store.samples.clear(step.key);
    if (output.samples !== undefined) store.samples.add(step.key, output.samples);
    curves.finish();
    store.ledger.append(options.study, 'step-finished', ledgerData(step, finished));
    return finished;
  });
  store.checkpoints.clear(step.key);
  onEvent(finishedEvent(step, done, false));
  const inForce = done.artifact ?? artifact.digest;
  return {
    kind: 'computed',
    artifact: inForce === artifact.digest ? artifact : store.artifacts.get(inForce),
  };
}

/** The event of a step whose result is in the store. */
export function finishedEvent(step: Step, row: StepRow, cached: boolean): RunEvent {
  return {
    type: 'step-finished',
    ...identityOf(step),
    artifact: row.artifact ?? '',
    cached,
    durationMs: row.durationMs ?? 0,
    tokens: row.tokens,
  };
}

/** What the ledger says about a finished or reused step. */
export function ledgerData(step: Step, row: StepRow): Record<string, string | null> {
  const { key, name, stage } = step;
  return { key, name, stage, artifact: row.artifact, finishedAt: row.finishedAt };
}

/** A step without its function, with inputs by key. */
export function describeStep(step: Step): Parameters<Store['steps']['start']>[0] {
  const { key, name, version, stage, title, params, backend, costTokens } = step;
  const inputs = Object.fromEntries(
    Object.entries(step.inputs).map(([input, { key: inputKey }]) => [input, inputKey]),
  );
  return { key, name, version, stage, title, params, inputs, backend, costTokens };
}

/**
 * The result of `work`, or undefined when the signal fired and `work` failed because of it or did
 * not end within the grace period. An abandoned promise may still settle; nobody listens.
 */
async function unlessAbandoned(
  work: Promise<StepOutput>,
  signal: AbortSignal,
  graceMs: number,
): Promise<StepOutput | undefined> {
  const settled = new AbortController();
  let wait = (): void => {};
  const abandoned = new Promise<undefined>((resolve) => {
    wait = (): void => {
      sleep(graceMs, undefined, { signal: settled.signal }).then(
        () => resolve(undefined),
        () => {},
      );
    };
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { once: true });
  });
  try {
    return await Promise.race([work, abandoned]);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    signal.removeEventListener('abort', wait);
    settled.abort();
  }
}

function recordFailure(step: Step, error: unknown, options: PerformOptions): StepOutcome {
  if (error instanceof AppError && stopsTheRun(error)) return { kind: 'fatal', error };
  const { store, study, onEvent } = options;
  const message = error instanceof AppError ? error.message : `bug: ${stackOf(error)}`;
  try {
    store.transaction(() => {
      store.steps.fail(step.key, message);
      store.ledger.append(study, 'step-failed', { key: step.key, name: step.name, message });
    });
  } catch (storeError) {
    if (storeError instanceof AppError) return { kind: 'fatal', error: storeError };
    return { kind: 'bug', error: storeError };
  }
  onEvent({
    type: 'step-failed',
    ...identityOf(step),
    message: messageOf(error),
    hint: error instanceof AppError ? error.hint : undefined,
  });
  return error instanceof AppError ? { kind: 'failed', error } : { kind: 'bug', error };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
