import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { parseJson } from '../base/json.ts';
import { toolVersion } from '../base/tool-version.ts';
import type { Backend } from '../backends/backend.ts';
import type { ModelCard } from '../model/types.ts';
import type { Store } from '../store/open-store.ts';
import type { LedgerEvent } from '../store/types.ts';
import { ANALYSIS_VERSION } from '../verdict/analysis-version.ts';
import type { LoadedStudy } from './spec.ts';
import type { StudyModels } from './study-models.ts';
import { VERDICT } from './verdict-ledger.ts';

/** Ledger event that names everything a study was given from outside. */
const INPUTS = 'inputs';

const modelSchema = z.object({
  /** sha256 over config, tokenizer, chat template and the bytes of the weights. */
  digest: z.string(),
  config: z.custom<ModelCard['config']>(
    (value) =>
      z.looseObject({ vocabSize: z.int(), maxPositions: z.int() }).safeParse(value).success,
  ),
  tokenizer: z.object({ digest: z.string(), vocabSize: z.int() }),
  chatTemplate: z.string(),
  parent: z.string().nullable(),
});

const inputsSchema = z.object({
  /** Version of this package and of its statistics. */
  informant: z.string(),
  analysis: z.int(),
  /** sha256 of the study file as written. */
  studyFile: z.string(),
  backend: z.object({ name: z.string(), identity: z.json() }),
  models: z.object({
    bases: z.record(z.string(), modelSchema),
    teacher: modelSchema.nullable(),
    twins: z.array(modelSchema),
    /** A suspect that is an adapter, and the ordinary data that controls are made with. */
    adapter: z.object({ digest: z.string(), scale: z.number() }).nullable(),
    instructions: z.object({ digest: z.string(), rows: z.int() }).nullable(),
    /** Prompt files by prompt set; absent where there are none. */
    promptFiles: z
      .record(z.string(), z.object({ name: z.string(), digest: z.string() }))
      .optional(),
    /** A judge that is a model; absent where rules score. */
    judge: z
      .object({
        name: z.string(),
        identity: z.json(),
        answers: z.object({
          id: z.string(),
          version: z.int(),
          digest: z.string(),
          items: z.int(),
        }),
      })
      .exactOptional(),
  }),
});

/** Everything a study was given from outside, by digest. */
export type RecordedInputs = z.infer<typeof inputsSchema>;

/** What a study is given from outside, as the ledger keeps it. Paths are left out: they say nothing. */
export function describeInputs(
  { source }: Pick<LoadedStudy, 'source'>,
  models: StudyModels,
  backend: Pick<Backend, 'name' | 'identity'>,
): RecordedInputs {
  const { bases, teacher, twins, adapter, instructions } = models;
  const promptFiles = Object.entries(models.promptFiles).map(
    ([set, { name, digest }]) => [set, { name, digest }] as const,
  );
  const judge = models.judge?.planned(backend);
  return inputsSchema.parse({
    informant: toolVersion(),
    analysis: ANALYSIS_VERSION,
    studyFile: sha256(source),
    backend: { name: backend.name, identity: backend.identity },
    models: {
      bases: Object.fromEntries(
        Object.entries(bases).map(([name, card]) => [name, describeModel(card)]),
      ),
      teacher: teacher === undefined ? null : describeModel(teacher),
      twins: twins.map(describeModel),
      adapter: adapter === undefined ? null : { digest: adapter.digest, scale: adapter.scale },
      instructions: instructions ?? null,
      ...(promptFiles.length > 0 && { promptFiles: Object.fromEntries(promptFiles) }),
      ...(judge && {
        judge: { name: judge.name, identity: judge.identity, answers: judge.answers },
      }),
    },
  });
}

/** Records the inputs in the ledger unless they are the last ones recorded. */
export function recordInputs(
  store: Pick<Store, 'ledger' | 'transaction'>,
  study: string,
  inputs: RecordedInputs,
): void {
  const data = parseJson(JSON.stringify(inputs));
  store.transaction(() => {
    const last = store.ledger.list(study).findLast(({ type }) => type === INPUTS);
    if (last !== undefined && canonicalJson(last.data) === canonicalJson(data)) return;
    store.ledger.append(study, INPUTS, data);
  });
}

/**
 * The inputs that the last verdict was reached with, or the last ones while there is none;
 * undefined when none were recorded.
 */
export function inputsInForce(events: readonly LedgerEvent[]): RecordedInputs | undefined {
  const decided = events.findLastIndex(({ type }) => type === VERDICT);
  const before = decided < 0 ? events : events.slice(0, decided);
  const parsed = inputsSchema.safeParse(before.findLast(({ type }) => type === INPUTS)?.data);
  return parsed.success ? parsed.data : undefined;
}

/**
 * Models enough to plan with, from their record alone: they have digests, shapes and lineage, but
 * no vocabulary, so plans made with them have right keys and wrong costs. Prompt files come from
 * where their bytes were kept, and compiled sets from compiling again.
 */
export function recordedModels(
  { models }: RecordedInputs,
  { promptFiles, compiledSets }: Pick<StudyModels, 'promptFiles' | 'compiledSets'>,
): StudyModels {
  const { judge } = models;
  return {
    bases: Object.fromEntries(
      Object.entries(models.bases).map(([name, model]) => [name, recordedCard(name, model)]),
    ),
    teacher: models.teacher === null ? undefined : recordedCard('teacher', models.teacher),
    twins: models.twins.map((model, i) => recordedCard(`twin ${i + 1}`, model)),
    adapter: models.adapter === null ? undefined : { ...models.adapter, bytes: new Uint8Array() },
    instructions:
      models.instructions === null ? undefined : { ...models.instructions, path: 'data' },
    promptFiles,
    compiledSets,
    ...(judge && {
      judge: {
        card: undefined,
        planned: () => ({ ...judge, open: openRecorded }),
        checkAccess: () => {},
      },
    }),
  };
}

function openRecorded(): never {
  throw new Error('a judge known from its record alone cannot be asked');
}

type RecordedModel = z.infer<typeof modelSchema>;

function describeModel(card: ModelCard): z.input<typeof modelSchema> {
  const { digest, config, tokenizer, chatTemplate, lineage } = card;
  return {
    digest,
    config,
    tokenizer: { digest: tokenizer.digest, vocabSize: tokenizer.vocabSize },
    chatTemplate: chatTemplate.digest,
    parent: lineage.parent ?? null,
  };
}

function recordedCard(name: string, model: RecordedModel): ModelCard {
  const { digest, config, tokenizer, chatTemplate, parent } = model;
  return {
    path: name,
    digest,
    config,
    tokenizer: { ...tokenizer, endIds: [], controlTokens: [], encode: () => [], decode: () => '' },
    chatTemplate: { digest: chatTemplate, render: () => '' },
    lineage: { parent: parent ?? undefined, tokenizer: tokenizer.digest, chatTemplate },
  };
}
