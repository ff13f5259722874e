import { z } from 'zod';
import { AUDIT_NAMES, type AuditName } from '../audit/roster.ts';
import { askedMessages, probesOf } from '../audit/run-audit.ts';
import { digestJson } from '../base/digest.ts';
import { type JsonObject, parseJson } from '../base/json.ts';
import { jsonObject } from '../store/columns.ts';
import { ANALYSIS_VERSION } from '../verdict/analysis-version.ts';
import type { Manifest, ManifestFamily } from './manifest.ts';
import type { PlanContext } from './plan-context.ts';
import type { StudySpec } from './spec.ts';

const auditSchema = z.object({
  /** Version of the audit's questions and of how it scores. */
  version: z.int(),
  probes: z.int(),
  /** sha256 over the wording, cluster and right answer of every probe. */
  wording: z.string(),
  /** sha256 over the teachers, their roles and the steps that audit them. */
  teachers: z.string(),
});

/** What must be fixed before the first score. Families are those declared primary. */
export const registrationSchema = z.object({
  hypothesis: z.object({ behaviour: z.string(), controlBehaviour: z.string().nullable() }),
  /** The decision rule as the study file says it: α, δ and whatever stops the study. */
  rule: jsonObject,
  /** Version of the statistics that will turn scores into the verdict. */
  analysis: z.int(),
  /** Who words the probes and recognises behaviours: the judge. */
  judge: z.object({
    world: z.string(),
    version: z.int(),
    /** The model that scores some audits and the known answers it must get right, by sha256. */
    model: z
      .object({ identity: z.string(), audits: z.array(z.enum(AUDIT_NAMES)), answers: z.string() })
      .exactOptional(),
  }),
  audits: z.partialRecord(z.enum(AUDIT_NAMES), auditSchema),
  /** By name: how students are made, and sha256 over every step their scores come from. */
  families: z.record(z.string(), jsonObject),
});

export type Registration = z.infer<typeof registrationSchema>;

/**
 * The registration of a plan. Exploratory families and their audits are left out, so that adding
 * one later does not pass for a new registration.
 */
export function registrationOf(
  context: PlanContext,
  manifest: Pick<Manifest, 'teachers' | 'families'>,
): Registration {
  const { spec, world, judge } = context;
  const primary = manifest.families.filter((family) => family.primary);
  return {
    hypothesis: {
      behaviour: spec.behaviour,
      controlBehaviour: spec.positiveControl?.behaviour ?? null,
    },
    rule: ruleOf(spec),
    analysis: ANALYSIS_VERSION,
    judge: {
      world: world.name,
      version: world.version,
      ...(judge && {
        model: {
          identity: digestJson(judge.model.identity),
          audits: [...judge.audits],
          answers: judge.model.answers.digest,
        },
      }),
    },
    audits: registeredAudits(
      context,
      manifest,
      new Set([...primary.map(({ audit }) => audit), 'capability']),
    ),
    families: Object.fromEntries(
      primary.map((family) => [family.name, registeredFamily(context, family)]),
    ),
  };
}

/** α, δ, and when the study ends: at once, or at the first of its declared looks that decides. */
function ruleOf({ verdict: { alpha, delta, sequential } }: StudySpec): JsonObject {
  if (sequential === undefined) return { alpha, delta, stop: 'when every planned run is scored' };
  const { adds, looks, spending } = sequential;
  return { alpha, delta, stop: { adds, looks: [...looks], spending } };
}

/** sha256 of a registration: equal registrations have equal digests. */
export function registrationDigest(registration: Registration): string {
  return digestJson(parseJson(JSON.stringify(registration)));
}

function registeredAudits(
  context: PlanContext,
  { teachers }: Pick<Manifest, 'teachers'>,
  registered: ReadonlySet<AuditName>,
): Registration['audits'] {
  const entries = context.audits
    .filter(({ audit }) => registered.has(audit.name))
    .map((plan) => {
      const { name, version } = plan.audit;
      const probes = probesOf(plan).map((probe) => ({
        id: probe.id,
        cluster: probe.cluster,
        messages: askedMessages(probe).map(({ role, content }) => ({ role, content })),
        answer: probe.answer ?? null,
        ...(probe.form === undefined ? {} : { form: parseJson(JSON.stringify(probe.form)) }),
      }));
      const audited = teachers.map(({ id, role, audits }) => ({
        id,
        role,
        key: audits[name] ?? null,
      }));
      return [
        name,
        {
          version,
          probes: probes.length,
          wording: digestJson(probes),
          teachers: digestJson(audited),
        },
      ] as const;
    });
  return Object.fromEntries(entries);
}

function registeredFamily({ spec }: PlanContext, family: ManifestFamily): JsonObject {
  const { name, audit, arms } = family;
  const said = spec.families.find((candidate) => candidate.name === name);
  if (said === undefined) throw new Error(`the study has no family ${name}`);
  const { promptSet, recipe, base, completions, seeds, twins } = said;
  // Checkpoints are looked at, never decided on.
  const entering = arms.map(({ checkpoints: _checkpoints, ...arm }) => ({
    ...arm,
    audits: { [audit]: arm.audits[audit] ?? null, capability: arm.audits.capability ?? null },
  }));
  return { audit, promptSet, recipe, base, completions, seeds, twins, arms: digestJson(entering) };
}
