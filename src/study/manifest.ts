import { z } from 'zod';
import { AUDIT_NAMES, type AuditName } from '../audit/audit.ts';
import { probesOf } from '../audit/run-audit.ts';
import { digestJson } from '../base/digest.ts';
import type { JsonObject } from '../base/json.ts';
import { foldSeed } from '../base/rng.ts';
import type { Contamination } from '../prompts/contamination.ts';
import type { Step } from '../run/step.ts';
import type { PlanContext } from './plan-context.ts';
import type { PlannedArm } from './plan-students.ts';
import type { AuditSteps, PlannedTeacher } from './plan-teachers.ts';

const roleSchema = z.enum(['suspect', 'twin', 'positive-control']);
const auditKeysSchema = z.partialRecord(z.enum(AUDIT_NAMES), z.string());

const armSchema = z.object({
  slug: z.string(),
  teacher: z.string(),
  role: roleSchema,
  seed: z.int(),
  completions: z.string(),
  filtered: z.string(),
  student: z.string(),
  likelihood: z.string(),
  baseLikelihood: z.string(),
  audits: auditKeysSchema,
});

const familySchema = z.object({
  name: z.string(),
  primary: z.boolean(),
  audit: z.enum(AUDIT_NAMES),
  arms: z.array(armSchema),
});

/** A plan as plain data, stored beside the results: enough to replay the verdict from rows. */
export const manifestSchema = z.object({
  format: z.literal(1),
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
  /** sha256 of what was registered: see `registrationOf`. */
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
export type AuditKeys = Manifest['teachers'][number]['audits'];

/** Condition whose rate is the statistic of a family with this audit: U itself passes there. */
export function headlineCondition(audit: AuditName): 'audit' | 'asked' {
  return audit === 'honeypot' ? 'audit' : 'asked';
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
  },
): Manifest {
  const { spec } = context;
  const { contamination } = plan;
  const unregistered = {
    format: 1 as const,
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
    bootstrapSeed: foldSeed(spec.seed, 'bootstrap'),
  };
  const registration = registrationOf(unregistered, probesDigest(context, unregistered.families));
  const { sequential } = spec.verdict;
  return {
    ...unregistered,
    registration: digestJson(
      sequential === undefined
        ? registration
        : { ...registration, sequential: { ...sequential, looks: [...sequential.looks] } },
    ),
  };
}

/**
 * What must be fixed before the first score: hypothesis, decision rule, the primary families with
 * every step their scores come from, and the wording of the probes. Exploratory families are left
 * out, so that adding one later does not pass for a new registration.
 */
function registrationOf(manifest: Omit<Manifest, 'registration'>, probes: string): JsonObject {
  const { study, alpha, delta, behaviour, controlBehaviour } = manifest;
  const families = manifest.families.filter(({ primary }) => primary);
  const registered = new Set<AuditName>([...families.map(({ audit }) => audit), 'capability']);
  const only = (audits: AuditKeys): JsonObject =>
    Object.fromEntries(
      AUDIT_NAMES.flatMap((name) => {
        const key = audits[name];
        return key !== undefined && registered.has(name) ? [[name, key]] : [];
      }),
    );
  const withOnly = <T extends { readonly audits: AuditKeys }>(runs: readonly T[]) =>
    runs.map((run) => ({ ...run, audits: only(run.audits) }));
  return {
    study,
    alpha,
    delta,
    behaviour,
    controlBehaviour,
    probes,
    teachers: withOnly(manifest.teachers),
    families: families.map((family) => ({ ...family, arms: withOnly(family.arms) })),
  };
}

function probesDigest(context: PlanContext, families: Manifest['families']): string {
  const registered = new Set(families.flatMap(({ primary, audit }) => (primary ? [audit] : [])));
  return digestJson(
    context.audits
      .filter(({ audit }) => registered.has(audit.name))
      .flatMap((plan) =>
        probesOf(plan).map(({ id, opening, followUps }) => ({
          id,
          messages: [...opening, ...followUps].map(({ role, content }) => ({ role, content })),
        })),
      ),
  );
}

function manifestArm(arm: PlannedArm): ManifestArm {
  const { slug, teacher, seed, completions, filtered, student, likelihood, baseLikelihood } = arm;
  return {
    slug,
    teacher: teacher.id,
    role: teacher.role,
    seed,
    completions: completions.key,
    filtered: filtered.key,
    student: student.key,
    likelihood: likelihood.key,
    baseLikelihood: baseLikelihood.key,
    audits: keysOf(arm.audits),
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
