import type { SplitPrompt } from '../artifacts/prompt-set.ts';
import type { Sampling } from '../artifacts/sample-replies.ts';
import { AUDIT_NAMES, AUDITS, type AuditName } from '../audit/roster.ts';
import type { PlannedJudge } from '../audit/judges/planned-judge.ts';
import type { AuditPlan } from '../audit/run-audit.ts';
import type { Backend } from '../backends/backend.ts';
import { renderPrompt } from '../model/render-prompt.ts';
import type { ModelCard } from '../model/types.ts';
import { getWorld } from '../worlds/registry.ts';
import type { World } from '../worlds/types.ts';
import { probeSeed } from './arms.ts';
import { promptsOf } from './plan-prompts.ts';
import type { StudySpec } from './spec.ts';
import type { StudyModels } from './study-models.ts';

/** What every part of a plan needs, worked out once. */
export interface PlanContext {
  readonly spec: StudySpec;
  readonly models: StudyModels;
  readonly backend: Pick<Backend, 'name' | 'identity' | 'capabilities'>;
  readonly world: World;
  readonly sampling: Sampling;
  /** The hypothesis first, then the positive control's behaviour if there is one. */
  readonly behaviours: readonly string[];
  /** The audits of the study, in their fixed order. */
  readonly audits: readonly AuditPlan[];
  /** The model that scores some of them in place of the world's rules. */
  readonly judge:
    | { readonly model: PlannedJudge; readonly audits: readonly AuditName[] }
    | undefined;
  prompts(promptSet: string): readonly SplitPrompt[];
  /** Mean and largest prompt length of a prompt set under a model, in tokens. */
  promptTokens(promptSet: string, card: ModelCard): { readonly mean: number; readonly max: number };
}

/** Builds the context; raises the world's user errors, e.g. when it has too few prompts. */
export function planContext(
  spec: StudySpec,
  models: StudyModels,
  backend: PlanContext['backend'],
): PlanContext {
  const world = getWorld(spec.world);
  const behaviours = [
    spec.behaviour,
    ...(spec.positiveControl === undefined ? [] : [spec.positiveControl.behaviour]),
  ];
  const sampling = {
    ...spec.sampling,
    maxTokens: spec.sampling.maxTokens ?? world.maxAnswerTokens,
  };
  const prompts = memo((promptSet: string) => promptsOf({ spec, models, world }, promptSet));
  const lengths = new Map<ModelCard, (promptSet: string) => { mean: number; max: number }>();
  return {
    spec,
    models,
    backend,
    world,
    sampling,
    behaviours,
    audits: AUDIT_NAMES.flatMap((name) => auditPlan(spec, name, { world, behaviours, sampling })),
    judge:
      spec.judge.kind === 'rule' || models.judge === undefined
        ? undefined
        : { model: models.judge.planned(backend), audits: spec.judge.audits },
    prompts,
    promptTokens: (promptSet, card) => {
      const measure = lengths.get(card) ?? memo((name) => measurePrompts(card, prompts(name)));
      lengths.set(card, measure);
      return measure(promptSet);
    },
  };
}

function auditPlan(
  spec: StudySpec,
  name: AuditName,
  shared: Pick<AuditPlan, 'world' | 'behaviours' | 'sampling'>,
): AuditPlan[] {
  const settings = spec.audits[name];
  if (settings === undefined) return [];
  return [{ audit: AUDITS[name], ...settings, seed: probeSeed(spec, name), ...shared }];
}

function measurePrompts(
  card: ModelCard,
  prompts: readonly SplitPrompt[],
): { mean: number; max: number } {
  const tokens = prompts.map(({ messages }) => renderPrompt(card, messages).ids.length);
  return {
    mean: tokens.reduce((sum, count) => sum + count, 0) / Math.max(1, tokens.length),
    max: Math.max(0, ...tokens),
  };
}

function memo<T>(compute: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const value = known.get(name) ?? compute(name);
    known.set(name, value);
    return value;
  };
}
