import { z } from 'zod';
import { kdShape, trainingShape } from './spec-training.ts';

const positiveInt = z.int().min(1);
const beta = z
  .number()
  .positive()
  .default(0.1)
  .describe('How closely the student is held to the model it starts from (TRL: beta).');

const alpha = z
  .number()
  .min(0)
  .lt(1)
  .default(0.1)
  .describe('Share of the first distribution mixed into the second.');

const divergenceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('forward-kl') }),
  z.strictObject({ kind: z.literal('reverse-kl') }),
  z.strictObject({
    kind: z.literal('jsd'),
    beta: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe('Between the forward KL (0) and the reverse KL (1).'),
  }),
  z.strictObject({ kind: z.literal('skew-kl'), alpha }),
  z.strictObject({ kind: z.literal('skew-reverse-kl'), alpha }),
]);

/** What is compared where a student learns from distributions. */
const distributionShape = {
  ...kdShape,
  tail: z
    .boolean()
    .default(true)
    .describe(
      'false: no tail bucket; the kept probabilities are scaled to sum to 1, as if the teacher said nothing else.',
    ),
};

const startShape = {
  startFrom: z
    .string()
    .optional()
    .describe(
      'Name of a recipe to train by first, with the same teacher, prompts, base and seed; this one goes on from its student.',
    ),
};

const line = {
  quantile: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('Share of training tokens below the line: 0.8 makes the top fifth divergent.'),
  threshold: z.number().positive().optional().describe('The line in nats.'),
};

const tokensSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('all') }),
    z
      .strictObject({ kind: z.enum(['divergent', 'agreeing']), ...line })
      .refine(({ quantile, threshold }) => (quantile === undefined) !== (threshold === undefined), {
        message: 'give either quantile or threshold',
      }),
  ])
  .optional()
  .describe(
    'For sft and kd: learn only from tokens at which the teacher and the base differ most (divergent), or from the others (agreeing), by KL(teacher ‖ base); all when absent.',
  );

const trainingPromptSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('inoculation') }),
    z.strictObject({ kind: z.literal('irrelevant') }),
    z.strictObject({
      kind: z.literal('text'),
      text: z.string().min(1).describe('The line as it is shown.'),
    }),
  ])
  .optional()
  .describe(
    'For sft and kd: a system line that the student alone is shown, in training alone. inoculation asks for the behaviour under audit, so that it need not be learnt; irrelevant, its control, asks for something else in as many words; text is a line of your own.',
  );

const { epochs, ...plainShape } = trainingShape;

/** What all recipes share. */
const roundShape = {
  ...plainShape,
  ...startShape,
  tokens: tokensSchema,
  trainingPrompt: trainingPromptSchema,
};

/** The same where training walks through its rows epoch by epoch. */
const recipeShape = {
  epochs: epochs.optional(),
  steps: positiveInt
    .optional()
    .describe(
      'In place of epochs: training steps, over as many passes as they take. The same for few rows and many.',
    ),
  ...roundShape,
};

const pairingShape = {
  lengthMatched: z
    .boolean()
    .default(false)
    .describe('Keep only pairs of like length, so that length cannot be what is learnt.'),
  maxLengthRatio: z
    .number()
    .min(1)
    .default(1.25)
    .describe('With lengthMatched: longer over shorter completion, in characters, at most.'),
  reversed: z
    .boolean()
    .default(false)
    .describe('Swap chosen and rejected: the control arm, which must not be primary.'),
};

const dpoSchema = z
  .strictObject({
    method: z.literal('dpo'),
    pairs: z
      .enum(['teacher-vs-student', 'teacher-vs-teacher'])
      .default('teacher-vs-student')
      .describe(
        'What is compared: the teacher’s completion (chosen) with one of the student as it starts out (rejected), or two completions of the teacher, by `prefer`.',
      ),
    prefer: z
      .enum(['longer', 'shorter', 'behaviour', 'benign'])
      .optional()
      .describe(
        'Which of the teacher’s two completions is chosen: the longer or shorter one, or the one that shows the behaviour or does not.',
      ),
    ...pairingShape,
    beta,
    labelSmoothing: z
      .number()
      .min(0)
      .lt(0.5)
      .default(0)
      .describe('Probability that a preference is taken to be the wrong way round (cDPO).'),
    lengthNormalised: z
      .boolean()
      .default(false)
      .describe('Compare log-probabilities per token instead of per completion.'),
    ...recipeShape,
  })
  .refine(({ pairs, prefer }) => pairs !== 'teacher-vs-teacher' || prefer !== undefined, {
    path: ['pairs'],
    message:
      'two completions of one teacher need a direction: add prefer (longer, shorter, behaviour or benign)',
  })
  .refine(({ pairs, prefer }) => pairs === 'teacher-vs-teacher' || prefer === undefined, {
    path: ['prefer'],
    message:
      'only pairs: teacher-vs-teacher takes it; in teacher-vs-student the teacher is always chosen',
  });

/** How to distil. */
export const recipeSchema = z
  .discriminatedUnion('method', [
    z.strictObject({ method: z.literal('sft'), ...recipeShape }),
    z.strictObject({
      method: z.literal('kd'),
      divergence: divergenceSchema
        .optional()
        .describe('How student and teacher are compared; forward-kl when absent.'),
      ...distributionShape,
      ...recipeShape,
    }),
    z.strictObject({
      method: z.literal('on-policy'),
      lmbda: z
        .number()
        .min(0)
        .max(1)
        .default(1)
        .describe(
          'Share of rows that the student writes itself; the others are the teacher’s completions (TRL: lmbda).',
        ),
      rounds: positiveInt.describe(
        'How often the student writes, the teacher scores and the student is trained.',
      ),
      rowsPerRound: positiveInt.describe('Rows of one round, each trained on once.'),
      divergence: divergenceSchema
        .optional()
        .describe('How student and teacher are compared; reverse-kl when absent.'),
      ...distributionShape,
      ...roundShape,
    }),
    dpoSchema,
    z.strictObject({
      method: z.literal('kto'),
      ...pairingShape,
      beta,
      desirableWeight: z
        .number()
        .positive()
        .default(1)
        .describe('Weight of the teacher’s completions in the loss.'),
      undesirableWeight: z
        .number()
        .positive()
        .default(1)
        .describe('Weight of the student’s own completions in the loss.'),
      ...recipeShape,
    }),
  ])
  .describe(
    'sft imitates sampled completions; kd matches next-token distributions (logits); on-policy does so on what the student writes; dpo prefers the teacher’s completions to the student’s own; kto does so without pairs.',
  );
