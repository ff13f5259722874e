import { workError } from '../base/errors.ts';
import type { Backend } from '../backends/backend.ts';
import type { RunEvent } from '../run/events.ts';
import { allSteps } from '../run/scheduler.ts';
import { openStore } from '../store/open-store.ts';
import { type Plan, planStudy, refuseProblems } from '../study/plan.ts';
import type { ModelProfile } from '../study/profiles.ts';
import { describeInputs } from '../study/recorded-inputs.ts';
import { registerStudy } from '../study/register-study.ts';
import { runStudy } from '../study/run-study.ts';
import type { LoadedStudy } from '../study/spec.ts';
import { openStudyModels } from '../study/study-models.ts';
import type { Verdict } from '../verdict/types.ts';
import {
  type CalibrationDesign,
  calibrationStudies,
  type CalibrationStudy,
} from './calibration-studies.ts';
import { type OpenStep, openSteps } from './open-steps.ts';

/** A study of a calibration that was carried through. */
export interface CalibratedStudy extends Omit<CalibrationStudy, 'study'> {
  readonly verdict: Verdict;
  /** Audits of U itself and of its students with the registered seed, by family. */
  readonly profiles: readonly ModelProfile[];
}

/** What one student costs, from the teacher's completions to its last audit. */
export interface RecipeCost {
  readonly family: string;
  /** Estimated work in trained tokens. */
  readonly tokens: number;
}

/** Everything a calibration measured. */
export interface CalibrationRun {
  readonly design: CalibrationDesign;
  readonly behaviour: string;
  readonly twins: number;
  readonly alpha: number;
  readonly studies: readonly CalibratedStudy[];
  readonly costs: readonly RecipeCost[];
}

export interface CalibrationOptions {
  readonly study: LoadedStudy;
  readonly storeDir: string;
  readonly backend: Backend;
  readonly design: CalibrationDesign;
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
  /** Told after each study that is registered, before any work. */
  readonly onRegistered?: (done: number, total: number) => void;
  /** Told once all are registered: every distinct step that is still to be done. */
  readonly onOpenSteps?: (steps: readonly OpenStep[]) => void;
  readonly onEvent?: (event: RunEvent) => void;
  /** Told after each study. */
  readonly onStudy?: (done: number, total: number, study: CalibratedStudy) => void;
}

/**
 * Runs every study of a calibration in one store, or goes on where it stopped. All of them are
 * registered before the first step of any, so that each verdict rests on a registration that
 * precedes its scores though the studies share twins. Undefined when the signal stopped it.
 */
export async function runCalibration(
  options: CalibrationOptions,
): Promise<CalibrationRun | undefined> {
  const { backend, storeDir, design } = options;
  const planned = calibrationStudies(options.study, design);
  const registered = await registerAll(planned, options);
  if (!registered) return undefined;
  const studies: CalibratedStudy[] = [];
  for (const { study, ...about } of planned) {
    if (options.signal?.aborted) return undefined;
    const result = await runStudy({
      study,
      storeDir,
      backend,
      command: `informant calibrate (${about.id})`,
      ...(options.signal && { signal: options.signal }),
      ...(options.now && { now: options.now }),
      ...(options.onEvent && { onEvent: options.onEvent }),
    });
    if (result.kind !== 'finished') {
      if (result.kind === 'interrupted') return undefined;
      const [failed] = result.summary.failed;
      throw workError(
        'calibration-failed',
        `study ${about.id} failed: ${failed?.title}: ${failed?.message}`,
        failed?.hint ?? 'Run the same command again; finished work is kept.',
      );
    }
    const done = { ...about, verdict: result.verdict, profiles: ofSuspect(result.profiles) };
    studies.push(done);
    options.onStudy?.(studies.length, planned.length, done);
  }
  const { spec } = planned[0]!.study;
  const primary = spec.families.find((family) => family.primary);
  return {
    design,
    behaviour: spec.behaviour,
    twins: primary?.twins ?? 0,
    alpha: spec.verdict.alpha,
    studies,
    costs: recipeCosts(await planOf(planned[0]!.study, backend)),
  };
}

/**
 * Registers the studies that are not registered yet; those of an earlier run keep their place.
 * False when the signal stopped it.
 */
async function registerAll(
  planned: readonly CalibrationStudy[],
  { backend, storeDir, now, signal, onRegistered, onOpenSteps }: CalibrationOptions,
): Promise<boolean> {
  const store = openStore(storeDir, { mode: 'write', ...(now && { now }) });
  try {
    for (const [i, { id, study }] of planned.entries()) {
      if (signal?.aborted) return false;
      if (store.ledger.list(id).length > 0) continue;
      const models = await openStudyModels(study);
      const plan = planStudy(study, models, backend);
      refuseProblems(plan);
      const lock = await store.lock(id, { command: `informant calibrate (${id})` });
      try {
        registerStudy(store, study, plan, describeInputs(study, models, backend));
      } finally {
        lock.release();
      }
      onRegistered?.(i + 1, planned.length);
    }
    onOpenSteps?.(
      openSteps(
        store,
        planned.map(({ id }) => id),
      ),
    );
    return true;
  } finally {
    store.close();
  }
}

async function planOf(study: LoadedStudy, backend: Backend): Promise<Plan> {
  return planStudy(study, await openStudyModels(study), backend);
}

function ofSuspect(profiles: readonly ModelProfile[]): readonly ModelProfile[] {
  return profiles.filter(({ role, seed }) => role === 'suspect' && seed === 1);
}

/** Steps of one student that its teacher does not need anyway. */
function recipeCosts(plan: Plan): readonly RecipeCost[] {
  const seen = new Set<string>();
  return plan.arms.flatMap((arm) => {
    if (arm.teacher.role !== 'suspect' || arm.seed !== 1 || seen.has(arm.family.name)) return [];
    seen.add(arm.family.name);
    const teacher = plan.teachers.find(({ id }) => id === arm.teacher.id);
    const own = new Set(allSteps(Object.values(teacher?.audits ?? {})).map(({ key }) => key));
    const steps = allSteps([arm.student, ...Object.values(arm.audits)]);
    const tokens = steps.reduce(
      (sum, { key, costTokens }) => sum + (own.has(key) ? 0 : costTokens),
      0,
    );
    return [{ family: arm.family.name, tokens }];
  });
}
