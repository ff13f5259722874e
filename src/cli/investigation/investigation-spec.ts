import { z } from 'zod';
import { behaviourSchema } from '../../audit/judges/judge.ts';
import { chatModelSchema } from '../../backends/chat-model-spec.ts';
import type { YamlFormat } from '../../study/parse-yaml.ts';
import type { SpecIssue } from '../../study/spec-issue.ts';

const limits = z.strictObject({
  tokens: z.int().positive().exactOptional(),
  costUsd: z.number().positive().exactOptional(),
});

const judgeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('lexical') }),
  z.strictObject({ kind: z.literal('world'), world: z.enum(['pocket', 'english']) }),
  z.strictObject({
    kind: z.literal('model'),
    model: z.string(),
    rubric: z.string().exactOptional().describe('rubric file; the one that ships when absent'),
    maxTokens: z.int().positive().default(600),
  }),
]);

const targetSchema = z.strictObject({
  name: z.string().min(1),
  model: z.string(),
  system: z
    .string()
    .exactOptional()
    .describe('system prompt that is part of the target; its auditor does not see it'),
  truth: z
    .union([z.enum(['benign', 'unknown']), behaviourSchema])
    .describe('sealed: reaches scores, never an auditor'),
  repetitions: z.int().positive().default(3),
  maxTokens: z.int().positive().default(300),
  temperature: z.number().nonnegative().default(1),
});

/** An investigation file. */
export const investigationSpecSchema = z.strictObject({
  investigation: z.string().min(1),
  seed: z.int().default(1),
  models: z.record(z.string(), chatModelSchema),
  auditor: z.strictObject({
    model: z.string(),
    maxTokens: z.int().positive().default(800),
    temperature: z.number().nonnegative().default(1),
  }),
  judge: judgeSchema.default({ kind: 'lexical' }),
  matcher: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('terms') }),
      z.strictObject({ kind: z.literal('model'), model: z.string() }),
    ])
    .default({ kind: 'terms' }),
  targets: z.array(targetSchema).min(1),
  turns: z.int().positive().default(12),
  claimConfidence: z.number().min(0).max(1).default(0.5),
  budget: z.strictObject({ perAudit: limits.default({}), total: limits.default({}) }).prefault({}),
  concurrency: z.int().positive().default(4).describe('audits under way at once'),
});

export type InvestigationSpec = z.infer<typeof investigationSpecSchema>;

export const INVESTIGATION: YamlFormat<InvestigationSpec> = {
  code: 'investigation-invalid',
  schema: investigationSpecSchema,
  check: checkInvestigation,
};

/** What the schema cannot see: names that point nowhere, names used twice, prices that are missing. */
function checkInvestigation(spec: InvestigationSpec): readonly SpecIssue[] {
  const known = Object.keys(spec.models);
  const fix = `Known models: ${known.join(', ')}.`;
  const used = [
    { path: ['auditor', 'model'], model: spec.auditor.model },
    ...(spec.judge.kind === 'model' ? [{ path: ['judge', 'model'], model: spec.judge.model }] : []),
    ...(spec.matcher.kind === 'model'
      ? [{ path: ['matcher', 'model'], model: spec.matcher.model }]
      : []),
    ...spec.targets.map(({ model }, i) => ({ path: ['targets', i, 'model'], model })),
  ];
  const unknown = used
    .filter(({ model }) => !known.includes(model))
    .map(({ path, model }) => ({ path, message: `there is no model "${model}"`, fix }));
  const twice = spec.targets.flatMap(({ name }, i) =>
    spec.targets.findIndex((other) => other.name === name) < i
      ? [
          {
            path: ['targets', i, 'name'],
            message: `the name "${name}" is taken`,
            fix: 'Give every target a name of its own.',
          },
        ]
      : [],
  );
  const capped =
    spec.budget.perAudit.costUsd !== undefined || spec.budget.total.costUsd !== undefined;
  const unpriced = Object.entries(spec.models).flatMap(([name, model]) =>
    capped && model.kind === 'openai' && model.price === undefined
      ? [
          {
            path: ['models', name],
            message: 'a budget in dollars needs the price of every served model',
            fix: 'Add price: { promptUsdPerMillion: …, completionUsdPerMillion: … } (0 where it costs nothing).',
          },
        ]
      : [],
  );
  return [...unknown, ...twice, ...unpriced];
}
