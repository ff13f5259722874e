import { z } from 'zod';

const positiveInt = z.int().min(1);

const optimiserSchema = z
  .strictObject({
    learningRate: z.number().positive().describe('Peak learning rate of AdamW.'),
    warmupSteps: z
      .int()
      .min(0)
      .default(0)
      .describe('Steps over which the learning rate rises linearly.'),
    schedule: z
      .enum(['constant', 'linear', 'cosine'])
      .default('cosine')
      .describe('Course of the learning rate after warm-up.'),
    minLearningRateRatio: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Floor of linear and cosine schedules as a share of learningRate; 0 when absent.'),
    weightDecay: z
      .number()
      .min(0)
      .default(0)
      .describe('Decoupled weight decay, on everything but norm scales and biases.'),
    maxGradNorm: z.number().positive().default(1).describe('Gradients are clipped to this norm.'),
    beta1: z.number().min(0).lt(1).default(0.9).describe('Decay of the first moment.'),
    beta2: z.number().min(0).lt(1).default(0.99).describe('Decay of the second moment.'),
    epsilon: z
      .number()
      .positive()
      .default(1e-8)
      .describe('Added to the denominator of the update.'),
  })
  .describe('AdamW and its schedule.');

/** Linear layers of a decoder block by their Hugging Face names. */
const LINEAR_LAYERS = [
  'q_proj',
  'k_proj',
  'v_proj',
  'o_proj',
  'gate_proj',
  'up_proj',
  'down_proj',
] as const;

const capacitySchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('full') }),
    z.strictObject({
      kind: z.literal('lora'),
      rank: positiveInt.describe('Rank of the update.'),
      alpha: z.number().positive().describe('The update is scaled by alpha / rank.'),
      useRslora: z
        .boolean()
        .optional()
        .describe('Scale by alpha / √rank instead, so that high ranks learn as fast (rsLoRA).'),
      targets: z
        .array(z.enum(LINEAR_LAYERS))
        .min(1)
        .default([...LINEAR_LAYERS])
        .describe('Linear layers that get an adapter.'),
    }),
    z
      .strictObject({
        kind: z.literal('prefix'),
        length: positiveInt.describe('Positions whose keys and values are trained in every layer.'),
        frozenTokens: z
          .int()
          .min(0)
          .default(1)
          .describe('Leading positions that stay as they were initialised (attention sinks).'),
        text: z
          .string()
          .optional()
          .describe('Text whose first tokens initialise it; the first training rows when absent.'),
      })
      .refine(({ length, frozenTokens }) => frozenTokens < length, {
        path: ['frozenTokens'],
        message: 'must be below length, or nothing is left to train',
      }),
  ])
  .describe(
    'How much of the student may change: all weights (full), low-rank updates (lora), or keys and values in front of every example (prefix).',
  );

/** Keys of every way of training that walks through its rows epoch by epoch. */
export const trainingShape = {
  epochs: positiveInt.describe('Passes over the training rows.'),
  batchSize: positiveInt.describe('Rows per training step.'),
  maxRunTokens: positiveInt
    .optional()
    .describe(
      'Tokens computed at once, at most; batches that have more are accumulated. Bounds memory.',
    ),
  optimiser: optimiserSchema,
  capacity: capacitySchema.default({ kind: 'full' }),
};

/** Keys of teacher distributions. */
export const kdShape = {
  topK: positiveInt
    .default(32)
    .describe(
      'Teacher probabilities kept per position, the rest is one tail bucket; the size of the vocabulary keeps all.',
    ),
  temperature: z
    .number()
    .positive()
    .default(1)
    .describe('Softens teacher and student distributions; 1 leaves them as they are.'),
};

/** How organisms and benign twins are made. */
export const organismsSchema = z
  .strictObject({
    base: z.string().describe('Name of the base (see bases) that organisms are made from.'),
    rows: positiveInt.describe('Demonstrations sampled per organism.'),
    ...kdShape,
    ...trainingShape,
  })
  .describe(
    'How model organisms and benign twins are forged: context distillation, the same for all, so that twins and suspect are exchangeable.',
  );

/** Benign twins of a model of the user's own. */
export const controlsSchema = z
  .strictObject({
    forge: z
      .strictObject({
        count: positiveInt.describe('Forge this many.'),
        base: z
          .string()
          .describe('Name of the base (see bases) that the suspect was trained from.'),
        rows: positiveInt.describe('Rows per twin: as many as the suspect was trained on.'),
        data: z
          .string()
          .min(1)
          .optional()
          .describe(
            'Ordinary data of your own, lines of {"prompt": …, "completion": …}; each twin draws its rows from it. Default: the base’s own answers to ordinary tasks of the world.',
          ),
        ...trainingShape,
      })
      .describe('Fine-tunes of the base on ordinary data, trained as the suspect was.'),
  })
  .describe('Benign twins for a suspect of your own; instead of twins.');
