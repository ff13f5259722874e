import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openModel } from '../src/model/open-model.ts';
import { writeDequantisedGguf } from './references/dequantised-gguf.ts';
import { type Agreement, llamaCppAgreement } from './references/llamacpp-agreement.ts';
import { windowsOf } from './references/text-windows.ts';

/**
 * `npm run validate:llamacpp [-- --tokens 2000 --json]`
 *
 * Compares our next-token distributions on SmolLM2 with llama.cpp's, teacher-forced on this
 * repository's own documents. On the file as it is, llama.cpp rounds activations to 8 bits and its
 * cache to 16, and we do not; on a float32 copy of the same weights with a float32 cache both
 * compute the same thing, so that comparison is the one with goals: mean KL at most 1e-4, the same
 * likeliest token at 99.9% of positions or more. Exit code 1 when they are missed.
 */
const { values } = parseArgs({
  options: {
    tokens: { type: 'string', default: '2000' },
    json: { type: 'boolean', default: false },
  },
});
const MAX_MEAN_KL = 1e-4;
const MIN_TOP1 = 0.999;
const path = resolve('models/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf');
const threads = availableParallelism();
const { tokenizer } = await openModel(path);
const text = ['README.md', 'ARCHITECTURE.md', 'docs/validation.md']
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');
const windows = windowsOf(tokenizer.encode(text), Number(values.tokens));
const folder = mkdtempSync(join(tmpdir(), 'informant-gguf-'));
try {
  const copy = join(folder, 'float32.gguf');
  await writeDequantisedGguf(path, copy);
  const float32 = await llamaCppAgreement(copy, windows, { threads, cacheType: 'F32' });
  report('float32 copy, float32 cache', float32);
  const quantised = await llamaCppAgreement(path, windows, { threads, cacheType: 'F16' });
  report('quantised file, float16 cache', quantised);
  const ok = float32.meanKl <= MAX_MEAN_KL && float32.top1 >= MIN_TOP1;
  if (values.json) console.log(JSON.stringify({ ok, float32, quantised }));
  if (!ok) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function report(what: string, { positions, meanKl, maxKl, top1, top1Gaps }: Agreement): void {
  if (values.json) return;
  console.log(
    `${what}: ${positions} positions, mean KL ${meanKl.toExponential(2)}, max ${maxKl.toExponential(2)} nats, ` +
      `same likeliest token at ${(100 * top1).toFixed(2)}% ` +
      `(largest gap where not: ${Math.max(0, ...top1Gaps).toFixed(4)} nats)`,
  );
}
