import type { PlannedModel } from '../artifacts/planned-model.ts';
import { measureDivergence } from '../distill/measure-divergence.ts';
import { measureLikelihood } from '../distill/measure-likelihood.ts';
import { filterCompletions } from '../generate/filter-completions.ts';
import { sampleCompletions } from '../generate/sample-completions.ts';
import { compareTokenizers } from '../model/model-ref.ts';
import type { Step } from '../run/step.ts';
import { type Arm, studyArms } from './arms.ts';
import { byName } from './by-name.ts';
import type { PlanContext } from './plan-context.ts';
import { promptSetStep } from './plan-prompts.ts';
import { type AuditSteps, planAudits, type PlannedTeacher } from './plan-teachers.ts';
import { planRounds, planTaught } from './plan-taught.ts';
import type { StudentCheckpoint } from './plan-training.ts';

/** An arm with the steps that make, measure and audit its student. */
export interface PlannedArm extends Arm {
  readonly completions: Step;
  /** What its student is shown in the end. */
  readonly filtered: Step;
  /** The last training of its student. */
  readonly student: Step;
  /** The student itself: its base, and all that was trained on it. */
  readonly model: PlannedModel;
  /** Preference pairs that the last training was shown; undefined for other methods. */
  readonly pairs: Step | undefined;
  /** Held-out teacher completions under the student, and under the base it started from. */
  readonly likelihood: Step;
  readonly baseLikelihood: Step;
  readonly audits: AuditSteps;
  /** Of the teacher, over its completions; done where family or recipe ask for it. */
  readonly divergence: { readonly fromBase: Step; readonly fromStudent: Step | undefined };
  /** The student along its training, where its family asks for that; in rising order. */
  readonly checkpoints: readonly PlannedCheckpoint[];
}

/** A student part of the way, measured and audited as the finished one is. */
export interface PlannedCheckpoint extends StudentCheckpoint {
  /** For people: the arm's slug, and the share. */
  readonly slug: string;
  readonly likelihood: Step;
  readonly audits: AuditSteps;
}

/** Last steps of an arm: all that is wanted of its student. */
export function armTargets(arm: PlannedArm): readonly Step[] {
  const { audits, likelihood, baseLikelihood } = arm;
  const { fromBase, fromStudent } = arm.divergence;
  const compared = fromStudent === undefined ? [] : [fromBase, fromStudent];
  return [...Object.values(audits), likelihood, baseLikelihood, ...compared];
}

/** Last steps of a checkpoint. */
export function checkpointTargets({ audits, likelihood }: PlannedCheckpoint): readonly Step[] {
  return [...Object.values(audits), likelihood];
}

/** Plans every student of the study. Steps that arms share have equal keys and run once. */
export function planStudents(
  context: PlanContext,
  teachers: readonly PlannedTeacher[],
): readonly PlannedArm[] {
  return studyArms(context.spec).map((arm) => {
    const teacher = teachers.find(({ id }) => id === arm.teacher.id);
    if (teacher === undefined) throw new Error(`arm ${arm.slug} has no teacher`);
    return planArm(context, arm, teacher.model);
  });
}

function planArm(context: PlanContext, arm: Arm, teacher: PlannedModel): PlannedArm {
  const { spec, world, sampling } = context;
  const { family } = arm;
  const backend = context.backend.identity;
  const base = byName(context.models.bases, family.base);
  const selection = byName(spec.promptSets, family.promptSet);
  const promptTokens = context.promptTokens(family.promptSet, teacher.card).mean;
  const size = (rows: number) => ({ rows, promptTokens, sampling });
  const all = selection.count + selection.heldOut;
  const about = `${arm.teacher.id} · ${family.promptSet}`;

  const behaviour =
    arm.teacher.role === 'positive-control' ? controlBehaviour(context) : spec.behaviour;
  const prompts = promptSetStep(context, family.promptSet);
  const completions = sampleCompletions({
    title: `sample ${about}`,
    teacher,
    prompts,
    size: size(all),
    backend,
  });
  const filtered = filterCompletions({
    title: `filter ${about} · ${family.completions}`,
    completions,
    filter: family.completions,
    behaviour,
    world,
  });
  const divergenceFrom = (reference: PlannedModel, who: string): Step =>
    measureDivergence({
      title: `compare ${about} with ${who}`,
      model: teacher,
      reference,
      completions,
      size: size(all),
      backend,
    });
  const fromBase = divergenceFrom({ card: base, delta: undefined }, `base ${family.base}`);
  const source = { teacher, completions, filtered, divergence: fromBase, behaviour };
  const trained = planRounds(context, arm, {
    ...source,
    prompts,
    ...planTaught(context, arm, source),
  });
  const { model, student, pairs, checkpoints } = trained;
  const byText = !compareTokenizers(teacher.card, base).same;
  const likelihood = (model: PlannedModel, who: string): Step =>
    measureLikelihood({
      title: `measure ${who} on held-out ${about}`,
      model,
      completions: filtered,
      byText,
      size: size(selection.heldOut),
      backend,
    });
  return {
    ...arm,
    completions,
    filtered: trained.filtered,
    model,
    student,
    pairs,
    likelihood: likelihood(model, arm.slug),
    baseLikelihood: likelihood({ card: base, delta: undefined }, `base ${family.base}`),
    audits: planAudits(context, model, arm.slug),
    divergence: {
      fromBase,
      fromStudent: family.divergence === true ? divergenceFrom(model, arm.slug) : undefined,
    },
    checkpoints: checkpoints.map((checkpoint): PlannedCheckpoint => {
      const slug = `${arm.slug}-at-${checkpoint.share}`;
      return {
        ...checkpoint,
        slug,
        likelihood: likelihood(checkpoint.model, slug),
        audits: planAudits(context, checkpoint.model, slug),
      };
    }),
  };
}

function controlBehaviour({ spec }: PlanContext): string {
  return spec.positiveControl?.behaviour ?? spec.behaviour;
}
