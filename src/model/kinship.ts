import { setImmediate } from 'node:timers/promises';
import { expectedTensors } from './expected-tensors.ts';
import { openModelFiles } from './model-files.ts';
import { compareTokenizers } from './model-ref.ts';
import type { ModelCard, ModelConfig } from './types.ts';

/** How a model relates to one that it may have been trained from. */
export interface Kinship {
  /** Name of the candidate. */
  readonly name: string;
  readonly path: string;
  /** Undefined when ids mean the same in both; else the difference. */
  readonly tokenizer: string | undefined;
  /** Undefined when both have the same shape; else the first settings that differ. */
  readonly config: string | undefined;
  /** Of the compared matrices; undefined when their shapes differ. */
  readonly weights: WeightComparison | undefined;
  /** The weights say that one was trained from the other, or both from a third. */
  readonly related: boolean;
}

/** Two models' matrices as two long vectors. */
export interface WeightComparison {
  readonly cosine: number;
  /** ‖W − W₀‖ / ‖W₀‖ (Frobenius), W₀ the candidate's. */
  readonly relativeDistance: number;
  /** Numbers compared. */
  readonly parameters: number;
}

/**
 * Matrices drawn independently have a cosine within a few 1/√parameters of zero; training from one
 * of them leaves it near one. Anything between is far from both.
 */
export const RELATED_COSINE = 0.5;
/** Numbers compared at most: whole matrices, taken evenly from all layers. */
const MAX_COMPARED = 50_000_000;

/**
 * Compares a model with every candidate, closest first. Reads matrices from disk, no more than 50
 * million numbers of each model; runs nothing. Raises what reading weights raises.
 */
export async function kinships(
  model: ModelCard,
  candidates: readonly (readonly [name: string, card: ModelCard])[],
): Promise<readonly Kinship[]> {
  const found: Kinship[] = [];
  for (const [name, card] of candidates) {
    const tokenizers = compareTokenizers(model, card);
    const config = configDifference(model.config, card.config);
    const weights = await compareWeights(model, card);
    found.push({
      name,
      path: card.path,
      tokenizer: tokenizers.same ? undefined : tokenizers.reason,
      config,
      weights,
      related: weights !== undefined && weights.cosine >= RELATED_COSINE,
    });
  }
  const closeness = ({ weights }: Kinship): number => weights?.cosine ?? Number.NEGATIVE_INFINITY;
  return found.toSorted((a, b) => closeness(b) - closeness(a));
}

function configDifference(a: ModelConfig, b: ModelConfig): string | undefined {
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  const keys = [...new Set([...left.keys(), ...right.keys()])].toSorted();
  const text = (value: unknown): string => JSON.stringify(value) ?? 'absent';
  const differing = keys.filter((key) => text(left.get(key)) !== text(right.get(key)));
  if (differing.length === 0) return undefined;
  return differing
    .map((key) => `${key} ${text(left.get(key))} and ${text(right.get(key))}`)
    .join(', ');
}

async function compareWeights(
  model: ModelCard,
  candidate: ModelCard,
): Promise<WeightComparison | undefined> {
  const names = sharedMatrices(model.config, candidate.config);
  if (names === undefined) return undefined;
  const a = await openModelFiles(model.path);
  try {
    const b = await openModelFiles(candidate.path);
    try {
      const sums = { aa: 0, bb: 0, ab: 0, parameters: 0 };
      for (const name of names) {
        addProducts(sums, a.weights.read(name), b.weights.read(name));
        await setImmediate();
      }
      const { aa, bb, ab, parameters } = sums;
      // ‖a − b‖² = aa − 2ab + bb loses digits for near twins, but not below what float32 holds.
      const distance = Math.sqrt(Math.max(0, aa - 2 * ab + bb));
      return {
        cosine: aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb),
        relativeDistance: bb === 0 ? 0 : distance / Math.sqrt(bb),
        parameters,
      };
    } finally {
      b.weights.close();
    }
  } finally {
    a.weights.close();
  }
}

function addProducts(
  sums: { aa: number; bb: number; ab: number; parameters: number },
  a: Float32Array,
  b: Float32Array,
): void {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    sums.aa += x * x;
    sums.bb += y * y;
    sums.ab += x * y;
  }
  sums.parameters += a.length;
}

/** Matrices to compare, or undefined when one model has one of another shape. */
function sharedMatrices(a: ModelConfig, b: ModelConfig): readonly string[] | undefined {
  const others = expectedTensors(b);
  const matrices = [...expectedTensors(a)].filter(([, shape]) => shape.length === 2);
  const fits = ([name, shape]: (typeof matrices)[number]): boolean =>
    shape.join() === others.get(name)?.join();
  // A vocabulary of another size leaves the layers comparable.
  const layers = matrices.filter(([name]) => name.startsWith('model.layers.'));
  if (!layers.every(fits)) return undefined;
  const total = layers.reduce((sum, [, [rows = 0, columns = 0]]) => sum + rows * columns, 0);
  // A step that has no factor in common with the kinds of matrix of a layer meets all of them.
  const step = Math.max(1, Math.ceil(total / MAX_COMPARED));
  const stride = step % 7 === 0 ? step + 1 : step;
  return layers.filter((_, i) => i % stride === 0).map(([name]) => name);
}
