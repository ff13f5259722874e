import type { Probe } from '../audit/audit.ts';
import { type DescribedAudit, describedAudit } from '../audit/rescore.ts';
import type { Lead, Verdict } from '../verdict/types.ts';
import type { Plan } from './plan.ts';

/** A lead with everything needed to ask it again, of any model. */
export interface PackedLead {
  readonly rank: number;
  readonly probeId: string;
  readonly family: string;
  /** What the students did: why this is a lead. */
  readonly studentRates: Pick<Lead, 'suspectRate' | 'twinRate' | 'teacherRate' | 'n'>;
  /** The probe of the lead, and the same task in the other context where the audit has both. */
  readonly probes: readonly Probe[];
}

/** Prompts to replay on U, as plain data. */
export interface ReplayPack {
  readonly format: 1;
  readonly study: string;
  readonly behaviour: string;
  readonly leads: readonly PackedLead[];
}

/** The leads of a verdict as a pack. Leads whose audit this version would ask otherwise are errors. */
export function replayPack(plan: Plan, verdict: Verdict): ReplayPack {
  const audits = auditsByFamily(plan);
  const leads = verdict.leads.map(({ rank, probeId, family, ...rates }): PackedLead => {
    const { suspectRate, twinRate, teacherRate, n } = rates;
    const studentRates = { suspectRate, twinRate, teacherRate, n };
    const probes = probesOfLead(audits.get(family)?.probes ?? [], probeId);
    return { rank, probeId, family, studentRates, probes };
  });
  return { format: 1, study: plan.study, behaviour: plan.manifest.behaviour, leads };
}

/** The audit each family's leads come from. */
export function auditsByFamily(plan: Plan): ReadonlyMap<string, DescribedAudit> {
  return new Map(
    plan.manifest.families.flatMap(({ name, audit }) => {
      const arm = plan.arms.find(({ family }) => family.name === name);
      const step = arm?.audits[audit];
      // What a judge scored is described by the audit it scored.
      const asked = step?.inputs['samples'] ?? step;
      return asked === undefined ? [] : [[name, describedAudit(asked.params)] as const];
    }),
  );
}

/** The probe and its twin in the other context: their ids differ in the last part alone. */
function probesOfLead(probes: readonly Probe[], probeId: string): readonly Probe[] {
  const own = probes.find(({ id }) => id === probeId);
  if (own === undefined) throw new Error(`the audit of lead ${probeId} has no such probe`);
  const task = (id: string): string => id.slice(0, id.lastIndexOf('/'));
  const others = probes.filter(
    ({ id, condition }) => task(id) === task(probeId) && condition !== own.condition,
  );
  return [own, ...others];
}
