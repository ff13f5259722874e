import { z } from 'zod';
import { AppError, messageOf } from '../base/errors.ts';
import type { Store } from '../store/open-store.ts';
import { isCurrent } from '../store/steps.ts';
import type { Artifact } from '../store/types.ts';
import {
  digestsOf,
  finishedEvent,
  identityOf,
  ledgerData,
  type PerformOptions,
  type StepOutcome,
} from './perform-step.ts';
import type { Step } from './step.ts';

/** A step that could not be done, with the words for the user. */
export interface FailedStep {
  readonly key: string;
  readonly title: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** A step that was not tried because one it needs failed; `because` is that step's key. */
export interface SkippedStep {
  readonly key: string;
  readonly title: string;
  readonly because: string;
}

/** What became of the steps of a run; `total` counts distinct ones. */
export interface RunSummary {
  readonly total: number;
  readonly computed: number;
  readonly cached: number;
  readonly failed: readonly FailedStep[];
  readonly skipped: readonly SkippedStep[];
  /** The signal fired before everything was done. */
  readonly interrupted: boolean;
  /** Results by step key. */
  readonly artifacts: ReadonlyMap<string, Artifact>;
}

/** A step whose inputs are all there. */
export interface ReadyStep {
  readonly step: Step;
  readonly inputs: Readonly<Record<string, Artifact>>;
}

/** Who waits, who is done, who failed. */
export interface Board {
  /** Up to `limit` steps to begin now; settles cached and hopeless ones on the way. */
  ready(limit: number): ReadyStep[];
  settle(step: Step, outcome: StepOutcome): void;
  summary(): RunSummary;
  throwFirstError(): void;
}

/** A board on which every step waits. */
export function createBoard(
  steps: readonly Step[],
  { store, study, onEvent }: Pick<PerformOptions, 'store' | 'study' | 'onEvent'>,
): Board {
  const waiting = new Set(steps);
  const artifacts = new Map<string, Artifact>();
  const failed: FailedStep[] = [];
  const skipped: SkippedStep[] = [];
  /** Key of the failed step that stands in the way. */
  const blockedBy = new Map<string, string>();
  /** Looked up in the store and not found there: performing it will look again. */
  const needsWork = new Set<Step>();
  const inLedger = stepsInLedger(store, study);
  let computed = 0;
  let cached = 0;
  let interrupted = false;
  let firstError: { readonly error: unknown } | undefined;

  const fail = (step: Step, error: unknown): void => {
    blockedBy.set(step.key, step.key);
    const hint = error instanceof AppError ? error.hint : undefined;
    failed.push({ key: step.key, title: step.title, message: messageOf(error), hint });
  };
  const skip = (step: Step, because: string): void => {
    waiting.delete(step);
    blockedBy.set(step.key, because);
    skipped.push({ key: step.key, title: step.title, because });
    onEvent({ type: 'step-skipped', ...identityOf(step), because });
  };
  /** True when the store holds the result already. */
  const reuse = (step: Step, inputs: Readonly<Record<string, Artifact>>): boolean => {
    const row = store.steps.find(step.key);
    if (row?.artifact == null || !isCurrent(row, digestsOf(inputs))) return false;
    try {
      artifacts.set(step.key, store.artifacts.get(row.artifact));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      fail(step, error);
      onEvent({
        type: 'step-failed',
        ...identityOf(step),
        message: error.message,
        hint: error.hint,
      });
      return true;
    }
    // Another study computed it: this study's ledger says so, with the time it was computed at.
    if (!inLedger.has(`${step.key} ${row.artifact}`)) {
      store.ledger.append(study, 'step-reused', ledgerData(step, row));
    }
    cached++;
    onEvent(finishedEvent(step, row, true));
    return true;
  };

  return {
    ready: (limit) => {
      const ready: ReadyStep[] = [];
      for (const step of waiting) {
        const blocker = Object.values(step.inputs)
          .map((input) => blockedBy.get(input.key))
          .find((key) => key !== undefined);
        if (blocker !== undefined) {
          skip(step, blocker);
          continue;
        }
        const inputs = inputsOf(step, artifacts);
        if (inputs === undefined) continue;
        if (!needsWork.has(step) && reuse(step, inputs)) {
          waiting.delete(step);
          continue;
        }
        needsWork.add(step);
        if (ready.length >= limit) continue;
        waiting.delete(step);
        ready.push({ step, inputs });
      }
      return ready;
    },
    settle: (step, outcome) => {
      switch (outcome.kind) {
        case 'computed':
          computed++;
          artifacts.set(step.key, outcome.artifact);
          break;
        case 'interrupted':
          interrupted = true;
          break;
        case 'bug':
        case 'fatal':
          firstError ??= { error: outcome.error };
          fail(step, outcome.error);
          break;
        case 'failed':
          fail(step, outcome.error);
          break;
      }
    },
    summary: () => ({
      total: steps.length,
      computed,
      cached,
      failed,
      skipped,
      interrupted: interrupted || waiting.size > 0,
      artifacts,
    }),
    throwFirstError: () => {
      if (firstError !== undefined) throw firstError.error;
    },
  };
}

function inputsOf(
  step: Step,
  artifacts: ReadonlyMap<string, Artifact>,
): Record<string, Artifact> | undefined {
  const inputs: Record<string, Artifact> = {};
  for (const [name, input] of Object.entries(step.inputs)) {
    const artifact = artifacts.get(input.key);
    if (artifact === undefined) return undefined;
    inputs[name] = artifact;
  }
  return inputs;
}

const ledgerStep = z.object({ key: z.string(), artifact: z.string() });

/** `key artifact` pairs the ledger of a study names already. */
function stepsInLedger(store: Store, study: string): ReadonlySet<string> {
  const types = new Set(['step-finished', 'step-reused']);
  return new Set(
    store.ledger
      .list(study)
      .filter(({ type }) => types.has(type))
      .map(({ data }) => {
        const { key, artifact } = ledgerStep.parse(data);
        return `${key} ${artifact}`;
      }),
  );
}
