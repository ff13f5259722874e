import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { attempt } from './attempt.ts';
import { readCases } from './corpus.ts';
import { FORMATS, filesOf, hostileCase, type HostileCase } from './hostile-case.ts';
import { seedGgufFile, seedIndex, seedShards, seedTokenizers, writeFiles } from './seed-model.ts';

const root = mkdtempSync(join(tmpdir(), 'informant-fuzz-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let cases = 0;
async function attemptOnce(hostile: HostileCase) {
  const folder = join(root, String(cases++));
  const outcome = await attempt(hostile, folder);
  rmSync(folder, { recursive: true });
  return outcome;
}

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
    expect(await attemptOnce(seed)).toEqual({ kind: 'accepted' });
  });
});

describe('a file that once broke a loader', () => {
  const corpus = readCases(join(import.meta.dirname, 'corpus'));
  it.each(corpus)(
    'is $now without harm: $name, $found',
    async ({ hostile, now }) => {
      const outcome = await attemptOnce(hostile);
      expect(outcome.kind).toBe(now);
    },
    30_000,
  );
});

describe('a fresh hostile file', () => {
  it('gives a typed error or sane output, never anything else', async () => {
    const seen = new Set<string>();
    const property = fc.asyncProperty(hostileCase(false), async (hostile) => {
      const { kind } = await attemptOnce(hostile);
      seen.add(`${hostile.format} ${kind}`);
    });
    await fc.assert(property, { numRuns: 1_000, seed: 7, endOnFailure: true });
    // The fuzzer reaches both sides of every format, so it does test what it says.
    const sides = FORMATS.flatMap((format) => [`${format} accepted`, `${format} refused`]);
    expect([...seen].sort()).toEqual(sides.sort());
  }, 120_000);
});

describe('the watchdog of the fuzzer', () => {
  it('would see an untyped error: files that cannot be written are no outcome', async () => {
    const folder = join(root, 'plain-file');
    writeFiles(root, new Map([['plain-file', new Uint8Array()]]));
    const hostile: HostileCase = {
      format: 'gguf',
      files: filesOf({ format: 'gguf', files: new Map() }),
    };
    await expect(attempt(hostile, folder)).rejects.toThrow(/EEXIST|ENOTDIR/);
  });
});
