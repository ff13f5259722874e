import { createBackendChat } from '../../backends/backend-chat.ts';
import type { Backend } from '../../backends/backend.ts';
import type { ChatModelSpec } from '../../backends/chat-model-spec.ts';
import type { ChatModel } from '../../backends/chat.ts';
import { createEmbeddedBackend, embeddedLayout } from '../../backends/embedded/embedded-backend.ts';
import { apiKeyOf, openServedChat } from '../../backends/openai/served-chat.ts';
import { modelRef } from '../../model/model-ref.ts';
import { openModel } from '../../model/open-model.ts';
import type { ModelCard } from '../../model/types.ts';
import { modelPath } from '../../study/study-models.ts';
import type { CliIo } from '../io.ts';
import { parameterCount } from '../make-backend.ts';

/** Models ready to talk; `close` frees what they hold. */
export interface OpenChatModels {
  readonly models: Readonly<Record<string, ChatModel>>;
  close(): Promise<void>;
}

/** Makes the backend of models that run here, for the largest of them, in parameters. */
export type MakeEmbedded = (parameters: number) => Backend;

/** Opens models of a file that lies in `folder`; keys come from the environment alone. */
export async function openChatModels(
  io: CliIo,
  specs: Readonly<Record<string, ChatModelSpec>>,
  folder: string,
  makeEmbedded: MakeEmbedded = (parameters) => createEmbeddedBackend(embeddedLayout(parameters)),
): Promise<OpenChatModels> {
  const cards = new Map<string, ModelCard>();
  const models: Record<string, ChatModel> = {};
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.kind === 'embedded') cards.set(name, await openModel(modelPath(spec.path, folder)));
    else models[name] = openServedChat(spec, apiKeyOf(spec, io.env));
  }
  const sizes = [...cards.values()].map(({ config }) => parameterCount(config));
  const backend = sizes.length === 0 ? undefined : makeEmbedded(Math.max(...sizes));
  for (const [name, card] of cards) {
    models[name] = createBackendChat({ name, backend: backend!, card, ref: modelRef(card, []) });
  }
  return { models, close: async () => backend?.close() };
}
