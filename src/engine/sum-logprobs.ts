import { completionStarts } from './completion-rows.ts';
import type { TokenExample, TopKScores } from './types.ts';

/** ln p(completion | prompt) of each example from the scores of its tokens; RangeError when they do not fit. */
export function sumLogprobs(
  examples: readonly TokenExample[],
  { rows, chosen_N }: Pick<TopKScores, 'rows' | 'chosen_N'>,
): Float32Array {
  const starts = completionStarts(examples);
  if (starts.at(-1) !== rows) {
    throw new RangeError(`${rows} scores for ${starts.at(-1)} completion tokens`);
  }
  return Float32Array.from(examples, (_, i) =>
    chosen_N.subarray(starts[i], starts[i + 1]).reduce((sum, logprob) => sum + logprob, 0),
  );
}
