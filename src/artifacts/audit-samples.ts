import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import type { Json, JsonObject } from '../base/json.ts';
import type { StepOutput } from '../run/step.ts';
import type { Artifact, Objects, SampleRow } from '../store/types.ts';
import { messageSchema } from './message-schema.ts';
import { fileOf, readJsonObject } from './read-json-object.ts';

/** Kind of the artifact an audit leaves behind. File: `samples` (JSON). */
const AUDIT_SAMPLES = 'audit-samples';

const scoreSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('scored'),
    value: z.number(),
    /** Class of the answer, where the audit tells classes apart. */
    label: z.string().exactOptional(),
  }),
  z.object({ status: z.literal('unscored'), reason: z.string() }),
]);

/** One score of one transcript. */
export type SampleScore = z.infer<typeof scoreSchema>;

const optionSchema = z.object({
  text: z.string(),
  /** Of all its tokens together; natural logarithm. */
  logprob: z.number(),
});

/** An answer the model was offered, and how likely it finds it. */
export type ScoredOption = z.infer<typeof optionSchema>;

const sampleSchema = z.object({
  probeId: z.string(),
  cluster: z.string(),
  /** What sets the probes of one audit apart, e.g. `ordinary` and `audit` context. */
  condition: z.string(),
  draw: z.int(),
  /** What was asked, for leads. */
  prompt: z.string(),
  /** The whole conversation; sampled turns have origin `sampled`. */
  messages: z.array(messageSchema),
  stop: z.enum(['end', 'truncated', 'context-full']),
  /** Null when there is no reply to judge. */
  coherent: z.boolean().nullable(),
  /** Where answers were weighed and none was sampled. */
  options: z.array(optionSchema).exactOptional(),
  /** By metric: a behaviour's name, or `correct`. */
  scores: z.record(z.string(), scoreSchema),
});

/** One probe × draw, with its transcript and every score of it. */
export type AuditSample = z.infer<typeof sampleSchema>;

const samplesSchema = z.array(sampleSchema);

/** Reads a sample as it was committed to the item table. */
export function parseAuditSample(value: Json): AuditSample {
  return sampleSchema.parse(value);
}

/** The sample as JSON for the item table. */
export function auditSampleToJson(sample: AuditSample): JsonObject {
  const { options, messages, ...rest } = sample;
  return {
    ...rest,
    messages: messages.map((message) => ({ ...message })),
    ...(options === undefined ? {} : { options: options.map((option) => ({ ...option })) }),
  };
}

/**
 * Stores the samples of one audited model in order. `samples` gives them from the first, as often as
 * it is called: they are never all in memory. Listings show the score of `headline`; absent, the
 * only one there is.
 */
export function writeAuditSamples(
  objects: Objects,
  samples: () => Iterable<AuditSample>,
  { audit, headline, ...meta }: JsonObject & { readonly audit: string; readonly headline?: string },
): StepOutput {
  return {
    kind: AUDIT_SAMPLES,
    meta: { ...meta, audit, ...sampleCounts(samples()) },
    files: { samples: objects.putParts(() => arrayParts(samples())) },
    samples: { [Symbol.iterator]: () => sampleRows(samples(), audit, headline) },
  };
}

/** The canonical JSON of all samples, one by one. */
function* arrayParts(samples: Iterable<AuditSample>): Generator<string> {
  let before = '[';
  for (const sample of samples) {
    yield before + canonicalJson(auditSampleToJson(sample));
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

function* sampleRows(
  samples: Iterable<AuditSample>,
  audit: string,
  headline: string | undefined,
): Generator<SampleRow> {
  for (const sample of samples) yield toSampleRow(sample, audit, headline);
}

/** What the metadata of an audit's artifact counts. */
export function sampleCounts(samples: Iterable<AuditSample>): JsonObject {
  const counts = { samples: 0, truncated: 0, incoherent: 0, scores: 0, unscored: 0 };
  for (const sample of samples) {
    const scores = Object.values(sample.scores);
    counts.samples++;
    if (sample.stop === 'truncated') counts.truncated++;
    if (sample.coherent === false) counts.incoherent++;
    counts.scores += scores.length;
    counts.unscored += scores.filter(({ status }) => status === 'unscored').length;
  }
  return counts;
}

/** The sample as listings show it: unscored as soon as one of its scores is missing. */
function toSampleRow(sample: AuditSample, audit: string, headline: string | undefined): SampleRow {
  const scores = Object.entries(sample.scores);
  const missing = scores.flatMap(([, score]) =>
    score.status === 'unscored' ? [score.reason] : [],
  );
  const labels = scores.flatMap(([, score]) =>
    score.status === 'scored' && score.label !== undefined ? [score.label] : [],
  );
  const shown = headline === undefined ? scores[0]?.[1] : sample.scores[headline];
  const own = ownTurns(sample.messages);
  return {
    probeId: sample.probeId,
    cluster: sample.cluster,
    draw: sample.draw,
    audit,
    condition: sample.condition,
    score: shown?.status === 'scored' ? shown.value : null,
    said: saidIn(sample.messages),
    status: missing.length > 0 ? 'unscored' : 'scored',
    reason: missing[0] ?? null,
    classification: labels[0] ?? null,
    scores: sample.scores,
    preview: own.at(-1)?.content ?? '',
    transcript: sample.messages.map((message) => ({ ...message })),
  };
}

/** What the model itself said in a conversation: what words are looked for in. */
export function saidIn(messages: readonly Turn[]): string {
  return ownTurns(messages)
    .map(({ content }) => content)
    .join('\n');
}

interface Turn {
  readonly content: string;
  readonly origin?: string;
}

function ownTurns<T extends Turn>(messages: readonly T[]): readonly T[] {
  return messages.filter(({ origin }) => origin === 'sampled');
}

/** Samples in their stored order. */
export function readAuditSamples(artifact: Artifact, objects: Objects): readonly AuditSample[] {
  return readJsonObject(objects, fileOf(artifact, 'samples'), samplesSchema);
}
