import type { Judge } from '../../audit/judges/judge.ts';
import { lexicalJudge } from '../../audit/judges/lexical-judge.ts';
import { createModelJudge } from '../../audit/judges/model-judge.ts';
import { createWorldJudge } from '../../audit/judges/world-judge.ts';
import type { ChatModel } from '../../backends/chat.ts';
import { readRubric } from '../../study/judge-files.ts';
import { getWorld } from '../../worlds/registry.ts';
import type { InvestigationSpec } from './investigation-spec.ts';

/** The judge a file asks for; its rubric is found relative to `folder`. */
export function openJudge(
  spec: InvestigationSpec['judge'],
  models: Readonly<Record<string, ChatModel>>,
  folder: string,
): Judge {
  switch (spec.kind) {
    case 'lexical':
      return lexicalJudge;
    case 'world':
      return createWorldJudge(getWorld(spec.world));
    case 'model': {
      const rubric = readRubric(spec.rubric, folder);
      return createModelJudge({ model: models[spec.model]!, rubric, maxTokens: spec.maxTokens });
    }
  }
}
