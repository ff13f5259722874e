import { canonicalJson } from '../../base/canonical-json.ts';
import { sha256 } from '../../base/digest.ts';
import { createRng } from '../../base/rng.ts';
import { loraScale } from '../../engine/decoder/adapters.ts';
import type {
  Capacity,
  DivergenceRequest,
  OnPolicyRequest,
  OnPolicyResult,
  SampledCompletion,
  SampleItem,
  SampleRequest,
  TokenExample,
  ScoreRequest,
  TrainRequest,
  TrainResult,
} from '../backend.ts';
import type { FakeDistribution } from './fake-backend.ts';

const LONGEST_ANSWER = 8;

/** Random ids from the item's seed, model and prompt; at temperature 0 the seed has no say. */
export function inventedCompletion(
  item: SampleItem,
  request: SampleRequest,
  vocabSize: number,
): SampledCompletion {
  const seed = request.temperature === 0 ? 'greedy' : item.seed;
  const rng = createRng(seed, request.model.digest, item.promptIds.join(','));
  const words = Array.from({ length: vocabSize }, (_, id) => id).filter(
    (id) => !request.endIds.includes(id),
  );
  const ids = Array.from({ length: 1 + rng.int(LONGEST_ANSWER) }, () => rng.pick(words));
  const end = request.endIds[0];
  return end === undefined || ids.length >= request.maxTokens
    ? { ids: ids.slice(0, request.maxTokens), stop: 'truncated' }
    : { ids: [...ids, end], stop: 'end' };
}

/** Rank k (from 0) of `topK` consecutive ids has probability 2^-(k+1); the rest share the tail. */
export function inventedDistributions(
  item: TokenExample,
  request: ScoreRequest,
  vocabSize: number,
): readonly FakeDistribution[] {
  const { topK } = request;
  const tailLogprob = -topK * Math.LN2 - Math.log(Math.max(1, vocabSize - topK));
  return item.completionIds.map((chosenId, position) => {
    const context = [...item.promptIds, ...item.completionIds.slice(0, position)];
    const first = createRng(request.model.digest, context.join(',')).int(vocabSize);
    const tokenIds = Array.from({ length: topK }, (_, k) => (first + k) % vocabSize);
    const logprobs = tokenIds.map((_, k) => -(k + 1) * Math.LN2);
    const chosen = logprobs[tokenIds.indexOf(chosenId)] ?? tailLogprob;
    return { tokenIds, logprobs, chosen };
  });
}

/** Between 0 and 1 by model, reference and context; 0 between a model and itself. */
export function inventedDivergence(
  { promptIds, completionIds }: TokenExample,
  { model, reference }: DivergenceRequest,
): readonly number[] {
  return completionIds.map((_, position) => {
    const context = [...promptIds, ...completionIds.slice(0, position)];
    const value = createRng(model.digest, reference.digest, context.join(',')).next();
    return model.digest === reference.digest ? 0 : value;
  });
}

/** Falling losses and a valid safetensors file without tensors whose metadata tells the request. */
export function inventedTraining(request: TrainRequest): TrainResult {
  const { model, capacity, examples, objective, batchSize, seed, stopAtShare = 1 } = request;
  const stepsPerEpoch = Math.ceil(examples.length / batchSize);
  const whole = request.steps ?? stepsPerEpoch * (request.epochs ?? 0);
  const epochs = request.epochs ?? whole / stepsPerEpoch;
  const steps = Math.max(1, Math.round(stopAtShare * whole));
  const perEpoch = examples.reduce((sum, example) => sum + example.completionIds.length, 0);
  const digest = sha256(
    canonicalJson([model.digest, capacity.kind, objective.kind, epochs, batchSize, seed]) +
      JSON.stringify(examples) +
      shareText(request),
  );
  return inventedResult(capacity, digest, {
    steps,
    tokens: Math.round(stopAtShare * perEpoch * epochs),
  });
}

/** The same for rounds of on-policy training: as if the student wrote its share of every round. */
export function inventedRounds(request: OnPolicyRequest): OnPolicyResult {
  const { model, teacher, capacity, examples, lmbda, rowsPerRound, batchSize } = request;
  const rounds = Math.max(1, Math.round((request.stopAtShare ?? 1) * request.rounds));
  const digest = sha256(
    canonicalJson([model.digest, teacher.digest, capacity.kind, lmbda, rounds, request.seed]) +
      JSON.stringify(examples) +
      shareText(request),
  );
  const steps = rounds * Math.ceil(rowsPerRound / batchSize);
  const rows = Math.round(lmbda * rounds * rowsPerRound);
  const tokens = rounds * rowsPerRound;
  return {
    ...inventedResult(capacity, digest, { steps, tokens }),
    sampled: { rows, truncated: 0 },
  };
}

/** A training stopped early leaves another model. */
function shareText({ stopAtShare }: Pick<TrainRequest, 'stopAtShare'>): string {
  return stopAtShare === undefined ? '' : String(stopAtShare);
}

function inventedResult(
  capacity: Capacity,
  digest: string,
  { steps, tokens }: { readonly steps: number; readonly tokens: number },
): TrainResult {
  const header = new TextEncoder().encode(canonicalJson({ __metadata__: { request: digest } }));
  const file = new Uint8Array(8 + header.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  return {
    kind: capacity.kind,
    file,
    scale: capacity.kind === 'lora' ? loraScale(capacity) : undefined,
    losses: Array.from({ length: steps }, (_, index) => 2 / (1 + index)),
    tokens,
  };
}
