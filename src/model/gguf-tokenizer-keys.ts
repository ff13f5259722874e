/** Token types of llama.cpp (llama_token_type). */
export const TOKEN_TYPE = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5 } as const;

/** Keys below `tokenizer.ggml.` that hold the ids of special tokens. */
export const SPECIAL_KEYS = {
  bos: 'bos_token_id',
  eos: 'eos_token_id',
  pad: 'padding_token_id',
  unk: 'unknown_token_id',
} as const;

/** All of these end a turn: chat models name the token that closes it in one or the other. */
export const END_KEYS = ['eos_token_id', 'eot_token_id', 'eom_token_id'] as const;

/** Holds the whole tokenizer.json, where a converter put it (GGUF specification). */
export const TOKENIZER_JSON = 'tokenizer.huggingface.json';
