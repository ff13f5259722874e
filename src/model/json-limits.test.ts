import { existsSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseUntrustedJson } from './json-limits.ts';
import { readJsonFile } from './read-json-file.ts';
import { listOf, stringRecord } from './schema-parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'json-'));

describe('JSON from a hostile file', () => {
  it('is parsed when it is of ordinary shape, brackets in strings or not', () => {
    const value = { a: ['[[[', '\\"{', { b: '}' }], ['"']: [] };
    expect(parseUntrustedJson(JSON.stringify(value))).toEqual(value);
  });

  it.each([
    ['deep', `${'['.repeat(65)}${']'.repeat(65)}`, /deeper than 64/],
    [
      'of more parts than memory has room for',
      `[${'0,'.repeat(10_000_000)}0]`,
      /more than 10000000/,
    ],
    ['no JSON', '{"a": NaN}', /JSON/],
  ])('is refused when %s', (_, text, message) => {
    expect(() => parseUntrustedJson(text)).toThrow(message);
  });

  it('is refused when it is no valid UTF-8', () => {
    const path = join(folder, 'config.json');
    writeFileSync(path, Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d));
    expect(() => readJsonFile(path)).toThrow(/cannot read .*config\.json: .*utf-8/i);
  });

  it.runIf(existsSync('/dev/zero'))('is refused when it is a device that never ends', () => {
    const path = join(folder, 'tokenizer.json');
    symlinkSync('/dev/zero', path);
    expect(() => readJsonFile(path)).toThrow(/tokenizer\.json: it is not a file/);
  });
});

describe('a list or record of many bad values', () => {
  it('is refused at the first', () => {
    const many = Array.from({ length: 100_000 }, () => null);
    const list = listOf(z.string()).safeParse(['a', ...many]);
    expect(list.error?.issues).toHaveLength(1);
    expect(list.error?.issues[0]?.path).toEqual([1]);
    const record = stringRecord.safeParse(Object.fromEntries(many.map((value, i) => [i, value])));
    expect(record.error?.issues).toHaveLength(1);
  });

  it('is refused when it is longer than allowed', () => {
    expect(listOf(z.number(), 2).safeParse([1, 2]).success).toBe(true);
    expect(listOf(z.number(), 2).safeParse([1, 2, 3]).success).toBe(false);
  });
});
