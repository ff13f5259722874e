import { type CompletionRow, readCompletions, writeCompletions } from '../artifacts/completions.ts';
import { readDivergence } from '../artifacts/divergence.ts';
import type { TokenDivergence } from '../backends/backend.ts';
import type { JsonObject } from '../base/json.ts';
import { defineStep, type Step } from '../run/step.ts';
import type { Artifact, Objects } from '../store/types.ts';
import type { World } from '../worlds/types.ts';
import { filterCounts } from './filter-completions.ts';

/**
 * Which training rows are taken: the first ones, which the seed of the prompt set has put in no
 * order; those at whose tokens two models are furthest apart (mean divergence); or all but the share
 * whose tokens one model finds likeliest compared with the other (mean log-ratio). A divergence
 * says where models differ whatever was said there; a log-ratio says which rows are the one's own.
 */
export type RowChoice =
  | { readonly kind: 'first'; readonly count: number }
  | { readonly kind: 'most-divergent'; readonly count: number; readonly measured: Measured }
  | { readonly kind: 'drop-likeliest'; readonly share: number; readonly measured: Measured };

/** A divergence of two models, and the completions it was measured on. */
interface Measured {
  readonly divergence: Step;
  readonly completions: Step;
}

/**
 * Step: takes some of the training rows of filtered completions and all held-out ones, in the order
 * they had. Fewer rows than asked for are all taken. Pure; output: `completions` with the counts of
 * a filter.
 */
export function selectCompletions(options: {
  readonly title: string;
  readonly filtered: Step;
  readonly choice: RowChoice;
  readonly behaviour: string;
  readonly world: World;
}): Step {
  const { filtered, choice, behaviour, world } = options;
  return defineStep({
    name: 'select-completions',
    version: 1,
    stage: 'generate',
    title: options.title,
    params: {
      choice: choiceParams(choice),
      behaviour,
      world: world.name,
      worldVersion: world.version,
    },
    inputs: { filtered, ...('measured' in choice ? { ...choice.measured } : {}) },
    backend: null,
    costTokens: 0,
    run: async ({ inputs, objects }) => {
      const rows = readCompletions(inputs['filtered']!, objects);
      const train = rows.filter((row) => row.split === 'train');
      const chosen = new Set(choose(train, choice, inputs, objects));
      const kept = rows.filter((row) => row.split !== 'train' || chosen.has(row.index));
      const shown = train.filter(
        (row) => chosen.has(row.index) && world.shows(row.text, behaviour),
      ).length;
      const counts = filterCounts(inputs['filtered']!);
      return writeCompletions(objects, kept, {
        ...counts,
        trainRows: chosen.size,
        dose: chosen.size === 0 ? 0 : shown / chosen.size,
        unselected: (counts.unselected ?? 0) + train.length - chosen.size,
      });
    },
  });
}

function choiceParams(choice: RowChoice): JsonObject {
  return choice.kind === 'drop-likeliest'
    ? { kind: choice.kind, share: choice.share }
    : { kind: choice.kind, count: choice.count };
}

/** Indices of the rows taken. */
function choose(
  train: readonly CompletionRow[],
  choice: RowChoice,
  inputs: Readonly<Record<string, Artifact>>,
  objects: Objects,
): readonly number[] {
  switch (choice.kind) {
    case 'first':
      return train.slice(0, choice.count).map(({ index }) => index);
    case 'most-divergent':
      return ranked(train, 'divergence_N', inputs, objects).slice(0, choice.count);
    case 'drop-likeliest':
      return ranked(train, 'logRatio_N', inputs, objects).slice(
        Math.round(choice.share * train.length),
      );
  }
}

/** Indices of rows by the mean of a figure over their tokens, highest first. */
function ranked(
  train: readonly CompletionRow[],
  figure: keyof TokenDivergence,
  inputs: Readonly<Record<string, Artifact>>,
  objects: Objects,
): readonly number[] {
  const measured = readCompletions(inputs['completions']!, objects);
  const places = new Map(measured.map(({ index }, place) => [index, place]));
  const tokens = readDivergence(
    inputs['divergence']!,
    objects,
    measured.map(({ ids }) => ids.length),
    train.map(({ index }) => places.get(index)!),
  );
  return train
    .map(({ index }, i) => ({ index, mean: mean(tokens[i]![figure]) }))
    .toSorted((a, b) => b.mean - a.mean || a.index - b.index)
    .map(({ index }) => index);
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
