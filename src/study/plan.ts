import { calibrateJudgeStep } from '../audit/judges/calibrate-judge-step.ts';
import { userError } from '../base/errors.ts';
import type { Backend } from '../backends/backend.ts';
import { allSteps } from '../run/scheduler.ts';
import type { Step } from '../run/step.ts';
import { createManifest, type Manifest } from './manifest.ts';
import { planContext } from './plan-context.ts';
import { checkContamination, checkLineage, findWarnings } from './plan-checks.ts';
import { findProblems, type PlanProblem } from './plan-problems.ts';
import { planExchangeability } from './plan-exchangeability.ts';
import { armTargets, checkpointTargets, type PlannedArm, planStudents } from './plan-students.ts';
import { type PlannedTeacher, planTeachers } from './plan-teachers.ts';
import type { LoadedStudy } from './spec.ts';
import type { StudyModels } from './study-models.ts';

/** What a study will do, worked out before any work is spent. */
export interface Plan {
  readonly study: string;
  readonly teachers: readonly PlannedTeacher[];
  readonly arms: readonly PlannedArm[];
  /** Tries the judge on known answers, where the judge is a model. */
  readonly judge: Step | undefined;
  /** Last steps of what compares a U of the user's own with its twins. */
  readonly diagnostics: readonly Step[];
  /** Last steps in the order their results are wanted; everything else is their input. */
  readonly targets: readonly Step[];
  /** Every distinct step, inputs first. */
  readonly steps: readonly Step[];
  /** Reasons not to begin; a run refuses while there are any. */
  readonly problems: readonly PlanProblem[];
  /** What will limit the verdict. */
  readonly warnings: readonly string[];
  /** The plan as plain data: all a verdict needs to be replayed. */
  readonly manifest: Manifest;
  /** Estimated work, in tokens trained. */
  readonly costTokens: number;
}

/**
 * Plans a study: teachers, arms, the deduplicated steps, and what stands in their way. Reads no
 * store and does no work. Raises user errors where the world cannot supply what is asked for.
 */
export function planStudy(
  { spec }: Pick<LoadedStudy, 'spec'>,
  models: StudyModels,
  backend: Pick<Backend, 'name' | 'identity' | 'capabilities'>,
): Plan {
  const context = planContext(spec, models, backend);
  const all = planTeachers(context);
  const arms = planStudents(context, all);
  const teachers = spec.verdict.sequential === undefined ? all : withArms(all, arms);
  const exchangeability = planExchangeability(context, teachers, arms);
  const diagnostics = exchangeability?.targets ?? [];
  const judge = context.judge && calibrateJudgeStep(context.judge.model);
  const targets = [
    // First: a judge that cannot be reached is known before the rest is done.
    ...(judge === undefined ? [] : [judge]),
    ...teachers.flatMap(({ audits }) => Object.values(audits)),
    ...arms.flatMap((arm) => armTargets(arm)),
    ...arms.flatMap(({ checkpoints }) => checkpoints.flatMap(checkpointTargets)),
    ...diagnostics,
  ];
  const steps = allSteps(targets);
  return {
    study: spec.study,
    teachers,
    arms,
    judge,
    diagnostics,
    targets,
    steps,
    problems: findProblems(context, teachers),
    warnings: findWarnings(context),
    manifest: createManifest(context, {
      teachers,
      arms,
      steps,
      contamination: checkContamination(context),
      lineage: checkLineage(teachers),
      exchangeability,
      judge,
    }),
    costTokens: steps.reduce((sum, step) => sum + step.costTokens, 0),
  };
}

// Twins that join at a later look are neither made nor audited before.
function withArms(
  teachers: readonly PlannedTeacher[],
  arms: readonly PlannedArm[],
): readonly PlannedTeacher[] {
  const used = new Set(arms.map(({ teacher }) => teacher.id));
  return teachers.filter(({ id, role }) => role !== 'twin' || used.has(id));
}

/** Raises one user error that lists every problem of a plan; does nothing when there is none. */
export function refuseProblems({ problems }: Plan): void {
  if (problems.length === 0) return;
  const [first] = problems;
  throw userError(
    'plan-refused',
    problems.map(({ at, message }) => `${at}: ${message}`).join('\n'),
    problems.length === 1 ? first?.fix : problems.map(({ at, fix }) => `${at}: ${fix}`).join('\n'),
  );
}
