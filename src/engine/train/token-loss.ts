import { add, mul } from '../graph/elementwise-ops.ts';
import { total } from '../graph/matmul-ops.ts';
import { input, type Value } from '../graph/value.ts';
import type { Targets } from '../losses/buckets.ts';
import { crossEntropy } from '../losses/cross-entropy.ts';
import { divergenceOf } from '../losses/divergence.ts';
import { rowsOf, type ScoredChunk } from '../packed-graph.ts';
import type { LossSpec } from './loss-spec.ts';

/** Σ over scored tokens of weight · loss, chunk by chunk; inputs are named as `tokenFeeds` fills them. */
export function tokenLoss(
  loss: Extract<LossSpec, { kind: 'sft' | 'kd' }>,
  chunks: readonly ScoredChunk[],
  scored: number,
  vocabSize: number,
): Value {
  const weights = input('weights', [scored]);
  const perToken = loss.kind === 'sft' ? onTokens(scored) : onTeacher(loss, scored, vocabSize);
  return chunks
    .map((chunk) => total(mul(rowsOf(weights, chunk), perToken(chunk))))
    .reduce((sum, part) => add(sum, part));
}

type PerToken = (chunk: ScoredChunk) => Value;

function onTokens(scored: number): PerToken {
  const targets = input('targets', [scored], 'int32');
  return (chunk) => crossEntropy(chunk.logits(), rowsOf(targets, chunk));
}

function onTeacher(
  { topK, divergence, temperature }: Extract<LossSpec, { kind: 'kd' }>,
  scored: number,
  vocabSize: number,
): PerToken {
  const negentropy = input('negentropy', [scored]);
  const logprobs = input('topLogprobs', [scored, topK]);
  const ids = input('topIds', [scored, topK], 'int32');
  const probs = input('topProbs', [scored, topK]);
  const tailProbs = input('tailProbs', [scored, 1]);
  const tailLogprobs = input('tailLogprobs', [scored, 1]);
  const targetsOf = (chunk: ScoredChunk): Targets => {
    const of = (value: Value): Value => rowsOf(value, chunk);
    const shared = { negentropy: of(negentropy), logprobs: of(logprobs) };
    if (topK === vocabSize) return { kind: 'whole', ...shared };
    return {
      kind: 'top-k',
      ...shared,
      ids: of(ids),
      probs: of(probs),
      tailProbs: of(tailProbs),
      tailLogprobs: of(tailLogprobs),
    };
  };
  return (chunk) => divergenceOf(divergence, chunk.logits(), targetsOf(chunk), temperature);
}
