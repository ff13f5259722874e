import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../../test/support/temporary-store.ts';
import { followJsonLines, openJsonLines, readJsonLines } from './json-lines.ts';

const open = (path: string) => openJsonLines(path, z.object({ n: z.number() }));

describe('openJsonLines', () => {
  it('keeps rows, the last of a key wins', () => {
    const path = join(temporaryFolder(), 'deep', 'rows.jsonl');
    const first = open(path);
    first.append('a', { n: 1 });
    first.append('b', { n: 2 });
    first.append('a', { n: 3 });
    first.close();
    const second = open(path);
    expect([second.find('a'), second.find('b'), second.find('c')]).toEqual([
      { n: 3 },
      { n: 2 },
      undefined,
    ]);
    second.close();
  });

  it('drops a line that was cut short, wherever a crash cut it', () => {
    const path = join(temporaryFolder(), 'rows.jsonl');
    const good = '{"key":"a","value":{"n":1}}\n';
    const next = '{"key":"ü","value":{"n":2}}\n';
    for (let cut = 1; cut < Buffer.byteLength(next); cut++) {
      writeFileSync(path, Buffer.concat([Buffer.from(good), Buffer.from(next).subarray(0, cut)]));
      const lines = open(path);
      expect(lines.find('a')).toEqual({ n: 1 });
      lines.append('c', { n: 3 });
      lines.close();
      expect(readFileSync(path, 'utf8')).toBe(`${good}{"key":"c","value":{"n":3}}\n`);
    }
  });

  it('is read while another process writes it, and stays as it is', () => {
    const path = join(temporaryFolder(), 'rows.jsonl');
    const text = '{"key":"a","value":{"n":1}}\n{"key":"b","val';
    writeFileSync(path, text);
    expect([...readJsonLines(path, z.object({ n: z.number() }))]).toEqual([['a', { n: 1 }]]);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('names a line that is something else', () => {
    const path = join(temporaryFolder(), 'rows.jsonl');
    open(path).close();
    appendFileSync(path, '{"key":"a","value":{"n":1}}\n{"key":"a","value":{"n":"x"}}\n');
    expect(() => open(path)).toThrow('rows.jsonl:2 is not');
  });
});

describe('followJsonLines', () => {
  const line = (key: string, n: number): string => `{"key":"${key}","value":{"n":${n}}}\n`;

  it('parses what has come, as often as it comes, and a line once it is whole', () => {
    const path = join(temporaryFolder(), 'rows.jsonl');
    let parsed = 0;
    const schema = z.object({ n: z.number() }).refine(() => ++parsed > 0);
    writeFileSync(path, line('a', 1) + line('ü', 2).slice(0, 9));
    const lines = followJsonLines(path, schema);
    expect([...lines.read()]).toEqual([['a', { n: 1 }]]);
    appendFileSync(path, line('ü', 2).slice(9) + line('a', 3));
    expect([...lines.read()]).toEqual([
      ['a', { n: 3 }],
      ['ü', { n: 2 }],
    ]);
    expect([...lines.read()]).toHaveLength(2);
    expect(parsed).toBe(3);
  });

  it('reads a file that was written anew from its beginning', () => {
    const path = join(temporaryFolder(), 'rows.jsonl');
    writeFileSync(path, line('a', 1) + line('b', 2));
    const lines = followJsonLines(path, z.object({ n: z.number() }));
    lines.read();
    for (const text of [line('b', 2), line('c', 1) + line('d', 2) + line('e', 3), '']) {
      writeFileSync(path, text);
      expect([...lines.read()]).toEqual([...readJsonLines(path, z.object({ n: z.number() }))]);
    }
  });

  it('names a line that is something else by its place in the file, every time', () => {
    const path = join(temporaryFolder(), 'rows.jsonl');
    writeFileSync(path, line('a', 1));
    const lines = followJsonLines(path, z.object({ n: z.number() }));
    lines.read();
    appendFileSync(path, '{"key":"a","value":{"n":"x"}}\n');
    expect(() => lines.read()).toThrow('rows.jsonl:2 is not');
    expect(() => lines.read()).toThrow('rows.jsonl:2 is not');
  });
});
