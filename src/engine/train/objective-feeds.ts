import type { TensorData } from '../session.ts';
import type { SessionCache } from '../session-cache.ts';
import type { PackedBatch } from '../packing.ts';
import type { Capacity, DecoderConfig, Objective, TokenExample } from '../types.ts';
import type { BatchPlan, PlannedBatch } from './batches.ts';
import { klBaseline } from './kl-baseline.ts';
import { preferenceFeeds } from './preference-feeds.ts';
import { teacherFeeds } from './teacher-feeds.ts';
import { tokenWeights } from './token-weights.ts';

type Feeds = ReadonlyMap<string, TensorData>;

/** What an objective feeds to its graph. Buffers are reused from run to run. */
export interface ObjectiveFeeds {
  /** Feeds that every run of a batch shares; `parameters` are the weights at this step. */
  readonly ofBatch: (batch: PlannedBatch, parameters: Feeds) => Promise<Feeds>;
  /** Feeds of one packed run: tokens, targets and weights. */
  readonly ofRun: (packed: PackedBatch, batch: PlannedBatch) => Feeds;
}

/**
 * Checks an objective against its examples and prepares its feeds. Throws RangeError when their
 * lengths do not fit each other.
 */
export function objectiveFeeds(
  cache: SessionCache,
  options: {
    readonly config: DecoderConfig;
    readonly capacity: Capacity;
    readonly objective: Objective;
    readonly examples: readonly TokenExample[];
  },
  plan: BatchPlan,
): ObjectiveFeeds {
  const { objective, examples } = options;
  const ofLoss = lossFeeds(objective, examples, plan, options.config.vocabSize);
  const baseline = objective.kind === 'kto' ? klBaseline(cache, options, objective, plan) : none;
  return {
    ofBatch: baseline,
    ofRun: (packed, batch) => {
      const { ids, positions, mask, scoredAt, targets } = packed;
      const tokens = { ids, positions, mask, scoredAt, targets };
      return new Map<string, TensorData>([...Object.entries(tokens), ...ofLoss(packed, batch)]);
    },
  };
}

/** Feeds of a run besides its tokens: weights and what each loss compares with. */
export function lossFeeds(
  objective: Objective,
  examples: readonly TokenExample[],
  plan: BatchPlan,
  vocabSize: number,
): ObjectiveFeeds['ofRun'] {
  const { bucket } = plan;
  switch (objective.kind) {
    case 'sft':
      return tokenWeights(objective.tokenWeights, examples, bucket);
    case 'kd': {
      const weights = tokenWeights(objective.tokenWeights, examples, bucket);
      const teacher = teacherFeeds(objective.targets, examples, bucket, vocabSize);
      return (packed, batch) => new Map([...weights(packed, batch), ...teacher(packed)]);
    }
    case 'dpo':
    case 'kto':
      return preferenceFeeds(objective, examples, plan);
    default:
      return objective satisfies never;
  }
}

async function none(): Promise<Feeds> {
  return new Map();
}
