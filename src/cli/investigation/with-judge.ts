import type { Judge } from '../../audit/judges/judge.ts';
import { lexicalJudge } from '../../audit/judges/lexical-judge.ts';
import { createChatBudget, withBudgets } from '../../backends/chat-budget.ts';
import type { ChatModel } from '../../backends/chat.ts';
import type { CliIo } from '../io.ts';
import { loadInvestigation } from './load-investigation.ts';
import { openChatModels } from './open-chat-models.ts';
import { openJudge } from './open-judge.ts';

/** Works with the judge of an investigation file, or with the lexical one. */
export async function withJudge<T>(
  io: CliIo,
  file: string | undefined,
  work: (judge: Judge, concurrency: number) => Promise<T>,
): Promise<T> {
  if (file === undefined) return work(lexicalJudge, 1);
  const { spec, folder } = loadInvestigation(io, file);
  // Auditor and targets have no part in it, and their keys need not be set.
  const used = Object.entries(spec.models).filter(
    ([name]) => spec.judge.kind === 'model' && spec.judge.model === name,
  );
  const opened = await openChatModels(io, Object.fromEntries(used), folder);
  try {
    const budget = createChatBudget(spec.budget.total);
    const models: Record<string, ChatModel> = {};
    for (const [name, model] of Object.entries(opened.models)) {
      models[name] = withBudgets(model, [budget]);
    }
    return await work(openJudge(spec.judge, models, folder), spec.concurrency);
  } finally {
    await opened.close();
  }
}
