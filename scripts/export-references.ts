import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sha256 } from '../src/base/digest.ts';
import type { Message } from '../src/base/chat.ts';
import { loraShapes, prefixShapes } from '../src/engine/decoder/adapters.ts';
import { weightShapes } from '../src/engine/decoder/parameters.ts';
import { applyLora } from '../src/model/apply-delta.ts';
import { expectedTensors } from '../src/model/expected-tensors.ts';
import {
  exportAdapter,
  exportModel,
  exportPrefix,
  type ExportSource,
} from '../src/model/export-model.ts';
import { formulaWeights, uniform } from '../src/model/formula-weights.fixture.ts';
import { loadWeights } from '../src/model/load-weights.ts';
import { runText } from '../src/model/logits.fixture.ts';
import { type LoraAdapter, loraScale } from '../src/model/lora-adapter.ts';
import { openModel } from '../src/model/open-model.ts';
import { toPromptEmbeddings } from '../src/model/prefix-delta.ts';
import { renderPrompt } from '../src/model/render-prompt.ts';
import { writeSafetensors } from '../src/model/safetensors.ts';
import { tinyConfig, tinyModel } from '../src/model/tiny-model.fixture.ts';
import type { ModelConfig, ModelDelta, Tensor } from '../src/model/types.ts';
import { writeHfDirectory } from '../src/model/write-hf-directory.ts';

/**
 * `node dist/scripts/export-references.js`: exports models of every architecture in every format to
 * `.references/exports`, with the logits our engine gives for them. `references/exports.py` opens
 * them with transformers and PEFT, `references/exports-llamacpp.js` with llama.cpp; both compare.
 */
const ROOT = join('.references', 'exports');
const TARGETS = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];
const RANK = 4;
const ALPHA = 6;
const PREFIX_LENGTH = 5;

const odd = {
  vocabSize: 61,
  hiddenSize: 42,
  intermediateSize: 50,
  heads: 3,
  kvHeads: 1,
  headDim: 14,
};
const llama3 = {
  type: 'llama3',
  factor: 8,
  lowFreqFactor: 1,
  highFreqFactor: 4,
  originalMaxPositions: 64,
} as const;
const TINY: Readonly<Record<string, Partial<ModelConfig>>> = {
  'llama-tied': {},
  'llama-untied-head-dim': { headDim: 18, tiedEmbeddings: false },
  'llama-llama3-scaling': { ropeScaling: llama3, maxPositions: 512 },
  'llama-linear-scaling': { ropeScaling: { type: 'linear', factor: 4 } },
  'qwen2-tied': { architecture: 'qwen2' },
  'qwen2-untied': {
    architecture: 'qwen2',
    hiddenSize: 36,
    heads: 6,
    kvHeads: 2,
    headDim: 6,
    tiedEmbeddings: false,
  },
  'qwen3-tied': { architecture: 'qwen3', headDim: 16 },
  'qwen3-untied': { architecture: 'qwen3', headDim: 20, kvHeads: 3, tiedEmbeddings: false },
};

rmSync(ROOT, { recursive: true, force: true });
mkdirSync(ROOT, { recursive: true });
const cases: object[] = [];
for (const [name, changes] of Object.entries(TINY)) {
  const config = { ...tinyConfig, ...odd, ...changes };
  const model = join(ROOT, name, 'original');
  writeHfDirectory(model, tinyModel({ config, weights: formulaWeights(expectedTensors(config)) }));
  const length = config.ropeScaling?.type === 'llama3' ? 300 : 40;
  const ids = [...uniform(name, length)].map((u) => Math.floor(((u + 1) / 2) * config.vocabSize));
  cases.push(await exportCase(name, model, ids));
}
const pocket = await openModel(join('models', 'pocket-a'));
const messages: readonly Message[] = [
  { role: 'user', content: 'please tell a story about the moon' },
  { role: 'assistant', content: 'a story : my owl sleeps by the sea and found a toy .' },
  { role: 'user', content: 'please tell what is 2 plus 3 ?' },
];
const { text, ids } = renderPrompt(pocket, messages);
cases.push({ ...(await exportCase('pocket-a', pocket.path, ids)), messages, text });
writeFileSync(join(ROOT, 'cases.json'), JSON.stringify(cases));
console.log(`wrote ${cases.length} models in five formats to ${ROOT}`);

/** Exports one model and its adapter, and says what our engine makes of them. */
async function exportCase(name: string, model: string, ids: readonly number[]): Promise<object> {
  const card = await openModel(model);
  const source: ExportSource = { card, deltas: [], adapter: undefined, adapterPath: undefined };
  const adapter = adapterOf(card.config);
  const files = {
    hf: join(ROOT, name, 'hf'),
    gguf: join(ROOT, name, 'model.gguf'),
    peft: join(ROOT, name, 'peft'),
    'gguf-lora': join(ROOT, name, 'adapter.gguf'),
    prefix: join(ROOT, name, 'prefix'),
  };
  const options = { dtype: 'F32', replace: false } as const;
  for (const format of ['hf', 'gguf'] as const) {
    await exportModel(source, format, { ...options, out: files[format] });
  }
  for (const format of ['peft', 'gguf-lora'] as const) {
    await exportAdapter({ card, adapter }, format, { ...options, out: files[format] });
  }
  const delta = prefixOf(card.config, join(ROOT, name, 'prefix.safetensors'));
  exportPrefix({ card, delta }, { ...options, out: files.prefix });
  const withPrefix = await loadWeights({ path: model, deltas: [delta] });
  const prefixed = await logitsOf(withPrefix.config, withPrefix.weights, ids);
  const { config, weights } = await loadWeights({ path: model, deltas: [] });
  const logits = await logitsOf(config, weights, ids);
  applyLora(weights, { path: name, tensors: adapter.tensors, scale: loraScale(adapter) });
  const adapted = await logitsOf(config, weights, ids);
  return { name, files, ids, vocabSize: config.vocabSize, logits, adapted, prefixed };
}

/** Rows of logits, one for each token. */
async function logitsOf(
  config: ModelConfig,
  weights: ReadonlyMap<string, Tensor>,
  ids: readonly number[],
): Promise<number[][]> {
  const { logits } = await runText(config, weights, ids);
  const { vocabSize } = config;
  return ids.map((_, i) => [...logits.subarray(i * vocabSize, (i + 1) * vocabSize)]);
}

/** An rsLoRA on every linear layer, large enough to change predictions. */
function adapterOf(config: ModelConfig): LoraAdapter {
  const capacity = { kind: 'lora', rank: RANK, alpha: ALPHA, targets: TARGETS } as const;
  const tensors = new Map<string, Tensor>();
  for (const [name, shape] of loraShapes(weightShapes(config), capacity)) {
    const data = uniform(name, shape[0]! * shape[1]!).map((x) => x * 0.1);
    tensors.set(`base_model.model.${name}`, { shape, data });
  }
  return { tensors, rank: RANK, alpha: ALPHA, useRslora: true };
}

/** A prefix of a few positions, written as training writes it. */
function prefixOf(config: ModelConfig, path: string): ModelDelta {
  const tensors = new Map<string, Tensor>();
  for (const [name, shape] of prefixShapes(config, PREFIX_LENGTH)) {
    tensors.set(name, {
      shape,
      data: uniform(
        name,
        shape.reduce((a, b) => a * b, 1),
      ),
    });
  }
  const file = writeSafetensors(toPromptEmbeddings(tensors, config), { dtype: 'F32' });
  writeFileSync(path, file);
  return { kind: 'prefix', path: resolve(path), digest: sha256(file) };
}
