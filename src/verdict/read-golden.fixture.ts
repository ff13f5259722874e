import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** Rows of goldens/<name>.json, which `scripts/verdict-goldens.py` writes. */
export function goldenNumbers(name: string): readonly (readonly number[])[] {
  return z.object({ rows: z.array(z.array(z.number())) }).parse(readGolden(name)).rows;
}

/** Rows of a golden file whose first cell is a list: [list, ...numbers or list]. */
export function goldenLists(name: string): readonly { list: number[]; rest: number[] }[] {
  const row = z.tuple([z.array(z.number())], z.union([z.number(), z.array(z.number())]));
  return z
    .object({ rows: z.array(row) })
    .parse(readGolden(name))
    .rows.map(([list, ...rest]) => ({ list, rest: rest.flat() }));
}

/** Rows of a golden file of any other shape. */
export function goldenRows<T>(name: string, row: z.ZodType<T>): readonly T[] {
  return z.object({ rows: z.array(row) }).parse(readGolden(name)).rows;
}

function readGolden(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./goldens/${name}.json`, import.meta.url), 'utf8'));
}
