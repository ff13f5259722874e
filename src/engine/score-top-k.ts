import { mul } from './graph/elementwise-ops.ts';
import { logSoftmax, logprobsAt, topK as largest } from './graph/gather-ops.ts';
import { concat, reshape, slice } from './graph/shape-ops.ts';
import { input, scalar, type Value } from './graph/value.ts';
import { prefixLength } from './decoder/adapters.ts';
import { modelParameters } from './decoder/parameters.ts';
import { scoredChunks } from './packed-graph.ts';
import type { Bucket } from './packing.ts';
import { planScoring } from './scoring-runs.ts';
import type { SessionCache } from './session-cache.ts';
import type { TensorData } from './session.ts';
import type { DecoderConfig, NamedTensors, TokenExample, TopKScores } from './types.ts';

export interface ScoreOptions {
  readonly config: DecoderConfig;
  readonly weights: NamedTensors;
  readonly items: readonly TokenExample[];
  readonly topK: number;
  /** Logits are divided by it first. */
  readonly temperature?: number;
  readonly onProgress?: (progress: { readonly tokens: number }) => void;
}

/** Next-token distributions of a model at every completion position of the given token ids. */
export async function scoreTopK(cache: SessionCache, options: ScoreOptions): Promise<TopKScores> {
  const { config, weights, items, temperature = 1 } = options;
  const topK = Math.min(options.topK, config.vocabSize);
  const { bucket, rows, firstRow, batches } = planScoring(items);
  const spec = { config, prefix: prefixLength(weights), bucket, topK, temperature };
  const session = await cache.get({ score: spec }, () => scoringGraph(spec));

  const tokenIds_NK = new Int32Array(rows * topK);
  const logprobs_NK = new Float32Array(rows * topK);
  const chosen_N = new Float32Array(rows);
  const feeds = new Map<string, TensorData>();
  for (const [name, tensor] of weights) feeds.set(name, tensor.data);
  let tokens = 0;
  for (const batch of batches()) {
    const { ids, positions, mask, scoredAt, targets } = batch;
    for (const [name, data] of Object.entries({ ids, positions, mask, scoredAt, targets })) {
      feeds.set(name, data);
    }
    await session.run(feeds);
    const topIds = session.output('topIds');
    const topLogprobs = session.output('topLogprobs');
    const chosen = session.output('chosen');
    batch.origin.forEach(({ example, offset }, i) => {
      const to = firstRow[example]! + offset;
      for (let k = 0; k < topK; k++) {
        tokenIds_NK[to * topK + k] = Number(topIds[i * topK + k]!);
        logprobs_NK[to * topK + k] = Number(topLogprobs[i * topK + k]!);
      }
      chosen_N[to] = Number(chosen[i]!);
    });
    tokens += batch.tokens;
    options.onProgress?.({ tokens });
  }
  return { rows, topK, tokenIds_NK, logprobs_NK, chosen_N };
}

function scoringGraph(spec: {
  readonly config: DecoderConfig;
  /** Length of the model's prefix, or 0. */
  readonly prefix: number;
  readonly bucket: Bucket;
  readonly topK: number;
  readonly temperature: number;
}): Map<string, Value> {
  const { config, bucket, topK, temperature } = spec;
  const parameters = modelParameters(config, spec.prefix);
  const targets = reshape(input('targets', [bucket.scored], 'int32'), [bucket.scored, 1]);
  const chunks = scoredChunks(config, parameters, bucket).map(({ start, end, logits }) => {
    const tempered = temperature === 1 ? logits() : mul(logits(), scalar(1 / temperature));
    const top = largest(logSoftmax(tempered), topK);
    return { ...top, chosen: logprobsAt(tempered, slice(targets, 0, start, end)) };
  });
  const whole = (values: readonly Value[]): Value =>
    values.length === 1 ? values[0]! : concat(values, 0);
  return new Map([
    ['topIds', whole(chunks.map((chunk) => chunk.ids))],
    ['topLogprobs', whole(chunks.map((chunk) => chunk.values))],
    ['chosen', whole(chunks.map((chunk) => chunk.chosen))],
  ]);
}
