import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../base/errors.ts';
import { tinyGgufTensors, tinyMetadata, writeGguf } from './gguf.fixture.ts';
import { openModel } from './open-model.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import { tinyWeights } from './tiny-model.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostile-'));

/** A few bytes of the header replaced by any others. */
function damage(bytes: Uint8Array, headerBytes: number): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(headerBytes - 1), fc.nat(255));
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const damaged = bytes.slice();
    for (const [at, value] of changes) damaged[at] = value;
    return damaged;
  });
}

describe('a damaged header', () => {
  it('of a GGUF file is a user error or harmless, never a crash', async () => {
    const { tensors, data } = tinyGgufTensors();
    const whole = writeGguf(tinyMetadata(), tensors, data);
    const path = join(folder, 'damaged.gguf');
    const property = fc.asyncProperty(damage(whole, whole.length - data.length), async (bytes) => {
      writeFileSync(path, bytes);
      const error = await openModel(path).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error !== undefined) expect(error).toBeInstanceOf(AppError);
    });
    await fc.assert(property, { numRuns: 150 });
  }, 60_000);

  it('of a safetensors file is a user error or harmless, never a crash', () => {
    const whole = writeSafetensors(tinyWeights(), { dtype: 'BF16' });
    const headerBytes = Number(new DataView(whole.buffer).getBigUint64(0, true)) + 8;
    const property = fc.property(damage(whole, headerBytes), (bytes) => {
      try {
        readSafetensors(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    });
    fc.assert(property, { numRuns: 300 });
  });
});
