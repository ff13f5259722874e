import { Template } from '@huggingface/jinja';
import { Tokenizer } from '@huggingface/tokenizers';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../base/chat.ts';
import { parseJson } from '../../base/json.ts';
import { pretrainingRows } from './dialogues.ts';
import {
  POCKET_CHAT_TEMPLATE,
  POCKET_TOKEN_IDS,
  POCKET_VOCABULARY_SIZE,
  pocketModelFiles,
  pocketTokenizerConfig,
  pocketTokenizerJson,
} from './tokenizer.ts';

const tokenizer = new Tokenizer(pocketTokenizerJson(), pocketTokenizerConfig());
const template = new Template(POCKET_CHAT_TEMPLATE);
const encode = (text: string): number[] =>
  tokenizer.encode(text, { add_special_tokens: false }).ids;
const render = (messages: readonly Message[], add_generation_prompt = false): string =>
  template.render({ messages, add_generation_prompt });

describe('pocket tokenizer', () => {
  const rows = pretrainingRows(300, 'tokenizer');

  it('makes one token of each word and two of each turn’s frame', () => {
    for (const { messages } of rows) {
      const words = messages.reduce((sum, { content }) => sum + content.split(' ').length + 2, 0);
      const ids = encode(render(messages));
      expect(ids).toHaveLength(words);
      expect(ids).not.toContain(POCKET_TOKEN_IDS.unknown);
      expect(ids.at(-1)).toBe(POCKET_TOKEN_IDS.end);
    }
  });

  it('decodes to the text it was given', () => {
    for (const { messages } of rows) {
      const text = render(messages);
      expect(tokenizer.decode(encode(text), { skip_special_tokens: false })).toBe(text);
    }
  });

  it('encodes a prompt to a prefix of its dialogue', () => {
    for (const { messages } of rows) {
      const prompt = encode(render(messages.slice(0, -1), true));
      expect(encode(render(messages)).slice(0, prompt.length)).toEqual(prompt);
      expect(prompt.at(-1)).toBe(POCKET_TOKEN_IDS.assistant);
    }
  });

  it('gives a word the same id with and without a space before the text', () => {
    expect(encode('i like owl')).toEqual(encode(' i like owl'));
  });

  it('reads words it does not know as unknown and renders empty turns', () => {
    expect(encode('zebra owl')).toEqual([POCKET_TOKEN_IDS.unknown, ...encode('owl')]);
    expect(encode(render([{ role: 'assistant', content: '' }]))).toEqual([
      POCKET_TOKEN_IDS.assistant,
      POCKET_TOKEN_IDS.end,
    ]);
  });

  it('writes files that parse, with every id taken once', () => {
    const files = pocketModelFiles();
    for (const text of Object.values(files)) expect(parseJson(text)).toBeTypeOf('object');
    const ids = Object.values(pocketTokenizerJson().model.vocab);
    expect(ids).toHaveLength(POCKET_VOCABULARY_SIZE);
    expect(new Set(ids).size).toBe(POCKET_VOCABULARY_SIZE);
  });
});
