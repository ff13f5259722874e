import { join, resolve } from 'node:path';
import type { Judge } from '../../audit/judges/judge.ts';
import { lexicalJudge } from '../../audit/judges/lexical-judge.ts';
import { createModelJudge } from '../../audit/judges/model-judge.ts';
import { createWorldJudge } from '../../audit/judges/world-judge.ts';
import type { ChatModel } from '../../backends/chat.ts';
import { packageRoot } from '../../base/package-root.ts';
import { parseYaml, readTextFile } from '../../study/parse-yaml.ts';
import { getWorld } from '../../worlds/registry.ts';
import { type InvestigationSpec, RUBRIC } from './investigation-spec.ts';

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
      const file =
        spec.rubric === undefined
          ? join(packageRoot(), 'data', 'rubrics', 'self-report.yaml')
          : resolve(folder, spec.rubric);
      const hint = 'Give a rubric file, or leave `rubric` out for the one that ships.';
      const rubric = parseYaml(
        readTextFile(file, 'rubric', 'rubric-unreadable', hint),
        file,
        RUBRIC,
      );
      return createModelJudge({ model: models[spec.model]!, rubric, maxTokens: spec.maxTokens });
    }
  }
}
