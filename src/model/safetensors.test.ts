import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSafetensors, readSafetensors, writeSafetensors } from './safetensors.ts';
import type { Tensor } from './types.ts';

const tensors = fc
  .dictionary(
    fc.string({ minLength: 1, maxLength: 12 }).filter((name) => name !== '__metadata__'),
    fc.array(fc.float({ noNaN: true }), { maxLength: 12 }),
    { maxKeys: 5 },
  )
  .map(
    (object) =>
      new Map<string, Tensor>(
        Object.entries(object).map(([name, values]) => [
          name,
          { shape: [values.length], data: Float32Array.from(values) },
        ]),
      ),
  );

/** A file with any header and data. */
function file(header: string, data = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const entry = (begin: number, end: number, dtype = 'F32', shape = [(end - begin) / 4]): string =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });

describe('safetensors', () => {
  it('keeps names, shapes and values, in memory and on disk', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'safetensors-')), 'a.safetensors');
    fc.assert(
      fc.property(tensors, (input) => {
        const bytes = writeSafetensors(input, { dtype: 'F32' });
        writeFileSync(path, bytes);
        for (const output of [readSafetensors(bytes), readSafetensors(path)]) {
          expect([...output.keys()].sort()).toEqual([...input.keys()].sort());
          for (const [name, tensor] of input) expect(output.get(name)).toEqual(tensor);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('does not depend on the order of insertion', () => {
    fc.assert(
      fc.property(tensors, (input) => {
        const reversed = new Map([...input].reverse());
        expect(writeSafetensors(reversed, { dtype: 'F32' })).toEqual(
          writeSafetensors(input, { dtype: 'F32' }),
        );
      }),
    );
  });

  it('writes a padded header with format pt and own metadata', () => {
    const data = Float32Array.of(1, 2);
    const bytes = writeSafetensors(new Map([['w', { shape: [2], data }]]), {
      dtype: 'F16',
      metadata: { made: 'here' },
    });
    const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(headerBytes % 8).toBe(0);
    const opened = openSafetensors(bytes);
    expect(Object.fromEntries(opened.metadata)).toEqual({ format: 'pt', made: 'here' });
    expect([...opened.read('w').data]).toEqual([1, 2]);
  });

  it('views aligned F32 bytes and copies unaligned ones', () => {
    const bytes = writeSafetensors(new Map([['w', { shape: [1], data: Float32Array.of(3) }]]), {
      dtype: 'F32',
    });
    expect(readSafetensors(bytes).get('w')!.data.buffer).toBe(bytes.buffer);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect([...readSafetensors(shifted.subarray(1)).get('w')!.data]).toEqual([3]);
  });

  it('refuses to lose a finite value', () => {
    const tensor = { shape: [1], data: Float32Array.of(70_000) };
    expect(() => writeSafetensors(new Map([['big', tensor]]), { dtype: 'F16' })).toThrow(
      /"big" holds 70000/,
    );
  });
});

describe('hostile safetensors', () => {
  const whole = writeSafetensors(
    new Map([['model.w', { shape: [2, 3], data: new Float32Array(6) }]]),
    { dtype: 'F32' },
  );

  it('reports every truncation as such or as damage, and names the file', () => {
    const directory = mkdtempSync(join(tmpdir(), 'safetensors-'));
    for (let length = 0; length < whole.length; length++) {
      const path = join(directory, `${length}.safetensors`);
      writeFileSync(path, whole.subarray(0, length));
      expect(() => readSafetensors(path)).toThrow(`${path} is truncated`);
    }
  });

  it.each([
    [
      'a header longer than allowed',
      () => Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0),
      /claims 4294967296 bytes/,
    ],
    ['a header that is no object', () => file('[1]'), /does not start with/],
    ['a header that is no JSON', () => file('{"a":'), /is not JSON/],
    [
      'a missing field',
      () => file('{"a":{"dtype":"F32","shape":[1]}}'),
      /"a" has a bad header entry/,
    ],
    ['a negative length', () => file(`{"a":${entry(0, 4, 'F32', [-1])}}`), /"a" has a bad/],
    [
      'an unknown dtype',
      () => file(`{"a":${entry(0, 4, 'F99')}}`),
      /"a" has the unknown dtype "F99"/,
    ],
    [
      'a size that does not fit the shape',
      () => file(`{"a":${entry(0, 4, 'F32', [2])}}`),
      /"a" has 4 bytes, but F32 \[2\] needs 8/,
    ],
    [
      'a shape that overflows',
      () => file(`{"a":${entry(0, 0, 'F32', [2 ** 40, 2 ** 40])}}`),
      /"a" has 0 bytes/,
    ],
    [
      'a duplicate key',
      () => file(`{"a":${entry(0, 4)},"a":${entry(0, 4)}}`, new Uint8Array(4)),
      /key "a" twice/,
    ],
    [
      'an escaped duplicate key',
      () => file(`{"a":${entry(0, 4)},"\\u0061":${entry(0, 4)}}`, new Uint8Array(4)),
      /key "a" twice/,
    ],
    [
      'overlapping tensors',
      () => file(`{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, new Uint8Array(12)),
      /"b" overlaps/,
    ],
    [
      'a hole',
      () => file(`{"a":${entry(0, 4)},"b":${entry(8, 12)}}`, new Uint8Array(12)),
      /hole of 4 bytes before tensor "b"/,
    ],
    [
      'bytes of no tensor',
      () => file(`{"a":${entry(0, 4)}}`, new Uint8Array(9)),
      /5 bytes at its end/,
    ],
    [
      'an end past the file',
      () => file(`{"a":${entry(0, 400)}}`, new Uint8Array(4)),
      /truncated: tensor "a"/,
    ],
    ['metadata that is not text', () => file('{"__metadata__":{"a":1}}'), /__metadata__/],
    [
      'integers where floats are needed',
      () => file(`{"a":${entry(0, 4, 'I32')}}`, new Uint8Array(4)),
      /"a" in buffer is I32/,
    ],
  ])('refuses %s', (_, make, message) => {
    expect(() => readSafetensors(make())).toThrow(message);
  });

  it('takes names of object internals as names', () => {
    const bytes = file(`{"__proto__":${entry(0, 4)}}`, new Uint8Array(4));
    expect([...readSafetensors(bytes).keys()]).toEqual(['__proto__']);
  });
});
