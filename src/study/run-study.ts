import type { Backend } from '../backends/backend.ts';
import type { RunSummary } from '../run/board.ts';
import type { RunEvent } from '../run/events.ts';
import { runSteps } from '../run/scheduler.ts';
import { openStore, type Store } from '../store/open-store.ts';
import type { LockHolder } from '../store/lock.ts';
import type { StudyStatus } from '../store/studies.ts';
import { decideVerdict } from '../verdict/decide.ts';
import type { Verdict } from '../verdict/types.ts';
import { collectVerdictInput } from './collect-verdict-input.ts';
import { type Plan, planStudy, refuseProblems } from './plan.ts';
import { type ModelProfile, modelProfiles } from './profiles.ts';
import { describeInputs, type RecordedInputs } from './recorded-inputs.ts';
import { registerStudy } from './register-study.ts';
import type { LoadedStudy } from './spec.ts';
import { openStudyModels } from './study-models.ts';
import { recordVerdict } from './verdict-ledger.ts';

export interface RunStudyOptions {
  readonly study: LoadedStudy;
  /** Folder of the store; made if needed. */
  readonly storeDir: string;
  readonly backend: Backend;
  /** Shown to others who want the study's lock; the command line. */
  readonly command?: string;
  /** Wait for another process that runs the study instead of failing. */
  readonly wait?: boolean;
  readonly onWait?: (holder: LockHolder) => void;
  /** Told once, before any work. */
  readonly onPlan?: (plan: Plan) => void;
  readonly onEvent?: (event: RunEvent) => void;
  readonly signal?: AbortSignal;
  /** Clock for time stamps. */
  readonly now?: () => Date;
}

/** How a run ended. `failed` and `interrupted` keep all finished work; run again to go on. */
export type StudyResult =
  | {
      readonly kind: 'finished';
      readonly plan: Plan;
      readonly summary: RunSummary;
      readonly verdict: Verdict;
      /** sha256 of the verdict's canonical bytes. */
      readonly verdictDigest: string;
      readonly profiles: readonly ModelProfile[];
    }
  | { readonly kind: 'failed' | 'interrupted'; readonly plan: Plan; readonly summary: RunSummary };

/**
 * Runs a study, or goes on where it stopped: plan, lock, register, do the steps that are not done,
 * decide. A finished study does no work and gives the same verdict again. Raises user errors for
 * studies that cannot work (`plan-refused`), work errors for locks and stores.
 */
export async function runStudy(options: RunStudyOptions): Promise<StudyResult> {
  const { study, backend } = options;
  const models = await openStudyModels(study);
  const plan = planStudy(study, models, backend);
  refuseProblems(plan);
  options.onPlan?.(plan);
  const store = openStore(options.storeDir, {
    mode: 'write',
    ...(options.now && { now: options.now }),
  });
  try {
    return await runLocked(store, plan, describeInputs(study, models, backend), options);
  } finally {
    store.close();
  }
}

async function runLocked(
  store: Store,
  plan: Plan,
  inputs: RecordedInputs,
  options: RunStudyOptions,
): Promise<StudyResult> {
  const { study, signal } = options;
  const lock = await store.lock(plan.study, {
    command: options.command ?? `runStudy ${plan.study}`,
    ...(options.wait !== undefined && { wait: options.wait }),
    ...(options.onWait && { onWait: options.onWait }),
    ...(signal && { signal }),
  });
  const finish = (status: StudyStatus): void => store.studies.setStatus(plan.study, status);
  try {
    const { manifest } = registerStudy(store, study, plan, inputs);
    finish('running');
    const summary = await runSteps(plan.targets, {
      store,
      lock,
      backend: options.backend,
      ...(signal && { signal }),
      ...(options.onEvent && { onEvent: options.onEvent }),
    });
    if (summary.failed.length > 0 || summary.interrupted) {
      const kind = summary.failed.length > 0 ? 'failed' : 'interrupted';
      finish(kind);
      return { kind, plan, summary };
    }
    const verdict = decideVerdict(collectVerdictInput(plan.manifest, store));
    const recorded = recordVerdict(store, verdict, manifest);
    finish('finished');
    const profiles = modelProfiles(plan.manifest, store);
    return { kind: 'finished', plan, summary, verdict, verdictDigest: recorded.verdict, profiles };
  } catch (error) {
    if (!lock.lost.aborted) finish('failed');
    throw error;
  } finally {
    lock.release();
  }
}
