import { z } from 'zod';
import type { Capacity, DecoderConfig } from '../../src/engine/types.ts';
import { LORA, SMOLLM2 } from '../settings.ts';

/** One training set-up whose speed and memory are measured: KD top-64 with LoRA, random weights. */
export const pointSchema = z.object({
  size: z.enum(['0.3M', '2M', '9M', '36M', '135M', '360M']),
  rows: z.number().int().positive(),
  time: z.number().int().positive(),
  rank: z.number().int().positive(),
});
export type Point = z.infer<typeof pointSchema>;

/** A line of the plot: points that differ in one thing. */
export interface Series {
  readonly name: string;
  /** What stays fixed. */
  readonly fixed: string;
  readonly points: readonly { readonly label: string; readonly point: Point }[];
}

/** Llama shapes from the pocket bases to SmolLM2-360M, heads of 64 from 9M on. */
export function configOf(size: Point['size']): DecoderConfig {
  const shape = (
    vocabSize: number,
    hiddenSize: number,
    layers: number,
    heads: number,
    kvHeads: number,
    intermediateSize: number,
  ): DecoderConfig => ({
    ...SMOLLM2,
    vocabSize,
    hiddenSize,
    layers,
    heads,
    kvHeads,
    headDim: hiddenSize / heads,
    intermediateSize,
  });
  switch (size) {
    case '0.3M':
      return shape(200, 96, 3, 4, 4, 256);
    case '2M':
      return shape(1024, 192, 4, 6, 6, 512);
    case '9M':
      return shape(8192, 256, 8, 4, 2, 704);
    case '36M':
      return shape(16_384, 512, 10, 8, 4, 1408);
    case '135M':
      return SMOLLM2;
    case '360M':
      return shape(49_152, 960, 32, 15, 5, 2560);
    default:
      return size satisfies never;
  }
}

/** LoRA of this rank on every linear layer, alpha twice the rank. */
export function capacityOf({ rank }: Point): Capacity {
  return { ...LORA, rank, alpha: 2 * rank };
}

const BASE: Point = { size: '135M', rows: 4, time: 128, rank: 16 };

function series<K extends keyof Point>(
  name: string,
  fixed: string,
  key: K,
  values: readonly Point[K][],
  rest: Partial<Point> = {},
): Series {
  return {
    name,
    fixed,
    points: values.map((value) => ({
      label: `${value}`.replace('M', ''),
      point: { ...BASE, ...rest, [key]: value },
    })),
  };
}

/** Everything that is measured, in the order of the plot. */
export const SERIES: readonly Series[] = [
  series('tokens in a row', '135M, 1 row, rank 16', 'time', [64, 128, 256, 512, 1024], { rows: 1 }),
  series('rows in a batch', '135M, rows of 64, rank 16', 'rows', [1, 2, 4, 8, 16], { time: 64 }),
  series('million parameters', '4 rows of 128, rank 16', 'size', [
    '0.3M',
    '2M',
    '9M',
    '36M',
    '135M',
    '360M',
  ]),
  series('LoRA rank', '135M, 4 rows of 128', 'rank', [4, 16, 64, 256]),
];
