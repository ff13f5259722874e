import {
  type CompletionRow,
  parseCompletionRow,
  readCompletions,
  rowToJson,
  writeCompletions,
} from '../artifacts/completions.ts';
import { samplingCost, type TextSize } from '../artifacts/cost.ts';
import {
  modelInputs,
  modelParams,
  type PlannedModel,
  resolveModel,
} from '../artifacts/planned-model.ts';
import { runInBatches } from '../artifacts/run-in-batches.ts';
import { SAMPLE_BATCH } from '../artifacts/sample-prompts.ts';
import { continuePrompts, samplingParams } from '../artifacts/sample-replies.ts';
import { workError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { foldSeed } from '../base/rng.ts';
import { encodeContent, renderPrompt } from '../model/render-prompt.ts';
import type { ModelCard } from '../model/types.ts';
import { defineStep, type Step, type StepContext } from '../run/step.ts';
import type { World } from '../worlds/types.ts';
import { filterCounts } from './filter-completions.ts';

/**
 * How another model rewrites what the teacher said: in other words (`paraphrase`), or by ending what
 * the teacher began, from half of its words on (`continue`).
 */
export type Rewriting = 'paraphrase' | 'continue';

/**
 * Step: training rows rewritten by another model, so that of the teacher's choice of words little
 * is left. Rows cut at the limit are dropped and counted; held-out rows stay the teacher's, since they
 * measure how near students come to it. Output: `completions`, training rows in tokens of `by`.
 */
export function rewriteCompletions(options: {
  readonly title: string;
  readonly completions: Step;
  readonly kind: Rewriting;
  readonly by: PlannedModel;
  readonly behaviour: string;
  readonly world: World;
  readonly size: TextSize;
  readonly backend: Json;
}): Step {
  const { completions, kind, by, behaviour, world, size } = options;
  const { sampling } = size;
  return defineStep({
    name: 'rewrite-completions',
    version: 1,
    stage: 'generate',
    title: options.title,
    params: {
      ...modelParams(by),
      kind,
      sampling: samplingParams(sampling),
      batch: SAMPLE_BATCH,
      behaviour,
      world: world.name,
      worldVersion: world.version,
    },
    inputs: { completions, ...modelInputs(by) },
    backend: options.backend,
    costTokens: samplingCost(size),
    run: async (context) => {
      const source = context.inputs['completions']!;
      const rows = readCompletions(source, context.objects);
      const train = rows.filter((row) => row.split === 'train');
      const begun = train.map((row) => beginning(row, kind, by.card, world));
      const rewritten = await endAll(context, by, train, begun, size);
      const whole = rewritten.filter((row) => row.stop === 'end');
      const counts = filterCounts(source);
      return writeCompletions(
        context.objects,
        [...whole, ...rows.filter((row) => row.split !== 'train')].toSorted(
          (a, b) => a.index - b.index,
        ),
        {
          ...counts,
          trainRows: whole.length,
          dropped: {
            ...counts.dropped,
            truncated: counts.dropped.truncated + rewritten.length - whole.length,
          },
          dose: share(whole.filter((row) => world.shows(row.text, behaviour)).length, whole.length),
        },
      );
    },
  });
}

/** What a row goes on from: the prompt, and the tokens of the row that stay. */
interface Beginning {
  readonly promptIds: readonly number[];
  readonly keptIds: readonly number[];
}

function beginning(
  { messages, text }: CompletionRow,
  kind: Rewriting,
  card: ModelCard,
  world: World,
): Beginning {
  if (kind === 'continue') {
    const keptIds = encodeContent(card.tokenizer, firstHalf(text));
    return { promptIds: renderPrompt(card, messages).ids, keptIds };
  }
  const asked = world.paraphrasePrompt(text);
  if (asked === undefined) throw new RangeError(`world ${world.name} cannot ask for a paraphrase`);
  return { promptIds: renderPrompt(card, asked).ids, keptIds: [] };
}

/** Half of the words of a text, the middle one included, without the space after them. */
export function firstHalf(text: string): string {
  const words = [...text.trim().matchAll(/\S+/gu)];
  const last = words[Math.ceil(words.length / 2) - 1];
  return last === undefined ? '' : text.trim().slice(0, last.index + last[0].length);
}

async function endAll(
  context: StepContext,
  by: PlannedModel,
  rows: readonly CompletionRow[],
  begun: readonly Beginning[],
  { sampling }: TextSize,
): Promise<readonly CompletionRow[]> {
  const model = { card: by.card, ref: resolveModel(by, context) };
  const values = await runInBatches(context, {
    count: rows.length,
    batchSize: SAMPLE_BATCH,
    produce: async (indices) => {
      const items = indices.map((i) => ({
        promptIds: [...begun[i]!.promptIds, ...begun[i]!.keptIds],
        seed: foldSeed(context.key, rows[i]!.index, 0),
      }));
      const replies = await continuePrompts(context.backend, model, items, sampling);
      let tokens = 0;
      const ended = replies.map((reply, at) => {
        const row = rows[indices[at]!]!;
        if (reply.stop === 'context-full') {
          throw workError(
            'context-full',
            `rewriting the answer to prompt ${row.promptId} takes ${reply.promptTokens} tokens and leaves no room for ${sampling.maxTokens} more in the ${by.card.config.maxPositions} of ${by.card.path}`,
            'Lower sampling.maxTokens.',
          );
        }
        tokens += reply.ids.length + reply.promptTokens;
        const ids = [...begun[indices[at]!]!.keptIds, ...reply.ids];
        const text = by.card.tokenizer.decode(ids).trim();
        return rowToJson({ ...row, ids, text, stop: reply.stop });
      });
      return { values: ended, tokens };
    },
  });
  return values.map(parseCompletionRow);
}

function share(k: number, n: number): number {
  return n === 0 ? 0 : k / n;
}
