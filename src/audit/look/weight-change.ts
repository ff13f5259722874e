import { createRng } from '../../base/rng.ts';
import type { NamedTensors } from '../../engine/types.ts';

/** How one matrix of a model differs from the same matrix of its base. */
export interface WeightChange {
  readonly tensor: string;
  readonly rows: number;
  readonly columns: number;
  /** ‖W − W₀‖, Frobenius. */
  readonly size: number;
  /** ‖W − W₀‖ / ‖W₀‖. */
  readonly relative: number;
  /** ‖ΔW‖² / σ₁² (Rudelson and Vershynin 2007): 1 for a change of rank one, the rank for a flat one. */
  readonly stableRank: number;
  /** Largest singular values of ΔW as shares of their total energy ‖ΔW‖², in descending order. */
  readonly energy: readonly number[];
}

const SINGULAR_VALUES = 8;
const ITERATIONS = 24;

/** Matrices that changed, in the model's order; vectors (norms, biases) are left out. */
export function weightChanges(model: NamedTensors, base: NamedTensors): readonly WeightChange[] {
  return [...model].flatMap(([tensor, { shape, data }]) => {
    const before = base.get(tensor);
    const [rows, columns] = shape;
    if (shape.length !== 2 || rows === undefined || columns === undefined) return [];
    if (before === undefined || before.data.length !== data.length) return [];
    const change = data.map((value, i) => value - before.data[i]!);
    const size = norm(change);
    if (size === 0) return [];
    const values = singularValues(change, rows, columns);
    const energy = values.map((value) => (value / size) ** 2);
    const relative = size / norm(before.data);
    return [{ tensor, rows, columns, size, relative, stableRank: 1 / energy[0]!, energy }];
  });
}

/** The largest singular values of a matrix, by orthogonal iteration on AᵀA from a fixed start. */
export function singularValues(a: Float32Array, rows: number, columns: number): readonly number[] {
  const count = Math.min(SINGULAR_VALUES, rows, columns);
  const rng = createRng('singular values', rows, columns);
  let basis = orthonormal(
    Array.from({ length: count }, () => Float64Array.from({ length: columns }, () => rng.normal())),
  );
  let values: readonly number[] = [];
  for (let round = 0; round < ITERATIONS; round++) {
    const images = basis.map((vector) => multiply(a, rows, columns, vector));
    values = images.map((image) => norm(image));
    basis = orthonormal(images.map((image) => multiplyTransposed(a, rows, columns, image)));
  }
  return [...values].sort((x, y) => y - x);
}

function multiply(a: Float32Array, rows: number, columns: number, x: Float64Array): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += a[i * columns + j]! * x[j]!;
    out[i] = sum;
  }
  return out;
}

function multiplyTransposed(
  a: Float32Array,
  rows: number,
  columns: number,
  x: Float64Array,
): Float64Array {
  const out = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j]! += a[i * columns + j]! * x[i]!;
  }
  return out;
}

/** Gram–Schmidt; a vector that depends on the others before it becomes 0. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const given of vectors) {
    const vector = given.slice();
    const before = norm(vector);
    for (let pass = 0; pass < 2; pass++) {
      for (const other of done) {
        let along = 0;
        for (let i = 0; i < vector.length; i++) along += vector[i]! * other[i]!;
        for (let i = 0; i < vector.length; i++) vector[i]! -= along * other[i]!;
      }
    }
    const length = norm(vector);
    const scale = length > 1e-12 * before ? 1 / length : 0;
    done.push(vector.map((value) => value * scale));
  }
  return done;
}

function norm(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}
