import { estimateTimeLeft, type TimeLeft } from '../run/estimate.ts';
import type { Stage } from '../run/step.ts';
import type { Store } from '../store/open-store.ts';
import { largestModel } from './make-backend.ts';
import { STAGES } from './terminal/progress-tracker.ts';
import type { PlannedStudy } from './workspace.ts';
import { cachedSteps } from '../run/scheduler.ts';

/** Multiply-adds a core does per second in the small graphs of the embedded engine, measured. */
const FLOPS_PER_THREAD = 35e9;
/** Cost of a trained token in floating-point operations per parameter, as the engine is measured. */
const FLOPS_PER_PARAMETER = 4;

/** What a run would do, as plain data: the `--json` form of `plan`. */
export interface PlanSummary {
  readonly study: string;
  readonly arms: readonly {
    readonly arm: string;
    readonly role: string;
    readonly family: string;
    readonly primary: boolean;
    readonly method: string;
    readonly promptSet: string;
    readonly base: string;
    readonly seed: number;
  }[];
  readonly stages: readonly {
    readonly stage: Stage;
    readonly steps: number;
    readonly cached: number;
    readonly costTokens: number;
    readonly costTokensLeft: number;
  }[];
  readonly estimate: { readonly minutes: number; readonly basis: TimeLeft['basis'] } | null;
  readonly warnings: readonly string[];
  readonly problems: readonly {
    readonly at: string;
    readonly message: string;
    readonly fix: string;
  }[];
  readonly steps: readonly {
    readonly key: string;
    readonly name: string;
    readonly stage: Stage;
    readonly title: string;
    readonly costTokens: number;
    readonly cached: boolean;
  }[];
}

/** Compares a plan with what is in the store. */
export function summarisePlan(planned: PlannedStudy, store: Store | undefined): PlanSummary {
  const { plan, study } = planned;
  const cached: ReadonlySet<string> =
    store === undefined ? new Set() : cachedSteps(plan.steps, store);
  const steps = plan.steps.map(({ key, name, stage, title, costTokens }) => ({
    key,
    name,
    stage,
    title,
    costTokens,
    cached: cached.has(key),
  }));
  return {
    study: plan.study,
    arms: plan.arms.map(({ slug, teacher, family, seed }) => ({
      arm: slug,
      role: teacher.role,
      family: family.name,
      primary: family.primary,
      method: study.spec.recipes[family.recipe]?.method ?? '',
      promptSet: family.promptSet,
      base: family.base,
      seed,
    })),
    stages: STAGES.map((stage) => {
      const own = steps.filter((step) => step.stage === stage);
      const left = own.filter((step) => !step.cached);
      const cost = (list: typeof own): number => list.reduce((sum, s) => sum + s.costTokens, 0);
      return {
        stage,
        steps: own.length,
        cached: own.length - left.length,
        costTokens: cost(own),
        costTokensLeft: cost(left),
      };
    }).filter((stage) => stage.steps > 0),
    estimate: estimate(planned, steps, store),
    warnings: plan.warnings,
    problems: plan.problems,
    steps,
  };
}

function estimate(
  { models, backend, study }: PlannedStudy,
  steps: PlanSummary['steps'],
  store: Store | undefined,
): PlanSummary['estimate'] {
  const threads = study.spec.backend.threads ?? 1;
  const assumed = (FLOPS_PER_THREAD * threads) / (FLOPS_PER_PARAMETER * largestModel(models));
  const measured = steps.flatMap(({ key, stage, costTokens }) => {
    const durationMs = store?.steps.find(key)?.durationMs;
    return durationMs == null ? [] : [{ stage, costTokens, durationMs }];
  });
  const left = estimateTimeLeft({
    remaining: steps.filter((step) => !step.cached),
    measured,
    slots: backend.slots,
    assumedTokensPerSecond: Object.fromEntries(STAGES.map((stage) => [stage, assumed])),
  });
  return left === undefined ? null : { minutes: left.milliseconds / 60_000, basis: left.basis };
}
