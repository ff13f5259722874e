import { applyDelta } from '../../model/apply-delta.ts';
import { loadWeights } from '../../model/load-weights.ts';
import type { ModelConfig, ModelDelta, ModelRef, Tensor } from '../../model/types.ts';

/** A model in memory. Weights are shared: treat them as read-only. */
export interface LoadedModel {
  readonly config: ModelConfig;
  readonly weights: ReadonlyMap<string, Tensor>;
}

/** Bytes of weights kept beyond the bases, which are kept always: every model starts from one. */
const MAX_CACHED_BYTES = 1024 ** 3;

/** Loads models by reference, keeping bases and the most recently used derived models. */
export function createModelCache(): { load(ref: ModelRef): Promise<LoadedModel> } {
  const bases = new Map<string, Promise<LoadedModel>>();
  const derived = new Map<string, LoadedModel>();
  const loadBase = (ref: ModelRef): Promise<LoadedModel> => {
    const known = bases.get(ref.baseDigest);
    if (known !== undefined) return known;
    const loading = loadWeights({ path: ref.path, deltas: [] });
    bases.set(ref.baseDigest, loading);
    loading.catch(() => bases.delete(ref.baseDigest));
    return loading;
  };
  return {
    load: async (ref) => {
      if (ref.deltas.length === 0) return loadBase(ref);
      const known = derived.get(ref.digest);
      derived.delete(ref.digest);
      const base = await loadBase(ref);
      const model = known ?? {
        config: base.config,
        weights: withDeltas(base, ref.deltas),
      };
      derived.set(ref.digest, model);
      evict(derived);
      return model;
    },
  };
}

function evict(models: Map<string, LoadedModel>): void {
  const bytesOf = (model: LoadedModel): number =>
    [...model.weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  let bytes = [...models.values()].reduce((sum, model) => sum + bytesOf(model), 0);
  for (const [digest, model] of models) {
    if (bytes <= MAX_CACHED_BYTES || models.size === 1) return;
    models.delete(digest);
    bytes -= bytesOf(model);
  }
}

/** New weights; what a delta does not replace or leave alone is copied before it is changed. */
function withDeltas(
  { config, weights: base }: LoadedModel,
  deltas: readonly ModelDelta[],
): Map<string, Tensor> {
  let weights = new Map(base);
  for (const delta of deltas) {
    if (delta.kind === 'lora') {
      weights = new Map(
        [...weights].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
      );
    }
    applyDelta(config, weights, delta);
  }
  return weights;
}
