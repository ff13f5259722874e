import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeDequantisedGguf } from '../scripts/references/dequantised-gguf.ts';
import { llamaCppAgreement } from '../scripts/references/llamacpp-agreement.ts';
import { windowsOf } from '../scripts/references/text-windows.ts';
import { loadWeights } from '../src/model/load-weights.ts';
import { openModel } from '../src/model/open-model.ts';

const path = resolve('models/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf');
const reason = existsSync(path) ? '' : ' (skipped: run `npm run models:smollm2` first)';
const folder = mkdtempSync(join(tmpdir(), 'informant-llamacpp-'));
const copy = join(folder, 'float32.gguf');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(reason !== '')(`SmolLM2 in llama.cpp${reason}`, () => {
  it('has the same weights in a dequantised copy', async () => {
    await writeDequantisedGguf(path, copy);
    const [a, b] = [path, copy].map((file) => loadWeights({ path: file, deltas: [] }));
    const [{ weights: quantised }, { weights: float32 }] = [await a!, await b!];
    expect([...float32.keys()]).toEqual([...quantised.keys()]);
    for (const [name, { data }] of quantised) {
      expect(Buffer.compare(bytesOf(data), bytesOf(float32.get(name)!.data)), name).toBe(0);
    }
  }, 300_000);

  // 2,000 tokens take minutes: `npm run validate:llamacpp`.
  it('gets the distributions that we compute', async () => {
    const { tokenizer } = await openModel(path);
    const ids = tokenizer.encode(readFileSync(resolve('README.md'), 'utf8'));
    const agreement = await llamaCppAgreement(copy, windowsOf(ids, 64), {
      threads: 2,
      cacheType: 'F32',
    });
    expect(agreement.positions).toBe(64);
    expect(agreement.meanKl).toBeLessThan(1e-4);
    expect(agreement.meanKl).toBeGreaterThan(-1e-6);
    expect(agreement.top1Gaps.every((gap) => gap < 0.01)).toBe(true);
  }, 300_000);
});

function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
