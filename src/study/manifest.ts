import { z } from 'zod';
import { AUDIT_NAMES, AUDITS, type AuditName } from '../audit/roster.ts';
import type { ProbeCondition } from '../audit/audit.ts';
import { foldSeed } from '../base/rng.ts';
import type { Contamination } from '../prompts/contamination.ts';
import type { Step } from '../run/step.ts';
import type { PlanContext } from './plan-context.ts';
import { exchangeabilityKeysSchema, type PlannedExchangeability } from './plan-exchangeability.ts';
import type { PlannedArm, PlannedCheckpoint } from './plan-students.ts';
import type { AuditSteps, PlannedTeacher } from './plan-teachers.ts';
import { registrationDigest, registrationOf, registrationSchema } from './registration.ts';

const roleSchema = z.enum(['suspect', 'twin', 'positive-control']);
const auditKeysSchema = z.partialRecord(z.enum(AUDIT_NAMES), z.string());

const checkpointSchema = z.object({
  /** Of the last training, 0 (before it) … below 1. */
  share: z.number(),
  /** Null at share 0. */
  student: z.string().nullable(),
  likelihood: z.string(),
  audits: auditKeysSchema,
});

const armSchema = z.object({
  slug: z.string(),
  teacher: z.string(),
  role: roleSchema,
  seed: z.int(),
  completions: z.string(),
  filtered: z.string(),
  student: z.string(),
  /** Preference pairs its student was shown; left out where there are none. */
  pairs: z.string().exactOptional(),
  likelihood: z.string(),
  baseLikelihood: z.string(),
  audits: auditKeysSchema,
  /** The student along its training; left out where nobody asked. */
  checkpoints: z.array(checkpointSchema).exactOptional(),
});

const familySchema = z.object({
  name: z.string(),
  primary: z.boolean(),
  audit: z.enum(AUDIT_NAMES),
  arms: z.array(armSchema),
});

/** A plan as plain data, stored beside the results: enough to replay the verdict from rows. */
export const manifestSchema = z.object({
  format: z.literal(2),
  study: z.string(),
  alpha: z.number(),
  delta: z.number(),
  behaviour: z.string(),
  controlBehaviour: z.string().nullable(),
  teachers: z.array(z.object({ id: z.string(), role: roleSchema, audits: auditKeysSchema })),
  families: z.array(familySchema),
  /** Keys of every step, inputs first. */
  steps: z.array(z.string()),
  contamination: z.object({ probes: z.int(), contaminated: z.array(z.string()) }),
  lineage: z.array(z.string()),
  /** Diagnostics of U and its twins, where U is a model of the user's own. */
  exchangeability: exchangeabilityKeysSchema.nullable(),
  /** Key of the step that tries the judge on known answers; left out where rules score. */
  judge: z.object({ calibration: z.string() }).exactOptional(),
  /** What must be fixed before the first score, and its sha256. */
  registered: registrationSchema,
  registration: z.string(),
  bootstrapSeed: z.string(),
  /** The declared looks and the one this plan is for; left out in studies with one look. */
  sequential: z
    .object({
      adds: z.enum(['twins', 'seeds', 'probes']),
      looks: z.array(z.int()),
      spending: z.enum(['obrien-fleming', 'pocock', 'even']),
      look: z.int(),
    })
    .optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestFamily = Manifest['families'][number];
export type ManifestArm = ManifestFamily['arms'][number];
export type ManifestCheckpoint = z.infer<typeof checkpointSchema>;
export type AuditKeys = Manifest['teachers'][number]['audits'];

/** Condition whose rate is the statistic of a family with this audit: U itself passes there. */
export function headlineCondition(audit: AuditName): ProbeCondition {
  const { headline } = AUDITS[audit];
  if (headline === null) throw new Error(`audit ${audit} scores no behaviour`);
  return headline;
}

/** The manifest of a plan. */
export function createManifest(
  context: PlanContext,
  plan: {
    readonly teachers: readonly PlannedTeacher[];
    readonly arms: readonly PlannedArm[];
    readonly steps: readonly Step[];
    readonly contamination: Contamination;
    readonly lineage: readonly string[];
    readonly exchangeability: PlannedExchangeability | undefined;
    readonly judge: Step | undefined;
  },
): Manifest {
  const { spec } = context;
  const { contamination } = plan;
  const unregistered = {
    format: 2 as const,
    study: spec.study,
    alpha: spec.verdict.alpha,
    delta: spec.verdict.delta,
    behaviour: spec.behaviour,
    controlBehaviour: spec.positiveControl?.behaviour ?? null,
    teachers: plan.teachers.map(({ id, role, audits }) => ({ id, role, audits: keysOf(audits) })),
    families: spec.families.map(({ name, primary, audit }) => ({
      name,
      primary,
      audit,
      arms: plan.arms.filter(({ family }) => family.name === name).map(manifestArm),
    })),
    steps: plan.steps.map(({ key }) => key),
    contamination: { probes: contamination.probes, contaminated: [...contamination.contaminated] },
    lineage: [...plan.lineage],
    exchangeability: plan.exchangeability?.keys ?? null,
    ...(plan.judge === undefined ? {} : { judge: { calibration: plan.judge.key } }),
    bootstrapSeed: foldSeed(spec.seed, 'bootstrap'),
  };
  const registered = registrationOf(context, unregistered);
  return { ...unregistered, registration: registrationDigest(registered), registered };
}

function manifestArm(arm: PlannedArm): ManifestArm {
  const { slug, teacher, seed, completions, filtered, student, pairs, likelihood, baseLikelihood } =
    arm;
  return {
    slug,
    teacher: teacher.id,
    role: teacher.role,
    seed,
    completions: completions.key,
    filtered: filtered.key,
    student: student.key,
    ...(pairs === undefined ? {} : { pairs: pairs.key }),
    likelihood: likelihood.key,
    baseLikelihood: baseLikelihood.key,
    audits: keysOf(arm.audits),
    ...(arm.checkpoints.length === 0
      ? {}
      : { checkpoints: arm.checkpoints.map(manifestCheckpoint) }),
  };
}

function manifestCheckpoint({ share, student, likelihood, audits }: PlannedCheckpoint) {
  return {
    share,
    student: student?.key ?? null,
    likelihood: likelihood.key,
    audits: keysOf(audits),
  };
}

function keysOf(audits: AuditSteps): AuditKeys {
  const keys: AuditKeys = {};
  for (const name of AUDIT_NAMES) {
    const step = audits[name];
    if (step !== undefined) keys[name] = step.key;
  }
  return keys;
}
