import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openArena } from './attempt.ts';
import { readCases } from './corpus.ts';
import { FORMATS, hostileCase, type HostileCase } from './hostile-case.ts';
import { seedGgufFile, seedIndex, seedShards, seedTokenizers } from './seed-model.ts';

const root = mkdtempSync(join(tmpdir(), 'informant-fuzz-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const attempt = openArena(root);

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

describe('the files that the fuzzer starts from', () => {
  const seeds: [string, HostileCase][] = [
    ['directory', { format: 'config.json', files: new Map() }],
    ['adapter', { format: 'adapter', files: new Map() }],
    ['gguf', { format: 'gguf', files: new Map([['model.gguf', seedGgufFile]]) }],
    [
      'shards',
      {
        format: 'sharded index',
        files: new Map([...seedShards, ['model.safetensors.index.json', bytesOf(seedIndex)]]),
      },
    ],
    ...seedTokenizers.map((json, at): [string, HostileCase] => [
      `tokenizer ${at}`,
      { format: 'tokenizer.json', files: new Map([['tokenizer.json', bytesOf(json)]]) },
    ]),
  ];
  it.each(seeds)('are accepted unchanged: %s', async (_, seed) => {
    expect(await attempt(seed)).toEqual({ kind: 'accepted' });
  });
});

describe('a file that once broke a loader', () => {
  const corpus = readCases(join(import.meta.dirname, 'corpus'));
  it.each(corpus)(
    'is $now without harm: $name, $found',
    async ({ hostile, now }) => {
      const outcome = await attempt(hostile);
      expect(outcome.kind).toBe(now);
    },
    30_000,
  );
});

describe('a fresh hostile file', () => {
  it('gives a typed error or sane output, never anything else', async () => {
    const seen = new Set<string>();
    const property = fc.asyncProperty(hostileCase(false), async (hostile) => {
      const { kind } = await attempt(hostile);
      seen.add(`${hostile.format} ${kind}`);
    });
    await fc.assert(property, { numRuns: 1_000, seed: 7, endOnFailure: true });
    // The fuzzer reaches both sides of every format, so it does test what it says.
    const sides = FORMATS.flatMap((format) => [`${format} accepted`, `${format} refused`]);
    expect([...seen].sort()).toEqual(sides.sort());
  }, 120_000);
});

describe('the fuzzer', () => {
  it('does not take an untyped error for a refusal', async () => {
    const files = new Map([['no-such-folder/x', new Uint8Array()]]);
    await expect(attempt({ format: 'gguf', files })).rejects.toThrow(/ENOENT/);
  });
});
