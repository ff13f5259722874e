import type { JsonObject } from '../base/json.ts';
import { EMBEDDING, expectedTensors, LM_HEAD } from './expected-tensors.ts';
import { tokenText } from './hf-tokenizer.ts';
import { parseWith } from './read-json-file.ts';
import type { FloatDtype } from './safetensors.ts';
import { readTokenizerTables } from './tokenizer-tables.ts';
import type { ModelConfig, Tensor, Weights } from './types.ts';

/** What a model directory or a GGUF file is made of. */
export interface WritableModel {
  readonly config: ModelConfig;
  readonly weights: Weights;
  /** Content of tokenizer.json. */
  readonly tokenizerJson: JsonObject;
  /** Content of tokenizer_config.json; names the special tokens. */
  readonly tokenizerConfig: JsonObject;
  /** Ids at which a turn ends, where they are more than `eos_token`. */
  readonly endIds?: readonly number[];
  readonly chatTemplate: string;
  readonly dtype: FloatDtype;
  readonly lineage?: { readonly parent: string };
}

type SpecialName = 'bos' | 'eos' | 'pad' | 'unk';

/**
 * The ids of the special tokens that tokenizer_config.json names; throws RangeError when it names
 * one that the tokenizer has not.
 */
export function specialTokenIds({
  tokenizerJson,
  tokenizerConfig,
}: Pick<WritableModel, 'tokenizerJson' | 'tokenizerConfig'>): Partial<Record<SpecialName, number>> {
  const { tokens } = readTokenizerTables('tokenizerJson', tokenizerJson);
  const ids: Partial<Record<SpecialName, number>> = {};
  for (const name of ['bos', 'eos', 'pad', 'unk'] as const) {
    const key = `${name}_token`;
    const text = parseWith(`tokenizerConfig.${key}`, tokenText, tokenizerConfig[key]);
    if (typeof text !== 'string') continue;
    const id = tokens.find(([, token]) => token === text)?.[0];
    if (id === undefined) throw new RangeError(`${key} ${text} is not in the tokenizer`);
    ids[name] = id;
  }
  return ids;
}

/**
 * Exactly the tensors the config needs, so a tied head is never written; throws RangeError when one
 * is missing or has another shape.
 */
export function neededTensors({
  config,
  weights,
}: Pick<WritableModel, 'config' | 'weights'>): Map<string, Tensor> {
  const needed = new Map<string, Tensor>();
  for (const [name, shape] of expectedTensors(config)) {
    const tensor = weights.get(name);
    if (tensor === undefined || tensor.shape.join() !== shape.join()) {
      const hint = name === LM_HEAD ? `; tie it to ${EMBEDDING} in the config if it has none` : '';
      throw new RangeError(`weights lack "${name}" [${shape.join(', ')}]${hint}`);
    }
    needed.set(name, tensor);
  }
  return needed;
}
