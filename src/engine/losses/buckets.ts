import { allLogprobs } from '../graph/all-logprobs.ts';
import { add, atLeast, exp, log, sub } from '../graph/elementwise-ops.ts';
import { logprobsAt } from '../graph/gather-ops.ts';
import { scale } from '../graph/matmul-ops.ts';
import { reduceSum, reshape } from '../graph/shape-ops.ts';
import { scalar, type Value } from '../graph/value.ts';

/** Least probability a tail bucket is taken to have: below it float32 cannot tell 1 − Σq from 0. */
export const TAIL_FLOOR = 1e-6;

/** Least normal float32: a probability under it is taken to be it wherever its logarithm is read. */
export const TINY = 2 ** -126;

/**
 * Teacher distributions as graph values.
 *
 * `whole`: `logprobs` [N, V], column = token id.
 *
 * `top-k`: the teacher's K likeliest tokens (`ids`, `probs`, `logprobs`, each [N, K]) and one tail
 * bucket for all others (`tailProbs`, `tailLogprobs`, [N, 1]). Every divergence is then that between
 * the two *bucketed* distributions (p_1 … p_K, 1 − Σp) and (q_1 … q_K, 1 − Σq), the student's mass
 * being put into the teacher's buckets. By the data-processing inequality that is a lower bound on
 * the divergence over the vocabulary: what the student does inside the tail is not seen. For the
 * reverse KL this means that a student is punished for mass on tokens that the teacher finds
 * unlikely as one lump, not token by token.
 *
 * `negentropy` [N] is Σ p ln p over the buckets. Logarithms of p are finite (floors above).
 */
export type Targets =
  | { readonly kind: 'whole'; readonly logprobs: Value; readonly negentropy: Value }
  | {
      readonly kind: 'top-k';
      readonly ids: Value;
      readonly probs: Value;
      readonly logprobs: Value;
      readonly tailProbs: Value;
      readonly tailLogprobs: Value;
      readonly negentropy: Value;
    };

/** Teacher (p, ln p) and student (ln q) on some of the buckets, each [N, B]. */
export interface Block {
  readonly probs: Value;
  readonly logprobs: Value;
  readonly student: Value;
}

/** Teacher and student on all buckets of each row. */
export interface Pairing {
  readonly blocks: readonly Block[];
  readonly negentropy: Value;
}

/** Puts student logits [N, V], divided by the temperature, into the teacher's buckets. */
export function pair(logits: Value, targets: Targets, temperature: number): Pairing {
  const tempered = scale(logits, 1 / temperature);
  const { negentropy, logprobs } = targets;
  if (targets.kind === 'whole') {
    const student = allLogprobs(tempered);
    return { blocks: [{ probs: exp(logprobs), logprobs, student }], negentropy };
  }
  const { probs, tailProbs, tailLogprobs } = targets;
  const student = logprobsAt(tempered, targets.ids);
  const mass = reduceSum(exp(student), [1]);
  const tail = log(atLeast(sub(scalar(1), mass), TAIL_FLOOR));
  return {
    blocks: [
      { probs, logprobs, student },
      { probs: tailProbs, logprobs: tailLogprobs, student: tail },
    ],
    negentropy,
  };
}

/** Σ over the buckets of each row of a term [N, B] per block; result [N]. */
export function sumOverBuckets(blocks: readonly Block[], term: (block: Block) => Value): Value {
  return blocks
    .map((block) => reshape(reduceSum(term(block), [1]), [block.probs.shape[0]!]))
    .reduce(add);
}

/** ln(weight · p + (1 − weight) · q) in each bucket. */
export function mixtureLogprobs({ probs, student }: Block, weight: number): Value {
  const mixed = add(scale(probs, weight), scale(exp(student), 1 - weight));
  return log(atLeast(mixed, TINY));
}
