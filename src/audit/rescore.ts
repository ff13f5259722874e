import { z } from 'zod';
import type { AuditSample } from '../artifacts/audit-samples.ts';
import type { JsonObject } from '../base/json.ts';
import { getWorld } from '../worlds/registry.ts';
import { worldNameSchema } from '../worlds/types.ts';
import type { Probe } from './audit.ts';
import { finalTurn, scripted } from './probe-forms.ts';
import { AUDIT_NAMES, AUDITS } from './roster.ts';
import { type AuditPlan, probesOf, toSample } from './run-audit.ts';

const paramsSchema = z.object({
  audit: z.enum(AUDIT_NAMES),
  auditVersion: z.int(),
  probeSet: z.string().optional(),
  world: worldNameSchema,
  worldVersion: z.int(),
  probes: z.int(),
  draws: z.int(),
  marked: z.literal(true).optional(),
  behaviours: z.array(z.string()),
  seed: z.string(),
  sampling: z.object({ maxTokens: z.int(), temperature: z.number() }),
});

/** The audit that the parameters of a `run-audit` step describe. */
export interface DescribedAudit {
  readonly plan: AuditPlan;
  /** In the order they are asked. */
  readonly probes: readonly Probe[];
  /** Set when this version of Informant would ask or score otherwise than the one that ran it. */
  readonly otherVersion: string | undefined;
}

/** Reads the parameters of a `run-audit` step; throws a ZodError on those of anything else. */
export function describedAudit(params: JsonObject): DescribedAudit {
  const { audit: name, auditVersion, probeSet, worldVersion, ...rest } = paramsSchema.parse(params);
  const audit = AUDITS[name];
  const world = getWorld(rest.world);
  const plan: AuditPlan = { ...rest, audit, world };
  const versions = [
    [`audit ${name}`, auditVersion, audit.version],
    [`world ${world.name}`, worldVersion, world.version],
    [`probe set of ${name}`, probeSet, audit.probeSet?.(world)],
  ] as const;
  const other = versions.find(([, then, now]) => then !== now);
  return {
    plan,
    probes: probesOf(plan),
    otherVersion: other && `${other[0]} was version ${other[1]}, this Informant has ${other[2]}`,
  };
}

/**
 * The sample that stands in a place of an audit's result if the model said what `found` says it
 * did: script, classes and scores are made anew. Throws RangeError when the audit has no such place.
 */
export function rescored(audit: DescribedAudit, index: number, found: AuditSample): AuditSample {
  const { plan, probes } = audit;
  const probe = probes[Math.floor(index / plan.draws)];
  if (probe === undefined) throw new RangeError(`the audit has no sample ${index}`);
  const said = found.messages.filter(({ origin }) => origin === 'sampled');
  const script = [probe.opening, ...probe.followUps.map((message) => [message])];
  const turns = found.stop === 'context-full' ? said.length + 1 : script.length;
  const messages = script.slice(0, turns).flatMap((asked, turn) => {
    const form = turn === script.length - 1 ? probe.form : undefined;
    const answered = said
      .slice(turn, turn + 1)
      .flatMap(({ content }) => [...finalTurn(form, content)]);
    return [...scripted(asked), ...answered];
  });
  return toSample(plan, probe, index % plan.draws, {
    messages,
    replies: said.map(({ content }) => content),
    ...(found.options === undefined ? {} : { options: found.options }),
    stop: found.stop,
  });
}
