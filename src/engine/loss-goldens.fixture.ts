import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Base64 of little-endian float32 numbers, as `scripts/references/losses.py` writes them. */
export const float32 = z.base64().transform((text) => {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float32Array(bytes.buffer);
});

/** A golden file beside the module at `url`. */
export function readGolden<T>(url: string, name: string, schema: z.ZodType<T>): T {
  const path = new URL(`goldens/${name}.json`, url);
  return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

const divergence = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('forward-kl') }),
  z.object({ kind: z.literal('reverse-kl') }),
  z.object({ kind: z.literal('jsd'), beta: z.number() }),
  z.object({ kind: z.literal('skew-kl'), alpha: z.number() }),
  z.object({ kind: z.literal('skew-reverse-kl'), alpha: z.number() }),
]);

/** What an objective of the goldens says besides the data it is used with. */
export const goldenObjective = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sft'), weighted: z.boolean().default(false) }),
  z.object({
    kind: z.literal('kd'),
    divergence,
    topK: z.number(),
    temperature: z.number(),
    weighted: z.boolean(),
  }),
  z.object({
    kind: z.literal('dpo'),
    beta: z.number(),
    labelSmoothing: z.number(),
    lengthNormalised: z.boolean(),
  }),
  z.object({
    kind: z.literal('kto'),
    beta: z.number(),
    desirableWeight: z.number(),
    undesirableWeight: z.number(),
    isDesirable: z.array(z.boolean()),
  }),
]);

/** Cosine of the angle between two arrays, and their largest difference relative to the largest number of the second. */
export function compare(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): { readonly cosine: number; readonly relativeError: number } {
  let [product, ofActual, ofExpected, difference, largest] = [0, 0, 0, 0, 0];
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i]!, expected[i]!];
    product += a * b;
    ofActual += a * a;
    ofExpected += b * b;
    difference = Math.max(difference, Math.abs(a - b));
    largest = Math.max(largest, Math.abs(b));
  }
  return {
    cosine: product / Math.sqrt(ofActual * ofExpected),
    relativeError: difference / largest,
  };
}
