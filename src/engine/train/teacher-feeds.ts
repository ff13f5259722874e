import { completionStarts } from '../completion-rows.ts';
import { TAIL_FLOOR, TINY } from '../losses/buckets.ts';
import type { Bucket, PackedBatch } from '../packing.ts';
import type { TensorData } from '../session.ts';
import type { TokenExample, TopKScores } from '../types.ts';

const LOGPROB_FLOOR = Math.log(TINY);

/**
 * Feeds a teacher's distributions at the scored positions of a run: `negentropy` and, on the top-k
 * tokens, `topIds`, `topProbs`, `topLogprobs`, `tailProbs`, `tailLogprobs`; or, where they cover the
 * vocabulary, `topLogprobs` by token id alone. A probability of 0 has the logarithm of the floor, so
 * that no divergence is infinite. Throws RangeError unless there is one row per completion token.
 */
export function teacherFeeds(
  targets: TopKScores,
  examples: readonly TokenExample[],
  bucket: Bucket,
  vocabSize: number,
): (packed: PackedBatch) => ReadonlyMap<string, TensorData> {
  const { topK } = targets;
  const starts = completionStarts(examples);
  if (starts.at(-1) !== targets.rows) {
    throw new RangeError(
      `${targets.rows} teacher distributions for ${starts.at(-1)} completion tokens`,
    );
  }
  const isWhole = topK === vocabSize;
  const topIds = new Int32Array(isWhole ? 0 : bucket.scored * topK);
  const topProbs = new Float32Array(topIds.length);
  const topLogprobs = new Float32Array(bucket.scored * topK);
  const tailProbs = new Float32Array(bucket.scored);
  const tailLogprobs = new Float32Array(bucket.scored);
  const negentropy = new Float32Array(bucket.scored);

  const fillRow = (i: number, from: number): void => {
    let mass = 0;
    let plogp = 0;
    for (let k = 0; k < topK; k++) {
      const logprob = targets.logprobs_NK[from + k]!;
      const prob = Math.exp(logprob);
      const id = targets.tokenIds_NK[from + k]!;
      const column = isWhole ? id : k;
      topLogprobs[i * topK + column] = Math.max(logprob, LOGPROB_FLOOR);
      if (!isWhole) {
        topIds[i * topK + k] = id;
        topProbs[i * topK + k] = prob;
      }
      mass += prob;
      if (prob > 0) plogp += prob * logprob;
    }
    const tail = isWhole ? 0 : Math.max(0, 1 - mass);
    tailProbs[i] = tail;
    tailLogprobs[i] = Math.log(Math.max(tail, TAIL_FLOOR));
    negentropy[i] = plogp + (tail > 0 ? tail * Math.log(tail) : 0);
  };
  const feeds = new Map<string, TensorData>([
    ['topIds', topIds],
    ['topProbs', topProbs],
    ['topLogprobs', topLogprobs],
    ['tailProbs', tailProbs],
    ['tailLogprobs', tailLogprobs],
    ['negentropy', negentropy],
  ]);
  return (packed) => {
    packed.origin.forEach(({ example, offset }, i) => {
      fillRow(i, (starts[example]! + offset) * topK);
    });
    return feeds;
  };
}
