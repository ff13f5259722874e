import { isToken, openLlamaCpp } from '../../benchmarks/peers/open-llamacpp.ts';
import { scoreTopK } from '../../src/engine/score-top-k.ts';
import { createSessionCache } from '../../src/engine/session-cache.ts';
import { loadWeights } from '../../src/model/load-weights.ts';

/** How alike our next-token distributions and llama.cpp's are, over teacher-forced positions. */
export interface Agreement {
  readonly positions: number;
  /** Mean of KL(llama.cpp ‖ ours) over the whole vocabulary, in nats. */
  readonly meanKl: number;
  readonly maxKl: number;
  /** Share of positions where both hold the same token likeliest. */
  readonly top1: number;
  /** At positions where they differ, how much likelier llama.cpp holds its token than ours. */
  readonly top1Gaps: readonly number[];
}

/** Number types of llama.cpp's key-value cache; its default rounds keys and values to float16. */
export type CacheType = 'F32' | 'F16';

/**
 * Scores windows of token ids with both engines and compares whole distributions at every position
 * but the first of each window. Work error from either engine when the file cannot be opened.
 */
export async function llamaCppAgreement(
  path: string,
  windows: readonly (readonly number[])[],
  options: { readonly threads: number; readonly cacheType: CacheType },
): Promise<Agreement> {
  const { config, weights } = await loadWeights({ path, deltas: [] });
  const { llama, model } = await openLlamaCpp(path, options.threads);
  const cache = createSessionCache({ threads: options.threads });
  const longest = Math.max(...windows.map((ids) => ids.length));
  const context = await model.createContext({
    contextSize: longest,
    batchSize: longest,
    threads: options.threads,
    flashAttention: false,
    experimentalKvCacheKeyType: options.cacheType,
    experimentalKvCacheValueType: options.cacheType,
  });
  const sequence = context.getSequence();
  const sampler = { temperature: 1, topK: 0, topP: 1, minP: 0 };
  const kls: number[] = [];
  const top1Gaps: number[] = [];
  for (const ids of windows) {
    const completionIds = ids.slice(1);
    const ours = await scoreTopK(cache, {
      config,
      weights,
      items: [{ promptIds: ids.slice(0, 1), completionIds }],
      topK: config.vocabSize,
    });
    await sequence.clearHistory();
    const theirs = await sequence.controlledEvaluate(
      ids
        .slice(0, -1)
        .filter(isToken)
        .map((id) => [id, { generateNext: { probabilities: true, options: sampler } }]),
    );
    for (let n = 0; n < completionIds.length; n++) {
      const row = [n * config.vocabSize, (n + 1) * config.vocabSize] as const;
      const ids_K = ours.tokenIds_NK.subarray(...row);
      const q_V = new Float32Array(config.vocabSize);
      ours.logprobs_NK.subarray(...row).forEach((logprob, k) => (q_V[ids_K[k]!] = logprob));
      const p = theirs[n]?.next.probabilities;
      if (p === undefined) throw new Error('llama.cpp returned no distribution');
      kls.push(klDivergence(p, q_V));
      const [likeliest, most] = [...p].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
      const ourChoice = ids_K[0]!;
      if (likeliest !== ourChoice) top1Gaps.push(Math.log(most / probabilityOf(p, ourChoice)));
    }
  }
  await cache.close();
  await llama.dispose();
  return {
    positions: kls.length,
    meanKl: kls.reduce((sum, kl) => sum + kl, 0) / kls.length,
    maxKl: Math.max(...kls),
    top1: 1 - top1Gaps.length / kls.length,
    top1Gaps,
  };
}

function probabilityOf(p: ReadonlyMap<number, number>, id: number): number {
  return p.get(id) ?? 0;
}

/** KL(p ‖ q) in nats; both are renormalised, since float32 sums over a vocabulary drift by 1e-4. */
function klDivergence(p: ReadonlyMap<number, number>, logq_V: Float32Array): number {
  let massP = 0;
  for (const probability of p.values()) massP += probability;
  let massQ = 0;
  for (const logq of logq_V) massQ += Math.exp(logq);
  let kl = 0;
  for (const [id, probability] of p) {
    if (probability > 0)
      kl += (probability / massP) * (Math.log(probability / massP) - logq_V[id]!);
  }
  return kl + Math.log(massQ);
}
