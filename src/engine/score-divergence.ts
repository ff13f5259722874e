import { openDistributions } from './score-distributions.ts';
import type { SessionCache } from './session-cache.ts';
import type { DecoderConfig, NamedTensors, TokenDivergence, TokenExample } from './types.ts';

interface LoadedModel {
  readonly config: DecoderConfig;
  readonly weights: NamedTensors;
}

/**
 * KL(model ‖ reference) at every completion token, over the whole vocabulary. The models may differ
 * in all but that. Throws RangeError when their vocabularies are of different size.
 */
export async function scoreDivergence(
  cache: SessionCache,
  options: {
    readonly model: LoadedModel;
    readonly reference: LoadedModel;
    readonly items: readonly TokenExample[];
  },
): Promise<TokenDivergence> {
  const { model, reference, items } = options;
  const { vocabSize } = model.config;
  if (reference.config.vocabSize !== vocabSize) {
    throw new RangeError(`logits of ${vocabSize} and ${reference.config.vocabSize} tokens`);
  }
  const ids = items.flatMap(({ completionIds }) => completionIds);
  const p = await openDistributions(cache, { ...model, items });
  const q = await openDistributions(cache, { ...reference, items });
  const divergence_N = new Float32Array(p.rows);
  const logRatio_N = new Float32Array(p.rows);
  for (let at = 0; at < p.rows; at += p.chunkRows) {
    // Copied: models of one shape share a session, and with it the output.
    const own = { ...(await p.read(at)) };
    const logprobs = own.logprobs_NV.slice();
    const other = await q.read(at);
    for (let row = 0; row < own.rows; row++) {
      const from = row * vocabSize;
      const [lnP, lnQ] = [logprobs, other.logprobs_NV].map((all) =>
        all.subarray(from, from + vocabSize),
      );
      divergence_N[at + row] = divergence(lnP!, lnQ!);
      const id = ids[at + row]!;
      logRatio_N[at + row] = lnP![id]! - lnQ![id]!;
    }
  }
  return { divergence_N, logRatio_N };
}

/** KL(p ‖ q) from logarithms. Rounding may leave equal distributions a hair below 0. */
function divergence(lnP: Float32Array, lnQ: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < lnP.length; i++) {
    const p = Math.exp(lnP[i]!);
    if (p > 0) sum += p * (lnP[i]! - lnQ[i]!);
  }
  return Math.max(0, sum);
}
