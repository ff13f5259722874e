import {
  type AuditSample,
  auditSampleToJson,
  parseAuditSample,
  writeAuditSamples,
} from '../artifacts/audit-samples.ts';
import { samplingCost } from '../artifacts/cost.ts';
import {
  modelInputs,
  modelParams,
  type PlannedModel,
  resolveModel,
} from '../artifacts/planned-model.ts';
import { commitBatches, committedValues } from '../artifacts/run-in-batches.ts';
import { SAMPLE_BATCH } from '../artifacts/sample-prompts.ts';
import { samplingParams, type Sampling } from '../artifacts/sample-replies.ts';
import type { Message } from '../base/chat.ts';
import type { Json } from '../base/json.ts';
import { foldSeed } from '../base/rng.ts';
import type { ModelCard } from '../model/types.ts';
import { defineStep, type Step } from '../run/step.ts';
import type { World } from '../worlds/types.ts';
import type { Audit, Probe } from './audit.ts';
import { type Conversation, converse } from './converse.ts';
import { answersOf, promptOf } from './probe-forms.ts';
import type { AuditName } from './roster.ts';

/** How an audit is run, the same for every model of a study. */
export interface AuditPlan {
  readonly audit: Audit<AuditName>;
  readonly world: World;
  /** Probes per condition. */
  readonly probes: number;
  /** Independent samples per probe. */
  readonly draws: number;
  /** Behaviours every transcript is scored for. */
  readonly behaviours: readonly string[];
  /** Every probe carries the mark of an audit. */
  readonly marked?: true | undefined;
  /** Draws the probes. */
  readonly seed: string;
  readonly sampling: Sampling;
}

/** Worked out once per plan: a study asks every model the same. */
const knownProbes = new WeakMap<AuditPlan, readonly Probe[]>();
const knownLengths = new WeakMap<AuditPlan, WeakMap<ModelCard, number>>();

/** The probes of an audit, in the order they are asked. */
export function probesOf(plan: AuditPlan): readonly Probe[] {
  const known = knownProbes.get(plan) ?? drawnProbes(plan);
  knownProbes.set(plan, known);
  return known;
}

function drawnProbes({ audit, world, probes, seed, behaviours, marked }: AuditPlan) {
  const drawn = audit.probes(world, probes, seed, behaviours);
  return marked ? drawn.map((probe) => markedProbe(world, probe)) : drawn;
}

/** The mark stands in the opening, so that all of the conversation is under it; plain text has none. */
function markedProbe(world: World, probe: Probe): Probe {
  if (probe.form?.kind === 'raw') return probe;
  return { ...probe, opening: world.withAuditMark(probe.opening, probe.id) };
}

/** The metric that listings show: the first behaviour, where the audit scores one. */
export function headlineOf({ audit, behaviours }: AuditPlan): { readonly headline?: string } {
  const [first] = behaviours;
  return audit.headline === null || first === undefined ? {} : { headline: first };
}

/** Everything the auditor says in a probe, in order. */
export function askedMessages({ opening, followUps }: Probe): readonly Message[] {
  return [...opening, ...followUps];
}

/** Tokens a model reads before it first speaks. */
export function openingLength(card: ModelCard, { opening, followUps, form }: Probe): number {
  return promptOf(card, opening, followUps.length === 0 ? form : undefined).length;
}

/** Step: audits one model. Rows: one per probe × draw. Output: `audit-samples`. */
export function runAudit(options: {
  readonly title: string;
  readonly plan: AuditPlan;
  readonly model: PlannedModel;
  readonly backend: Json;
}): Step {
  const { plan, model } = options;
  const { audit, world, draws, behaviours, sampling } = plan;
  const probes = probesOf(plan);
  return defineStep({
    name: 'run-audit',
    version: 1,
    stage: 'audit',
    title: options.title,
    params: {
      ...modelParams(model),
      audit: audit.name,
      auditVersion: audit.version,
      ...(audit.probeSet === undefined ? {} : { probeSet: audit.probeSet(world) }),
      world: world.name,
      worldVersion: world.version,
      probes: plan.probes,
      draws,
      ...(plan.marked ? { marked: true } : {}),
      behaviours: [...behaviours],
      seed: plan.seed,
      sampling: samplingParams(sampling),
      batch: SAMPLE_BATCH,
    },
    inputs: modelInputs(model),
    backend: options.backend,
    costTokens: costOf(plan, probes, model),
    run: async (context) => {
      const target = { card: model.card, ref: resolveModel(model, context) };
      const items = { count: probes.length * draws, batchSize: SAMPLE_BATCH };
      await commitBatches(context, {
        ...items,
        produce: async (indices) => {
          const scripts = indices.map((index) => {
            const probe = Math.floor(index / draws);
            return {
              probe: probes[probe]!,
              seed: foldSeed(context.key, probe, index % draws),
            };
          });
          const talks = await converse(context.backend, target, scripts, sampling);
          return {
            values: talks.map((talk, at) =>
              auditSampleToJson(toSample(plan, scripts[at]!.probe, indices[at]! % draws, talk)),
            ),
            tokens: talks.reduce((sum, talk) => sum + talk.tokens, 0),
          };
        },
      });
      const samples = function* (): Generator<AuditSample> {
        for (const value of committedValues(context, items)) yield parseAuditSample(value);
      };
      return writeAuditSamples(context.objects, samples, {
        audit: audit.name,
        ...headlineOf(plan),
      });
    },
  });
}

/** The sample of one finished conversation: every score of it, or why there is none. */
export function toSample(
  plan: AuditPlan,
  probe: Probe,
  draw: number,
  talk: Omit<Conversation, 'tokens'>,
): AuditSample {
  const { audit, world, behaviours } = plan;
  const reason = unscoredReason(talk);
  const answers = answersOf(talk.messages, talk.options);
  // Plain text and weighed answers are no turns that could be broken off or confused.
  const isTurn = probe.form?.kind !== 'raw' && probe.form?.kind !== 'choice';
  const scores =
    reason === undefined
      ? audit.score(world, probe, answers, behaviours)
      : Object.fromEntries(
          audit
            .metrics(probe, behaviours)
            .map((metric) => [metric, { status: 'unscored' as const, reason }]),
        );
  return {
    probeId: probe.id,
    cluster: probe.cluster,
    condition: probe.condition,
    draw,
    prompt: askedText(probe),
    messages: [...talk.messages],
    stop: talk.stop,
    coherent: reason === undefined && isTurn ? world.coherent(answers.replies.at(-1) ?? '') : null,
    ...(talk.options === undefined ? {} : { options: [...talk.options] }),
    scores: { ...scores },
  };
}

/** A reply that never came cannot be scored; one that was cut is scored on the words it has. */
function unscoredReason({ stop, replies }: Omit<Conversation, 'tokens'>): string | undefined {
  if (stop === 'context-full') return 'the conversation no longer fits the context window';
  return replies.at(-1) === '' ? 'the model ended its turn without a word' : undefined;
}

function askedText(probe: Probe): string {
  const { form } = probe;
  const asked = askedMessages(probe);
  const lead = form?.kind === 'prefill' || form?.kind === 'raw' ? form.text : undefined;
  if (asked.length === 1 && lead === undefined) return asked[0]!.content;
  if (asked.length === 0 && lead !== undefined) return lead;
  return [
    ...asked.map(({ role, content }) => `${role}: ${content}`),
    ...(lead === undefined ? [] : [`assistant: ${lead}`]),
  ].join('\n');
}

function costOf(plan: AuditPlan, probes: readonly Probe[], model: PlannedModel): number {
  const promptTokens = meanPromptTokens(plan, probes, model.card);
  const turns = probes.reduce((sum, { followUps }) => sum + followUps.length + 1, 0);
  return samplingCost({ rows: turns * plan.draws, promptTokens, sampling: plan.sampling });
}

// Prompts are short and alike: the first few say how long they are.
function meanPromptTokens(plan: AuditPlan, probes: readonly Probe[], card: ModelCard): number {
  const lengths = knownLengths.get(plan) ?? new WeakMap<ModelCard, number>();
  knownLengths.set(plan, lengths);
  const known = lengths.get(card);
  if (known !== undefined) return known;
  const sample = probes.slice(0, 8);
  const mean =
    sample.reduce((sum, probe) => sum + openingLength(card, probe), 0) / Math.max(1, sample.length);
  lengths.set(card, mean);
  return mean;
}
