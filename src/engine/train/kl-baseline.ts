import { inputParameters } from '../decoder/parameters.ts';
import type { Value } from '../graph/value.ts';
import { scoredChunks } from '../packed-graph.ts';
import type { Bucket } from '../packing.ts';
import type { TensorData } from '../session.ts';
import type { SessionCache } from '../session-cache.ts';
import type { Capacity, DecoderConfig, Objective, TokenExample } from '../types.ts';
import { packBatches, type BatchPlan, type PlannedBatch } from './batches.ts';
import { policyLogprobs } from './preference-loss.ts';
import { slots } from './preference-feeds.ts';

/**
 * Pairs of prompts with completions of other prompts, from which KTO estimates its baseline: within
 * blocks of `blockSize` examples the completions move on by one, as in TRL's KTOTrainer:
 * (x_1, y_n), (x_2, y_1), …, (x_n, y_{n−1}).
 */
export function mismatchCompletions(
  examples: readonly TokenExample[],
  blockSize: number,
): TokenExample[] {
  return examples.map(({ promptIds }, i) => {
    const start = i - (i % blockSize);
    const length = Math.min(blockSize, examples.length - start);
    const other = examples[start + ((i - start + length - 1) % length)]!;
    return { promptIds, completionIds: other.completionIds };
  });
}

/**
 * Feeds `klBaseline` = max(0, mean over the batch's mismatched pairs of ln π − ln π_ref)
 * (Ethayarajh et al. 2024, section 4.1), of the whole batch, however it is split over runs. It costs
 * a forward pass at the weights of the step; no gradient flows through it.
 */
export function klBaseline(
  cache: SessionCache,
  { config, capacity }: { readonly config: DecoderConfig; readonly capacity: Capacity },
  { mismatched, mismatchedReference_E }: Extract<Objective, { kind: 'kto' }>,
  plan: BatchPlan,
): (
  batch: PlannedBatch,
  parameters: ReadonlyMap<string, TensorData>,
) => Promise<Map<string, TensorData>> {
  const own = packBatches(
    mismatched,
    plan.batches.map(({ examples }) => examples),
  );
  const byExamples = new Map(plan.batches.map((batch, i) => [batch, own.batches[i]!]));
  const spec = { config, capacity, bucket: own.bucket, sequences: own.groups };
  const membership = new Float32Array(own.groups * own.bucket.scored);
  return async (batch, parameters) => {
    const session = await cache.get({ sequenceLogprobs: spec }, () => sequenceGraph(spec));
    let sum = 0;
    for (const { packed } of byExamples.get(batch)!.runs()) {
      const slotOf = slots(packed, 1);
      membership.fill(0);
      packed.origin.forEach(({ example }, i) => {
        membership[slotOf.get(example)! * own.bucket.scored + i] = 1;
      });
      const { ids, positions, mask, scoredAt, targets } = packed;
      const feeds = { ids, positions, mask, scoredAt, targets, membership };
      await session.run(new Map<string, TensorData>([...parameters, ...Object.entries(feeds)]));
      const logprobs = session.output('logprobs');
      for (const [example, slot] of slotOf) {
        sum += Number(logprobs[slot]!) - mismatchedReference_E[example]!;
      }
    }
    const baseline = Math.max(0, sum / batch.examples.length);
    return new Map([['klBaseline', Float32Array.of(baseline)]]);
  };
}

function sequenceGraph(spec: {
  readonly config: DecoderConfig;
  readonly capacity: Capacity;
  readonly bucket: Bucket;
  readonly sequences: number;
}): Map<string, Value> {
  const { config, capacity, bucket, sequences } = spec;
  const { parameters } = inputParameters(config, capacity);
  const chunks = scoredChunks(config, parameters, bucket);
  return new Map([['logprobs', policyLogprobs(chunks, bucket.scored, sequences)]]);
}
