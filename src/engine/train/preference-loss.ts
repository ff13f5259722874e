import { checkpoint } from '../graph/checkpoint.ts';
import { mul } from '../graph/elementwise-ops.ts';
import { logprobsAt } from '../graph/gather-ops.ts';
import { total } from '../graph/matmul-ops.ts';
import { reshape, slice } from '../graph/shape-ops.ts';
import { input, type Value } from '../graph/value.ts';
import { dpo } from '../losses/dpo.ts';
import { kto } from '../losses/kto.ts';
import { sequenceSums } from '../losses/sequence-sums.ts';
import { rowsOf, type ScoredChunk } from '../packed-graph.ts';
import type { LossSpec } from './loss-spec.ts';

/** Σ over sequences or pairs of weight · loss; inputs are named as `preferenceFeeds` fills them. */
export function preferenceLoss(
  loss: Extract<LossSpec, { kind: 'dpo' | 'kto' }>,
  chunks: readonly ScoredChunk[],
  scored: number,
): Value {
  switch (loss.kind) {
    case 'dpo': {
      const { pairs } = loss;
      const halves = (value: Value) => ({
        chosen: slice(value, 0, 0, pairs),
        rejected: slice(value, 0, pairs, 2 * pairs),
      });
      const policy = halves(policyLogprobs(chunks, scored, 2 * pairs));
      const reference = halves(input('reference', [2 * pairs]));
      return total(mul(input('weights', [pairs]), dpo(policy, reference, loss)));
    }
    case 'kto': {
      const { sequences, beta } = loss;
      const policy = policyLogprobs(chunks, scored, sequences);
      const reference = input('reference', [sequences]);
      const perExample = kto(
        policy,
        reference,
        input('klBaseline', [1]),
        input('sign', [sequences]),
        beta,
      );
      return total(mul(input('weights', [sequences]), perExample));
    }
    default:
      return loss satisfies never;
  }
}

/**
 * ln π of each completion of a run (or its mean over tokens, as `membership` says), [sequences]. A
 * token's share in the loss is known only when all of its sequence is scored: with several chunks
 * the logits are made again in the backward pass, so that they never exist for all rows.
 */
export function policyLogprobs(
  chunks: readonly ScoredChunk[],
  scored: number,
  sequences: number,
): Value {
  const targets = input('targets', [scored], 'int32');
  const logprobs = chunks.map((chunk) => {
    const rows = chunk.end - chunk.start;
    const ids = reshape(rowsOf(targets, chunk), [rows, 1]);
    const score = (inputs: readonly Value[]): Value =>
      reshape(logprobsAt(chunk.headOf(inputs), ids), [rows]);
    const { headInputs } = chunk;
    return chunks.length === 1 ? score(headInputs) : checkpoint(headInputs, score);
  });
  return sequenceSums(logprobs, input('membership', [sequences, scored]));
}
