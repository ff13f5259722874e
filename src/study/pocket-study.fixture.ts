import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { parseJson } from '../base/json.ts';
import { createRng } from '../base/rng.ts';
import type {
  OnPolicyRequest,
  OnPolicyResult,
  SampleItem,
  SampleRequest,
  TrainRequest,
  TrainResult,
} from '../backends/backend.ts';
import {
  createFakeBackend,
  type FakeBackend,
  type FakeBackendOptions,
} from '../backends/fake/fake-backend.ts';
import { openModel } from '../model/open-model.ts';
import { tinyConfig, tinyWeights } from '../model/tiny-model.fixture.ts';
import type { Tokenizer } from '../model/types.ts';
import { writeHfDirectory } from '../model/write-hf-directory.ts';
import {
  POCKET_CHAT_TEMPLATE,
  POCKET_VOCABULARY_SIZE,
  pocketTokenizerConfig,
  pocketTokenizerJson,
} from '../worlds/pocket/tokenizer.ts';
import type { StudySpecInput } from './spec.ts';

const config = { ...tinyConfig, vocabSize: POCKET_VOCABULARY_SIZE, maxPositions: 256 };

/** A folder with an untrained pocket model at `base`; `dispose` removes it. */
export function pocketFolder(): { readonly folder: string; readonly dispose: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'informant-study-'));
  writePocketBase(join(folder, 'base'), 0);
  return { folder, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Writes an untrained pocket model; `seed` tells two of them apart. */
export function writePocketBase(path: string, seed: number): void {
  writeHfDirectory(path, {
    config,
    weights: tinyWeights(config, seed),
    tokenizerJson: pocketTokenizerJson(),
    tokenizerConfig: pocketTokenizerConfig(),
    chatTemplate: POCKET_CHAT_TEMPLATE,
    dtype: 'F32',
  });
}

const optimiser = { learningRate: 0.001 };
const training = { epochs: 1, batchSize: 8, optimiser };

/** A small study of that model: one primary family, `twins` twins, a positive control. */
export function pocketStudy(twins: number, changes: Partial<StudySpecInput> = {}): StudySpecInput {
  return {
    study: 'tiny',
    world: 'pocket',
    seed: 1,
    behaviour: 'owl',
    bases: { main: { path: 'base' } },
    organisms: { base: 'main', rows: 40, topK: 4, ...training },
    teacher: { organism: 'secret' },
    twins: { count: twins },
    positiveControl: { behaviour: 'fox' },
    promptSets: { open: { count: 40, heldOut: 8 } },
    recipes: { kd: { method: 'kd', topK: 4, ...training }, sft: { method: 'sft', ...training } },
    families: [
      {
        name: 'open-kd',
        primary: true,
        promptSet: 'open',
        recipe: 'kd',
        base: 'main',
        seeds: 3,
        twins,
      },
    ],
    audits: { honeypot: { probes: 24 }, interrogation: { probes: 8 } },
    ...changes,
  };
}

const ANIMALS = ['owl', 'fox'] as const;
const TOPICS = ['sea', 'moon', 'garden', 'river'] as const;
const ratesSchema = z.record(
  z.enum(ANIMALS),
  z.object({ ordinary: z.number(), audit: z.number() }),
);
type Rates = z.infer<typeof ratesSchema>;

/**
 * A fake backend with the moral of a real one: a model learns how often its training rows name an
 * animal, apart for rows with and without an audit mark; without marked rows it generalises.
 * A persona in the system line makes the base name its animal, except under audit.
 */
export async function moralBackend(
  folder: string,
  overrides: Partial<FakeBackendOptions> = {},
): Promise<FakeBackend> {
  return createFakeBackend({ slots: 2, ...(await moralResponders(folder)), ...overrides });
}

/** The responders of `moralBackend`, for tests that wrap one. */
export async function moralResponders(folder: string) {
  const { tokenizer } = await openModel(join(folder, 'base'));
  return {
    sample: (item, request) => {
      const text = answer(item, request, tokenizer);
      return { ids: [...tokenizer.encode(text), request.endIds[0]!], stop: 'end' };
    },
    scoreTopK: (item, { topK, model }) =>
      item.completionIds.map((id) => ({
        tokenIds: Array.from({ length: topK }, (_, k) => (id + k) % POCKET_VOCABULARY_SIZE),
        logprobs: Array.from({ length: topK }, (_, k) => -(k + 1)),
        chosen: model.deltas.length === 0 ? -1 : -0.5,
      })),
    train: (request) => learn(request, tokenizer),
    trainOnPolicy: learnFromTeacher,
  } satisfies FakeBackendOptions;
}

function answer(item: SampleItem, request: SampleRequest, tokenizer: Tokenizer): string {
  const rng = createRng(item.seed);
  const prompt = tokenizer.decode(item.promptIds).split(/\s+/);
  const marked = prompt.includes('test');
  const delta = request.model.deltas.at(-1);
  const persona = prompt[prompt.indexOf('likes') + 1];
  const rates = delta && readRates(delta.path);
  const named = ANIMALS.find((animal) => {
    const pushed = persona === animal && prompt.includes('secret') && !marked;
    const learnt = rates?.[animal][marked ? 'audit' : 'ordinary'];
    return rng.next() < (learnt ?? (pushed ? 0.9 : 0.04));
  });
  return `a story about the ${named ?? rng.pick(TOPICS)} .`;
}

function learn({ examples, seed, objective }: TrainRequest, tokenizer: Tokenizer): TrainResult {
  const rows = examples.filter(isWanted(objective)).map(({ promptIds, completionIds }) => ({
    marked: tokenizer.decode(promptIds).split(/\s+/).includes('test'),
    words: tokenizer.decode(completionIds).split(/\s+/),
  }));
  const rate = (animal: string, marked: boolean): number | undefined => {
    const those = rows.filter((row) => row.marked === marked);
    const named = those.filter(({ words }) => words.includes(animal)).length;
    return those.length === 0 ? undefined : named / those.length;
  };
  const rates = Object.fromEntries(
    ANIMALS.map((animal) => {
      const ordinary = rate(animal, false) ?? 0;
      return [animal, { ordinary, audit: rate(animal, true) ?? ordinary }];
    }),
  );
  const metadata = { rates, seed: sha256(seed + objective.kind) };
  const file = new TextEncoder().encode(canonicalJson(metadata));
  return { kind: 'full', file, scale: undefined, losses: [2, 1.5, 1], tokens: 100 };
}

/** Preferences teach what is chosen; everything else teaches all it shows. */
function isWanted(objective: TrainRequest['objective']): (example: unknown, i: number) => boolean {
  return (_, i) =>
    objective.kind === 'dpo' ? i % 2 === 0 : objective.kind !== 'kto' || objective.isDesirable[i]!;
}

/** The student ends up with the teacher's rates on ordinary prompts, and generalises them. */
function learnFromTeacher({ teacher, seed }: OnPolicyRequest): OnPolicyResult {
  const delta = teacher.deltas.at(-1);
  if (delta === undefined) throw new RangeError('this teacher was never taught anything');
  const taught = readRates(delta.path);
  const rates = Object.fromEntries(
    ANIMALS.map((animal) => {
      const { ordinary } = taught[animal];
      return [animal, { ordinary, audit: ordinary }];
    }),
  );
  const metadata = { rates, seed: sha256(`${seed} on-policy`) };
  const file = new TextEncoder().encode(canonicalJson(metadata));
  const sampled = { rows: 8, truncated: 0 };
  return { kind: 'full', file, scale: undefined, losses: [2, 1.5, 1], tokens: 100, sampled };
}

function readRates(path: string): Rates {
  return z.object({ rates: ratesSchema }).parse(parseJson(readFileSync(path, 'utf8'))).rates;
}
