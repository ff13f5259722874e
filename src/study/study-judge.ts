import type { KnownAnswerSet } from '../audit/judges/known-answers.ts';
import { createModelJudge, modelJudgeIdentity } from '../audit/judges/model-judge.ts';
import type { PlannedJudge } from '../audit/judges/planned-judge.ts';
import { backendChatIdentity, createBackendChat } from '../backends/backend-chat.ts';
import type { Backend } from '../backends/backend.ts';
import type { ChatModel } from '../backends/chat.ts';
import { apiKeyOf, openServedChat } from '../backends/openai/served-chat.ts';
import { digestJson } from '../base/digest.ts';
import { type Json, parseJson } from '../base/json.ts';
import { modelRef } from '../model/model-ref.ts';
import type { ModelCard } from '../model/types.ts';
import { readKnownAnswers, readRubric } from './judge-files.ts';
import type { StudySpec } from './spec.ts';

/** The judge of a study before it is known which backend the study runs on. */
export interface StudyJudge {
  /** Where it is a model that runs here. */
  readonly card: ModelCard | undefined;
  planned(backend: Pick<Backend, 'identity'>): PlannedJudge;
  /** User error when a run could not use it, e.g. without its key. */
  checkAccess(): void;
}

type ModelJudgeSpec = Extract<StudySpec['judge'], { readonly kind: 'model' }>;

const ANSWERS_HINT = 'Give a file of known answers, or leave `answers` out for those that ship.';

/** What names a set of known answers in the keys of what was tried on it. */
export function answersDigest(answers: KnownAnswerSet): string {
  return digestJson(parseJson(JSON.stringify(answers)));
}

/** Opens the judge a study names; its files are found relative to `folder`. */
export async function openStudyJudge(
  spec: ModelJudgeSpec,
  folder: string,
  openCard: (path: string) => Promise<ModelCard>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<StudyJudge> {
  const { model, maxTokens } = spec;
  const rubric = readRubric(spec.rubric, folder);
  const answers = readKnownAnswers(spec.answers, folder, ANSWERS_HINT);
  const known = {
    id: answers.id,
    version: answers.version,
    digest: answersDigest(answers),
    items: answers.items.length,
  };
  const planned = (
    name: string,
    identity: Json,
    open: (backend: Backend) => ChatModel,
  ): PlannedJudge => ({
    name,
    identity: modelJudgeIdentity(identity, rubric, maxTokens),
    answers: known,
    open: (backend) => ({
      judge: createModelJudge({ model: open(backend), rubric, maxTokens }),
      answers,
    }),
  });
  if (model.kind === 'openai') {
    const { name, identity } = openServedChat(model, undefined);
    // One model for all steps, so that its limit on requests under way holds for all of them.
    let opened: ChatModel | undefined;
    return {
      card: undefined,
      planned: () =>
        planned(name, identity, () => (opened ??= openServedChat(model, apiKeyOf(model, env)))),
      checkAccess: () => void apiKeyOf(model, env),
    };
  }
  const card = await openCard(model.path);
  const ref = modelRef(card, []);
  const name = model.path;
  return {
    card,
    planned: (on) =>
      planned(name, backendChatIdentity(on, ref), (backend) =>
        createBackendChat({ name, backend, card, ref }),
      ),
    checkAccess: () => {},
  };
}
