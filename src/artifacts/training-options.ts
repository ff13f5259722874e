import type { JsonObject } from '../base/json.ts';
import type { Capacity, Optimiser, TrainRequest } from '../backends/backend.ts';
import { userError } from '../base/errors.ts';
import { encodeContent } from '../model/render-prompt.ts';
import type { ModelCard } from '../model/types.ts';

/** How much of a student may change, as a study says it: engine capacities, a prefix with its text. */
export type StudyCapacity =
  | Extract<Capacity, { kind: 'full' | 'lora' }>
  | (Extract<Capacity, { kind: 'prefix' }> & {
      /** Initialises the prefix; the first training rows when absent. */
      readonly text?: string | undefined;
    });

/** What every way of training shares: how fast, and how much may change. */
export interface RoundOptions {
  readonly batchSize: number;
  readonly maxRunTokens?: number | undefined;
  readonly optimiser: Optimiser;
  readonly capacity: StudyCapacity;
}

/** The same where training walks through its rows epoch by epoch. */
export interface TrainingOptions extends RoundOptions {
  readonly epochs: number;
}

/** The same for a student: so many passes, or so many optimiser steps over as many as they take. */
export interface StudentTrainingOptions extends RoundOptions {
  readonly epochs?: number | undefined;
  readonly steps?: number | undefined;
}

/** The options as step parameters. What a study leaves out stays out, so that keys do not change. */
export function trainingParams(options: StudentTrainingOptions): JsonObject {
  const { epochs, steps, batchSize, maxRunTokens, optimiser, capacity } = options;
  const { learningRate, warmupSteps, schedule, weightDecay, maxGradNorm, beta1, beta2, epsilon } =
    optimiser;
  const { minLearningRateRatio } = optimiser;
  return {
    ...(epochs === undefined ? {} : { epochs }),
    ...(steps === undefined ? {} : { steps }),
    batchSize,
    ...(maxRunTokens === undefined ? {} : { maxRunTokens }),
    optimiser: {
      learningRate,
      warmupSteps,
      schedule,
      ...(minLearningRateRatio === undefined ? {} : { minLearningRateRatio }),
      weightDecay,
      maxGradNorm,
      beta1,
      beta2,
      epsilon,
    },
    capacity: capacityParams(capacity),
  };
}

function capacityParams(capacity: StudyCapacity): JsonObject {
  switch (capacity.kind) {
    case 'full':
      return { kind: 'full' };
    case 'lora': {
      const { rank, alpha, targets, useRslora = false } = capacity;
      const plain = { kind: 'lora', rank, alpha, targets: [...targets] };
      return useRslora ? { ...plain, useRslora } : plain;
    }
    case 'prefix': {
      const { length, frozenTokens, text } = capacity;
      return { kind: 'prefix', length, frozenTokens, text: text ?? null };
    }
    default:
      return capacity satisfies never;
  }
}

/**
 * The options as a backend takes them: a prefix's text becomes tokens of the student. User error
 * `prefix-too-long` when the text has fewer tokens than the prefix has positions.
 */
export function trainingRequest(
  card: ModelCard,
  options: RoundOptions,
): Pick<TrainRequest, 'batchSize' | 'maxRunTokens' | 'optimiser' | 'capacity' | 'prefixIds'> {
  const { batchSize, maxRunTokens, optimiser, capacity } = options;
  const common = {
    batchSize,
    optimiser,
    ...(maxRunTokens === undefined ? {} : { maxRunTokens }),
  };
  if (capacity.kind !== 'prefix') return { ...common, capacity };
  const { kind, length, frozenTokens, text } = capacity;
  const plain = { ...common, capacity: { kind, length, frozenTokens } };
  return text === undefined ? plain : { ...plain, prefixIds: prefixIds(card, length, text) };
}

/** The first tokens of a prefix's text. */
export function prefixIds(card: ModelCard, length: number, text: string): readonly number[] {
  const ids = encodeContent(card.tokenizer, text);
  if (ids.length >= length) return ids.slice(0, length);
  throw userError(
    'prefix-too-long',
    `capacity.text has ${ids.length} tokens of ${card.path}, fewer than the ${length} positions of the prefix`,
    'Lower capacity.length, give a longer capacity.text, or leave it out.',
  );
}
