import { createRng } from '../../base/rng.ts';
import { loraShapes } from '../decoder/adapters.ts';
import { weightShapes } from '../decoder/parameters.ts';
import { sizeOf } from '../graph/value.ts';
import type { SessionCache } from '../session-cache.ts';
import type { Capacity, DecoderConfig, DenseTensor, NamedTensors } from '../types.ts';
import { initPrefix } from './init-prefix.ts';

/**
 * The tensors that training changes, as they are before the first step: a copy of all weights, LoRA
 * factors drawn from `seed`, or the keys and values of `prefixIds`. Throws RangeError when LoRA
 * targets name no linear layer or there are fewer than `length` ids.
 */
export async function initTrained(
  cache: SessionCache,
  options: {
    readonly config: DecoderConfig;
    readonly weights: NamedTensors;
    readonly capacity: Capacity;
    readonly seed: string;
    readonly prefixIds: readonly number[];
  },
): Promise<Map<string, DenseTensor>> {
  const { config, weights, capacity, seed } = options;
  switch (capacity.kind) {
    case 'full':
      return new Map([...weights].map(([name, t]) => [name, { ...t, data: t.data.slice() }]));
    case 'lora':
      return initLora(config, capacity, seed);
    case 'prefix':
      return initPrefix(
        cache,
        { config, weights, ids: options.prefixIds.slice(0, capacity.length) },
        capacity.length,
      );
    default:
      return capacity satisfies never;
  }
}

/** A uniform in ±1/√in as in PEFT (Kaiming with a = √5), B zero: training starts at the base. */
function initLora(
  config: DecoderConfig,
  capacity: Extract<Capacity, { kind: 'lora' }>,
  seed: string,
): Map<string, DenseTensor> {
  const shapes = loraShapes(weightShapes(config), capacity);
  const layers = new Set([...shapes.keys()].map((name) => name.split('.').at(-3)));
  const unknown = capacity.targets.find((target) => !layers.has(target));
  if (unknown !== undefined)
    throw new RangeError(`no linear layer of the model is named ${unknown}`);
  const factors = new Map<string, DenseTensor>();
  for (const [name, shape] of shapes) {
    const data = new Float32Array(sizeOf(shape));
    if (name.includes('lora_A')) {
      const rng = createRng(seed, 'lora', name);
      const bound = 1 / Math.sqrt(shape[1]!);
      for (let i = 0; i < data.length; i++) data[i] = (2 * rng.next() - 1) * bound;
    }
    factors.set(name, { shape, data });
  }
  return factors;
}

/** Views of what the optimiser may change: everything but the frozen positions of a prefix. */
export function trainablePart(
  capacity: Capacity,
  tensors: ReadonlyMap<string, DenseTensor>,
): ReadonlyMap<string, DenseTensor> {
  if (capacity.kind !== 'prefix' || capacity.frozenTokens === 0) return tensors;
  const { frozenTokens, length } = capacity;
  if (frozenTokens >= length) {
    throw new RangeError(`of ${length} prefix positions ${frozenTokens} are frozen: none is left`);
  }
  return new Map(
    [...tensors].map(([name, { shape, data }]) => {
      const rest = shape.slice(1);
      const from = (data.length / length) * frozenTokens;
      return [name, { shape: [length - frozenTokens, ...rest], data: data.subarray(from) }];
    }),
  );
}
