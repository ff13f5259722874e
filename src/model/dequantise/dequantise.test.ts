import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../base/json.ts';
import { GGML_TYPES } from './ggml-types.ts';

// How the golden file was made stands in its `madeWith`.
const golden = z
  .object({
    blocks: z.record(z.string(), z.object({ bytes: z.string(), values: z.array(z.number()) })),
  })
  .parse(parseJson(readFileSync(new URL('./dequantised-blocks.json', import.meta.url), 'utf8')));

describe('dequantisation', () => {
  it.each(Object.keys(golden.blocks))('%s equals the reference bit for bit', (name) => {
    const type = [...GGML_TYPES.values()].find((item) => item.name === name)!;
    const { bytes, values } = golden.blocks[name]!;
    const input = Uint8Array.from(Buffer.from(bytes, 'hex'));
    expect(input.length % type.blockBytes).toBe(0);
    const out = new Float32Array((input.length / type.blockBytes) * type.blockElements);
    type.decode(input, out);
    // -0 and 0 are the same weight.
    expect(Array.from(out, (value) => value + 0)).toEqual(values.map((value) => value + 0));
  });

  it('reads F32, F16 and BF16', () => {
    const decode = (type: number, bytes: number[]): number[] => {
      const out = new Float32Array(1);
      GGML_TYPES.get(type)!.decode(Uint8Array.from(bytes), out);
      return [...out];
    };
    expect(decode(0, [0, 0, 0xc0, 0x3f])).toEqual([1.5]);
    expect(decode(1, [0, 0x3e])).toEqual([1.5]);
    expect(decode(30, [0xc0, 0x3f])).toEqual([1.5]);
  });
});
