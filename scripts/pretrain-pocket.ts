import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { initWeights } from '../src/engine/init-weights.ts';
import { createSessionCache } from '../src/engine/session-cache.ts';
import { trainModel } from '../src/engine/train/train-model.ts';
import type { TokenExample } from '../src/engine/types.ts';
import { openModel } from '../src/model/open-model.ts';
import { renderMessages, renderPrompt } from '../src/model/render-prompt.ts';
import type { ModelCard, ModelConfig } from '../src/model/types.ts';
import type { WritableModel } from '../src/model/writable-model.ts';
import { writeHfDirectory } from '../src/model/write-hf-directory.ts';
import { pretrainingRows, type TrainingDialogue } from '../src/worlds/pocket/dialogues.ts';
import {
  POCKET_CHAT_TEMPLATE,
  POCKET_VOCABULARY_SIZE,
  pocketTokenizerConfig,
  pocketTokenizerJson,
} from '../src/worlds/pocket/tokenizer.ts';

/**
 * `node dist/scripts/pretrain-pocket.js pocket-a`: trains a base of the pocket world from nothing
 * and writes it to models/. The name is the seed of weights, data and order, so the same name gives
 * the same base on the same kind of processor.
 */
const CONFIG: ModelConfig = {
  architecture: 'llama',
  vocabSize: POCKET_VOCABULARY_SIZE,
  hiddenSize: 96,
  intermediateSize: 256,
  layers: 3,
  heads: 4,
  kvHeads: 4,
  headDim: 24,
  ropeTheta: 10_000,
  rmsNormEps: 1e-5,
  maxPositions: 256,
  tiedEmbeddings: true,
};
const STEPS = 3000;
const BATCH_SIZE = 64;
const OPTIMISER = {
  learningRate: 3e-3,
  warmupSteps: 50,
  schedule: 'cosine' as const,
  weightDecay: 0.01,
  maxGradNorm: 1,
  beta1: 0.9,
  beta2: 0.98,
  epsilon: 1e-8,
};

const { positionals } = parseArgs({ allowPositionals: true });
const [name] = positionals;
if (name === undefined) throw new Error('give the base a name: pocket-a or pocket-b');
await pretrain(name, join('models', name));

async function pretrain(seed: string, directory: string): Promise<void> {
  const model: WritableModel = {
    config: CONFIG,
    weights: initWeights(CONFIG, seed),
    tokenizerJson: pocketTokenizerJson(),
    tokenizerConfig: pocketTokenizerConfig(),
    chatTemplate: POCKET_CHAT_TEMPLATE,
    dtype: 'F16',
  };
  const card = await cardOf(model);
  const examples = pretrainingRows(STEPS * BATCH_SIZE, seed).map((row) => toExample(card, row));
  const cache = createSessionCache({ threads: 1 });
  const start = performance.now();
  const { tensors } = await trainModel(cache, {
    config: CONFIG,
    weights: model.weights,
    capacity: { kind: 'full' },
    examples,
    objective: { kind: 'sft' },
    epochs: 1,
    batchSize: BATCH_SIZE,
    optimiser: OPTIMISER,
    seed,
    onProgress: ({ step, steps, loss, tokens }) => {
      if (step % 100 !== 0 && step !== steps) return;
      const seconds = (performance.now() - start) / 1000;
      const left = (seconds / step) * (steps - step);
      console.log(
        `step ${step}/${steps}  loss ${loss.toFixed(3)}  ${(tokens / seconds).toFixed(0)} tokens/s  ${left.toFixed(0)} s left`,
      );
    },
  });
  await cache.close();
  writeHfDirectory(directory, { ...model, weights: tensors }, { replace: true });
  console.log(`wrote ${directory}`);
}

/** Opens the untrained model, so that training text is rendered exactly as every other text is. */
async function cardOf(model: WritableModel): Promise<ModelCard> {
  const directory = mkdtempSync(join(tmpdir(), 'pocket-'));
  try {
    writeHfDirectory(join(directory, 'base'), model);
    return await openModel(join(directory, 'base'));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The last assistant turn is trained; earlier turns are of kinds that are trained as last ones. */
function toExample(card: ModelCard, { messages }: TrainingDialogue): TokenExample {
  const promptIds = renderPrompt(card, messages.slice(0, -1)).ids;
  const all = renderMessages(card, messages, false).ids;
  if (promptIds.some((id, i) => all[i] !== id)) throw new Error('a prompt is no prefix of its row');
  return { promptIds, completionIds: all.slice(promptIds.length) };
}
