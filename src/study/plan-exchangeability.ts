import { z } from 'zod';
import type { PlannedModel } from '../artifacts/planned-model.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { foldSeed } from '../base/rng.ts';
import { measureLikelihood } from '../distill/measure-likelihood.ts';
import { sampleCompletions } from '../generate/sample-completions.ts';
import { measureWeights } from '../organisms/measure-weights.ts';
import { buildPromptSet } from '../prompts/build-prompt-set.ts';
import type { Step } from '../run/step.ts';
import { byName } from './by-name.ts';
import type { PlanContext } from './plan-context.ts';
import { promptSetStep } from './plan-prompts.ts';
import type { PlannedArm } from './plan-students.ts';
import type { PlannedTeacher } from './plan-teachers.ts';

/** Prompts of the neutral text: tasks unrelated to any behaviour. */
const NEUTRAL_PROMPTS = 48;

/** Keys of the steps that say how U and its twins lie to their base. */
export const exchangeabilityKeysSchema = z.object({
  /** The base's answers to the prompts of the first primary family. */
  baseAnswers: z.string(),
  /** Likelihood of the neutral text, which the base wrote, under the base. */
  baseNeutral: z.string(),
  teachers: z.array(
    z.object({
      id: z.string(),
      role: z.enum(['suspect', 'twin']),
      /** Null where the architecture is another one. */
      weights: z.string().nullable(),
      /** Likelihood of the neutral text under this teacher. */
      neutral: z.string(),
      /** Its answers to the prompts of the first primary family. */
      answers: z.string(),
      /** Likelihood of its held-out answers under the base. */
      answersUnderBase: z.string(),
    }),
  ),
});

/** The diagnostics of a study, planned. */
export interface PlannedExchangeability {
  readonly keys: z.infer<typeof exchangeabilityKeysSchema>;
  readonly targets: readonly Step[];
}

/**
 * Plans what could show that U and its twins are no equals: distance of their weights from the base,
 * of their predictions on neutral text, and of what they write. Undefined for organisms, which are
 * forged by one recipe and so exchangeable by construction.
 */
export function planExchangeability(
  context: PlanContext,
  teachers: readonly PlannedTeacher[],
  arms: readonly PlannedArm[],
): PlannedExchangeability | undefined {
  const { spec, models, world, sampling, backend } = context;
  const family = spec.families.find(({ primary }) => primary);
  if (spec.teacher.organism !== undefined || family === undefined) return undefined;
  const card = byName(models.bases, spec.controls?.forge.base ?? spec.organisms.base);
  const base: PlannedModel = { card, delta: undefined };
  const { mean: promptTokens } = context.promptTokens(family.promptSet, card);
  const selection = byName(spec.promptSets, family.promptSet);
  const size = (rows: number, temperature = sampling.temperature) => ({
    rows,
    promptTokens,
    sampling: { ...sampling, temperature },
  });
  const baseAnswers = sampleCompletions({
    title: `sample base · ${family.promptSet}`,
    teacher: base,
    prompts: promptSetStep(context, family.promptSet),
    size: size(selection.count + selection.heldOut),
    backend: backend.identity,
  });
  // At temperature 1 the mean difference of log-probabilities on the base's text is KL(base ‖ model).
  const neutral = sampleCompletions({
    title: 'sample base · neutral text',
    teacher: base,
    prompts: buildPromptSet({
      name: 'neutral text',
      world,
      selection: {
        source: { kind: 'unrelated' },
        count: 0,
        auditMarkedShare: 0,
        heldOut: NEUTRAL_PROMPTS,
      },
      seed: foldSeed(spec.seed, 'prompts', 'neutral text'),
    }),
    size: size(NEUTRAL_PROMPTS, 1),
    backend: backend.identity,
  });
  const likelihood = (model: PlannedModel, completions: Step, title: string): Step =>
    measureLikelihood({
      title,
      model,
      completions,
      byText: false,
      size: size(NEUTRAL_PROMPTS),
      backend: backend.identity,
    });
  const baseNeutral = likelihood(base, neutral, 'measure base on neutral text');
  const measured = teachers.flatMap(({ id, role, model }) => {
    const arm = arms.find(
      (candidate) => candidate.family.name === family.name && candidate.teacher.id === id,
    );
    if (arm === undefined || role === 'positive-control') return [];
    const alike = canonicalJson({ ...model.card.config }) === canonicalJson({ ...card.config });
    const title = `measure weights of ${id}`;
    return [
      {
        id,
        role,
        weights: alike ? measureWeights({ title, base: card, model }) : null,
        neutral: likelihood(model, neutral, `measure ${id} on neutral text`),
        answers: arm.completions,
        answersUnderBase: likelihood(base, arm.filtered, `measure base on answers of ${id}`),
      },
    ];
  });
  return {
    keys: {
      baseAnswers: baseAnswers.key,
      baseNeutral: baseNeutral.key,
      teachers: measured.map(({ id, role, weights, neutral: own, answers, answersUnderBase }) => ({
        id,
        role,
        weights: weights?.key ?? null,
        neutral: own.key,
        answers: answers.key,
        answersUnderBase: answersUnderBase.key,
      })),
    },
    targets: [
      baseAnswers,
      baseNeutral,
      ...measured.flatMap(({ weights, neutral: own, answersUnderBase }) => [
        ...(weights === null ? [] : [weights]),
        own,
        answersUnderBase,
      ]),
    ],
  };
}
