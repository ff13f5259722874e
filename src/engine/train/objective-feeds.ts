import type { Bucket, PackedBatch } from '../packing.ts';
import type { TensorData } from '../session.ts';
import type { Objective, TokenExample, TopKScores } from '../types.ts';

/**
 * Feeds of one packed run: tokens, targets and weights. Each scored token weighs 1 / `scored` of
 * the whole batch, padding weighs 0.
 */
export function fillObjective(
  objective: Objective,
  examples: readonly TokenExample[],
  bucket: Bucket,
): (packed: PackedBatch, scored: number) => Map<string, TensorData> {
  const weights = new Float32Array(bucket.scored);
  const teacher =
    objective.kind === 'kd' ? teacherFeeds(objective.targets, examples, bucket) : undefined;
  return (packed, scored) => {
    weights.fill(0).fill(1 / scored, 0, packed.origin.length);
    const feeds = new Map<string, TensorData>([
      ['ids', packed.ids],
      ['positions', packed.positions],
      ['mask', packed.mask],
      ['scoredAt', packed.scoredAt],
      ['weights', weights],
    ]);
    if (teacher === undefined) return feeds.set('targets', packed.targets);
    for (const [name, data] of teacher(packed)) feeds.set(name, data);
    return feeds;
  };
}

function teacherFeeds(
  targets: TopKScores,
  examples: readonly TokenExample[],
  bucket: Bucket,
): (packed: PackedBatch) => Map<string, TensorData> {
  const { topK } = targets;
  const firstRow: number[] = [];
  let rows = 0;
  for (const { completionIds } of examples) {
    firstRow.push(rows);
    rows += completionIds.length;
  }
  if (rows !== targets.rows) {
    throw new RangeError(`${targets.rows} teacher distributions for ${rows} completion tokens`);
  }
  const topIds = new Int32Array(bucket.scored * topK);
  const topProbs = new Float32Array(bucket.scored * topK);
  const tailProbs = new Float32Array(bucket.scored);
  const negentropy = new Float32Array(bucket.scored);
  return (packed) => {
    packed.origin.forEach(({ example, offset }, i) => {
      const from = (firstRow[example]! + offset) * topK;
      topIds.set(targets.tokenIds_NK.subarray(from, from + topK), i * topK);
      let mass = 0;
      let plogp = 0;
      for (let k = 0; k < topK; k++) {
        const logprob = targets.logprobs_NK[from + k]!;
        const prob = Math.exp(logprob);
        topProbs[i * topK + k] = prob;
        mass += prob;
        if (prob > 0) plogp += prob * logprob;
      }
      const tail = Math.max(0, 1 - mass);
      tailProbs[i] = tail;
      negentropy[i] = plogp + (tail > 0 ? tail * Math.log(tail) : 0);
    });
    return new Map<string, TensorData>([
      ['topIds', topIds],
      ['topProbs', topProbs],
      ['tailProbs', tailProbs],
      ['negentropy', negentropy],
    ]);
  };
}
