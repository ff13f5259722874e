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
import { planLooks } from './looks.ts';
import { type Plan, refuseProblems } from './plan.ts';
import { type ModelProfile, modelProfiles } from './profiles.ts';
import { describeInputs, type RecordedInputs } from './recorded-inputs.ts';
import { plannedSteps, registerStudy } from './register-study.ts';
import type { LoadedStudy } from './spec.ts';
import { openStudyModels } from './study-models.ts';
import { recordLook, recordVerdict, storeManifest } from './verdict-ledger.ts';

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
 * decide; a sequential study does so look by look until it is decided. A finished study does no work and gives the same verdict again. Raises user errors for
 * studies that cannot work (`plan-refused`), work errors for locks and stores.
 */
export async function runStudy(options: RunStudyOptions): Promise<StudyResult> {
  const { study, backend } = options;
  const models = await openStudyModels(study);
  const plans = planLooks(study, models, backend);
  const whole = plans.at(-1)!;
  refuseProblems(whole);
  models.judge?.checkAccess();
  options.onPlan?.(whole);
  const store = openStore(options.storeDir, {
    mode: 'write',
    ...(options.now && { now: options.now }),
  });
  try {
    return await runLocked(store, plans, describeInputs(study, models, backend), options);
  } finally {
    store.close();
  }
}

async function runLocked(
  store: Store,
  plans: readonly Plan[],
  inputs: RecordedInputs,
  options: RunStudyOptions,
): Promise<StudyResult> {
  const { study, signal } = options;
  const whole = plans.at(-1)!;
  const lock = await store.lock(whole.study, {
    command: options.command ?? `runStudy ${whole.study}`,
    ...(options.wait !== undefined && { wait: options.wait }),
    ...(options.onWait && { onWait: options.onWait }),
    ...(signal && { signal }),
  });
  const finish = (status: StudyStatus): void => store.studies.setStatus(whole.study, status);
  try {
    registerStudy(store, study, whole, inputs);
    finish('running');
    for (const [k, plan] of plans.entries()) {
      const manifest = storeManifest(store, plan.manifest);
      store.transaction(() => store.studies.setPlan(plan.study, plannedSteps(plan)));
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
      if (verdict.sequential?.stop === false) {
        recordLook(store, verdict, k + 1, manifest);
        continue;
      }
      const recorded = recordVerdict(store, verdict, manifest);
      finish('finished');
      const profiles = modelProfiles(plan.manifest, store);
      const verdictDigest = recorded.verdict;
      return { kind: 'finished', plan, summary, verdict, verdictDigest, profiles };
    }
    throw new Error(`study ${whole.study} has no last look`);
  } catch (error) {
    if (!lock.lost.aborted) finish('failed');
    throw error;
  } finally {
    lock.release();
  }
}
