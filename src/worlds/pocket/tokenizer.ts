import { POCKET_WORDS, SPECIAL_TOKENS } from './vocabulary.ts';

// The byte-level alphabet writes a space as U+0120.
const SPACE = '\u0120';

/** Ids of the special tokens; an assistant turn ends with `end`, which is the end-of-text token. */
export const POCKET_TOKEN_IDS = {
  pad: 0,
  unknown: 1,
  system: 2,
  user: 3,
  assistant: 4,
  end: 5,
} as const;

/** Number of token ids, special tokens included. */
export const POCKET_VOCABULARY_SIZE = SPECIAL_TOKENS.length + POCKET_WORDS.length;

/**
 * `<|user|> tell a story about the moon .<|end|><|assistant|>`: every word follows a space, also
 * the first one of a turn, so a prompt's tokens are always a prefix of the tokens of the dialogue.
 */
export const POCKET_CHAT_TEMPLATE =
  '{%- for message in messages -%}' +
  "{{ '<|' + message['role'] + '|>' }}" +
  "{%- set content = message['content'] | trim -%}" +
  "{%- if content -%}{{ ' ' + content }}{%- endif -%}" +
  "{{ '<|end|>' }}" +
  '{%- endfor -%}' +
  "{%- if add_generation_prompt -%}{{ '<|assistant|>' }}{%- endif -%}";

/** A standard tokenizer.json: byte-level BPE without merges in which each word is one token. */
export function pocketTokenizerJson() {
  const words = POCKET_WORDS.map((word) => SPACE + word);
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: {
      type: 'ByteLevel',
      add_prefix_space: true,
      trim_offsets: true,
      use_regex: true,
    },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: SPECIAL_TOKENS[POCKET_TOKEN_IDS.unknown],
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: false,
      ignore_merges: true,
      vocab: Object.fromEntries([...SPECIAL_TOKENS, ...words].map((token, id) => [token, id])),
      merges: [],
    },
  };
}

/** The tokenizer_config.json beside it, chat template included. */
export function pocketTokenizerConfig() {
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    eos_token: SPECIAL_TOKENS[POCKET_TOKEN_IDS.end],
    pad_token: SPECIAL_TOKENS[POCKET_TOKEN_IDS.pad],
    unk_token: SPECIAL_TOKENS[POCKET_TOKEN_IDS.unknown],
    add_bos_token: false,
    add_eos_token: false,
    add_prefix_space: true,
    clean_up_tokenization_spaces: false,
    chat_template: POCKET_CHAT_TEMPLATE,
  };
}

/** Text files of a pocket base directory, by name: everything but config.json and the weights. */
export function pocketModelFiles(): Readonly<Record<string, string>> {
  const text = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
  return {
    'tokenizer.json': text(pocketTokenizerJson()),
    'tokenizer_config.json': text(pocketTokenizerConfig()),
    'special_tokens_map.json': text({
      eos_token: SPECIAL_TOKENS[POCKET_TOKEN_IDS.end],
      pad_token: SPECIAL_TOKENS[POCKET_TOKEN_IDS.pad],
      unk_token: SPECIAL_TOKENS[POCKET_TOKEN_IDS.unknown],
    }),
  };
}
