import { workError } from '../../base/errors.ts';
import type { Json } from '../../base/json.ts';
import {
  type Backend,
  CAPABILITIES,
  type Capability,
  type DivergenceRequest,
  type OnPolicyRequest,
  type OnPolicyResult,
  type SampledCompletion,
  type SampleItem,
  type SampleRequest,
  type ScoreRequest,
  type TokenExample,
  type TopKScores,
  type TrainProgress,
  type TrainRequest,
  type TrainResult,
} from '../backend.ts';
import {
  inventedCompletion,
  inventedDistributions,
  inventedDivergence,
  inventedRounds,
  inventedTraining,
} from './invented-answers.ts';

/** What the fake was asked, in order. */
export type FakeCall =
  | { readonly kind: 'sample'; readonly request: SampleRequest }
  | { readonly kind: 'score-top-k'; readonly request: ScoreRequest }
  | { readonly kind: 'score-divergence'; readonly request: DivergenceRequest }
  | { readonly kind: 'train'; readonly request: TrainRequest }
  | { readonly kind: 'train-on-policy'; readonly request: OnPolicyRequest };

/** One position of a scripted distribution; `logprobs` are descending, one per id. */
export interface FakeDistribution {
  readonly tokenIds: readonly number[];
  readonly logprobs: readonly number[];
  readonly chosen: number;
}

export interface FakeBackendOptions {
  readonly name?: string;
  readonly identity?: Json;
  readonly slots?: number;
  /** Everything by default. */
  readonly capabilities?: readonly Capability[];
  /** Ids of invented answers stay below it. Default 16. */
  readonly vocabSize?: number;
  /** Answers one draw. */
  readonly sample?: (item: SampleItem, request: SampleRequest) => SampledCompletion;
  /** Scores one completion: one distribution of `request.topK` entries per completion token. */
  readonly scoreTopK?: (item: TokenExample, request: ScoreRequest) => readonly FakeDistribution[];
  /** KL(model ‖ reference) at one completion: one figure per completion token. */
  readonly scoreDivergence?: (item: TokenExample, request: DivergenceRequest) => readonly number[];
  readonly train?: (request: TrainRequest) => TrainResult;
  readonly trainOnPolicy?: (request: OnPolicyRequest) => OnPolicyResult;
}

/** A Backend that remembers its calls. */
export interface FakeBackend extends Backend {
  readonly calls: readonly FakeCall[];
}

/**
 * A backend without a model, for tests of steps, plans and your own stages. Whatever is not scripted
 * is invented deterministically from the request, so equal requests get equal answers. To try a
 * failure, throw a work error from a responder. After `close` every method rejects.
 */
export function createFakeBackend(options: FakeBackendOptions = {}): FakeBackend {
  const vocabSize = options.vocabSize ?? 16;
  const calls: FakeCall[] = [];
  let closed = false;
  const remember = (call: FakeCall): void => {
    if (closed) throw workError('backend-closed', 'the fake backend was closed');
    calls.push(call);
  };
  return {
    name: options.name ?? 'fake',
    identity: options.identity ?? { backend: 'fake', version: 1 },
    capabilities: new Set(options.capabilities ?? CAPABILITIES),
    slots: options.slots ?? 1,
    calls,
    sample: async (request, onProgress) => {
      remember({ kind: 'sample', request });
      let tokens = 0;
      return request.items.map((item) => {
        const completion =
          options.sample?.(item, request) ?? inventedCompletion(item, request, vocabSize);
        tokens += completion.ids.length;
        onProgress?.({ tokens });
        return completion;
      });
    },
    scoreTopK: async (request) => {
      remember({ kind: 'score-top-k', request });
      const score =
        options.scoreTopK ?? ((item) => inventedDistributions(item, request, vocabSize));
      return packScores(request, (item) => score(item, request));
    },
    scoreDivergence: async (request) => {
      remember({ kind: 'score-divergence', request });
      const score = options.scoreDivergence ?? inventedDivergence;
      const values = request.items.flatMap((item) => score(item, request));
      return {
        divergence_N: Float32Array.from(values),
        logRatio_N: Float32Array.from(values, (value) => value / 2),
      };
    },
    train: async (request, onProgress) => {
      remember({ kind: 'train', request });
      const result = options.train?.(request) ?? inventedTraining(request);
      reportTraining(request, result, onProgress);
      return result;
    },
    trainOnPolicy: async (request, onProgress) => {
      remember({ kind: 'train-on-policy', request });
      const result = options.trainOnPolicy?.(request) ?? inventedRounds(request);
      reportTraining(request, result, onProgress);
      return result;
    },
    close: async () => {
      closed = true;
    },
  };
}

function packScores(
  request: ScoreRequest,
  score: (item: TokenExample) => readonly FakeDistribution[],
): TopKScores {
  const { topK } = request;
  const positions = request.items.flatMap((item) => {
    const distributions = score(item);
    if (distributions.length !== item.completionIds.length) {
      throw new RangeError(
        `scripted ${distributions.length} distributions for ${item.completionIds.length} tokens`,
      );
    }
    return distributions;
  });
  const rows = positions.length;
  const tokenIds = new Int32Array(rows * topK);
  const logprobs = new Float32Array(rows * topK);
  for (const [row, position] of positions.entries()) {
    if (position.tokenIds.length !== topK || position.logprobs.length !== topK) {
      throw new RangeError(`a scripted distribution must have ${topK} entries`);
    }
    tokenIds.set(position.tokenIds, row * topK);
    logprobs.set(position.logprobs, row * topK);
  }
  const chosen = Float32Array.from(positions, (position) => position.chosen);
  return { rows, topK, tokenIds_NK: tokenIds, logprobs_NK: logprobs, chosen_N: chosen };
}

function reportTraining(
  request: Pick<TrainRequest, 'optimiser'>,
  result: TrainResult,
  onProgress: ((progress: TrainProgress) => void) | undefined,
): void {
  const steps = result.losses.length;
  for (const [index, loss] of result.losses.entries()) {
    const step = index + 1;
    const tokens = Math.round((result.tokens * step) / steps);
    const { learningRate } = request.optimiser;
    onProgress?.({ step, steps, loss, gradNorm: loss / 2, learningRate, tokens });
  }
}
