import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { collect } from '../collect.fixture.ts';
import { numberedLines } from './numbered-lines.ts';
import { bytesSource, fileSource } from './prompt-source.ts';
import { MAX_PROMPT_BYTES, type PromptRow, readPrompts } from './read-prompts.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function read(name: string, data: string | Uint8Array): Promise<PromptRow[]> {
  const bytes = typeof data === 'string' ? bytesOf(data) : data;
  return collect(readPrompts(bytesSource(bytes, name)));
}

const user = (content: string) => ({ messages: [{ role: 'user', content }] });

describe('readPrompts', () => {
  it('reads prompts, chats and Inspect rows, and skips blank lines', async () => {
    const rows = await read(
      'a.jsonl',
      '\uFEFF{"prompt": "one"}\r\n\n{"messages": [{"role": "system", "content": "be kind"}, {"role": "user", "content": "two"}]}\n{"input": [{"role": "user", "content": [{"type": "text", "text": "three"}]}], "target": "x", "id": 7, "split": "held-out"}',
    );
    expect(rows).toEqual([
      { line: 1, prompt: user('one') },
      {
        line: 3,
        prompt: {
          messages: [
            { role: 'system', content: 'be kind' },
            { role: 'user', content: 'two' },
          ],
        },
      },
      { line: 4, prompt: { ...user('three'), id: '7', split: 'held-out' } },
    ]);
  });

  it('says of every bad line what is wrong with it', async () => {
    const long = 'x'.repeat(10 * MAX_PROMPT_BYTES);
    const lines = [
      bytesOf('{"prompt": "fine"}\n{"prompt": \n'),
      Uint8Array.from([0x7b, 0xff, 0xfe, 0x0a]),
      bytesOf(`{"prompt": "${long}"}\n`),
      bytesOf('{"prompt": " \\u200b "}\n{"text": "?"}\n{"prompt": "a", "input": "b"}\n'),
      bytesOf('{"messages": [{"role": "assistant", "content": "hi"}]}\n{"prompt": "\\ud800"}\n'),
    ];
    const rows = await read('a.jsonl', Buffer.concat(lines));
    expect(rows.map((row) => [row.line, 'problem' in row ? row.problem : 'prompt'])).toEqual([
      [1, 'prompt'],
      [2, 'malformed'],
      [3, 'invalid-utf8'],
      [4, 'too-long'],
      [5, 'empty'],
      [6, 'malformed'],
      [7, 'malformed'],
      [8, 'malformed'],
      [9, 'invalid-utf8'],
    ]);
  });

  it('reads Inspect datasets as JSON and CSV, with their lines', async () => {
    const json = await read(
      'a.json',
      '[\n  {"input": "a, [b]", "target": "x"},\n\n  {"input": "c"}\n]',
    );
    expect(json).toEqual([
      { line: 2, prompt: user('a, [b]') },
      { line: 4, prompt: user('c') },
    ]);
    const csv = await read('a.csv', 'id,input,target\nq1,"one, two\nthree",x\nq2,,y\n');
    expect(csv).toMatchObject([
      { line: 3, prompt: { ...user('one, two\nthree'), id: 'q1' } },
      { line: 4, problem: 'empty' },
    ]);
  });

  it('reads Parquet', async () => {
    const buffer = parquetWriteBuffer({
      columnData: [
        { name: 'prompt', data: ['one', 'two'], type: 'STRING' },
        { name: 'other', data: [1n, 2n], type: 'INT64' },
      ],
    });
    expect(await read('a.parquet', new Uint8Array(buffer))).toEqual([
      { line: 1, prompt: user('one') },
      { line: 2, prompt: user('two') },
    ]);
  });

  it.each([
    ['a.json', '{"input": "x"}', 'not a JSON array'],
    ['a.json', '[1, ', 'not a JSON array'],
    ['a.csv', 'input\n"open', 'not a CSV file'],
    ['a.parquet', 'PAR1 nothing', 'not a Parquet file'],
    ['a.txt', 'x', 'unknown extension'],
  ])('refuses %s holding %j', async (name, text, message) => {
    await expect(read(name, text)).rejects.toThrow(message);
  });

  it('names the line of a CSV file that is not UTF-8', async () => {
    const bytes = Buffer.concat([bytesOf('input\nfine\n'), Uint8Array.from([0xc3, 0x28, 0x0a])]);
    await expect(read('a.csv', bytes)).rejects.toThrow('a.csv:3');
  });

  it('names a file that cannot be read', () => {
    expect(() => fileSource('/nowhere/a.jsonl', 'a.jsonl')).toThrow('cannot read prompts a.jsonl');
  });
});

describe('numberedLines', () => {
  it('finds the same lines however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n\uFEFF]/gu, ''))),
        fc.integer({ min: 1, max: 7 }),
        async (lines, size) => {
          const bytes = bytesOf(lines.map((line) => `${line}\n`).join(''));
          const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
            bytes.subarray(i * size, (i + 1) * size),
          );
          const found = await collect(numberedLines(chunks, 1000));
          expect(found).toEqual(lines.map((text, i) => ({ line: i + 1, text })));
        },
      ),
    );
  });
});
