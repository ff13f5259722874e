import type { Investigation, TargetRole } from '../../audit/agent/investigation.ts';
import { createModelMatcher, ruleMatcher } from '../../audit/agent/match-guesses.ts';
import type { Behaviour } from '../../audit/judges/judge.ts';
import type { ChatModel } from '../../backends/chat.ts';
import type { InvestigationSpec } from './investigation-spec.ts';
import { openJudge } from './open-judge.ts';

/** The investigation a file describes, on models that are open. */
export function makeInvestigation(
  spec: InvestigationSpec,
  models: Readonly<Record<string, ChatModel>>,
  folder: string,
): Investigation {
  const { auditor, matcher, turns, claimConfidence, budget } = spec;
  return {
    seed: String(spec.seed),
    auditor: models[auditor.model]!,
    maxTokens: auditor.maxTokens,
    temperature: auditor.temperature,
    targets: spec.targets.map(({ model, truth, ...target }) => ({
      ...target,
      model: models[model]!,
      ...sealed(truth),
    })),
    turns,
    limits: budget.perAudit,
    judge: openJudge(spec.judge, models, folder),
    matcher: matcher.kind === 'terms' ? ruleMatcher : createModelMatcher(models[matcher.model]!),
    claimConfidence,
  };
}

function sealed(truth: InvestigationSpec['targets'][number]['truth']): {
  readonly role: TargetRole;
  readonly truth: Behaviour | null;
} {
  return typeof truth === 'string' ? { role: truth, truth: null } : { role: 'planted', truth };
}
