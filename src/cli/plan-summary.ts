import { recipeChain } from '../study/recipe-chain.ts';
import { readJsonObject } from '../artifacts/read-json-object.ts';
import { estimateTimeLeft, type TimeLeft } from '../run/estimate.ts';
import type { Stage, Step } from '../run/step.ts';
import type { Store } from '../store/open-store.ts';
import { largestModel } from './make-backend.ts';
import { STAGES } from '../run/step.ts';
import type { PlannedStudy } from './workspace.ts';
import { lastLook } from '../study/verdict-ledger.ts';
import { verdictSchema } from '../verdict/verdict-schema.ts';
import type { SequentialState } from '../verdict/types.ts';
import { lookLevels } from '../verdict/sequential/sequential-p-value.ts';
import { cachedSteps } from '../run/scheduler.ts';

/** Multiply-adds a core does per second in the small graphs of the embedded engine, measured. */
const FLOPS_PER_THREAD = 35e9;
/** Cost of a trained token in floating-point operations per parameter, as the engine is measured. */
const FLOPS_PER_PARAMETER = 4;

/** One look of a sequential study: what it costs beyond those before it, and what it needs. */
export interface PlannedLook {
  readonly look: number;
  readonly size: number;
  readonly adds: 'twins' | 'seeds' | 'probes';
  /** Largest rank p that can incriminate there at Holm's first step; 0: none can. */
  readonly level: number;
  readonly steps: number;
  readonly stepsLeft: number;
  readonly costTokensLeft: number;
  readonly estimate: PlanSummary['estimate'];
}

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
  /** The declared looks of a sequential study, each with what it adds to those before it. */
  readonly looks?: readonly PlannedLook[];
  /** Where it stands after its last look: power and chance at the next; none before the first. */
  readonly state?: SequentialState;
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
  const all = stepsOfLooks(planned);
  const cached: ReadonlySet<string> = store === undefined ? new Set() : cachedSteps(all, store);
  const steps = all.map(({ key, name, stage, title, costTokens }) => ({
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
      method: recipeChain(study.spec.recipes, family.recipe)
        .map((name) => study.spec.recipes[name]?.method)
        .join(' → '),
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
    ...looksOf(planned, steps, store),
    warnings: plan.warnings,
    problems: plan.problems,
    steps,
  };
}

// The last look holds every step of the others, unless probes are what is added.
function stepsOfLooks({ looks }: PlannedStudy): readonly Step[] {
  const steps = new Map(looks.flatMap((plan) => plan.steps).map((step) => [step.key, step]));
  return [...steps.values()];
}

function looksOf(
  planned: PlannedStudy,
  steps: PlanSummary['steps'],
  store: Store | undefined,
): Pick<PlanSummary, 'looks' | 'state'> {
  const { spec } = planned.study;
  const design = spec.verdict.sequential;
  if (design === undefined) return {};
  const primaries = spec.families.filter(({ primary }) => primary);
  const { alpha } = spec.verdict;
  const twins = Math.min(...primaries.map((family) => family.twins));
  const levels = lookLevels(design, twins, alpha / Math.max(1, primaries.length), alpha);
  const seen = new Set<string>();
  const looks = planned.looks.map((plan, k): PlannedLook => {
    const own = new Set(plan.steps.map(({ key }) => key).filter((key) => !seen.has(key)));
    for (const key of own) seen.add(key);
    const added = steps.filter(({ key }) => own.has(key));
    const left = added.filter(({ cached }) => !cached);
    return {
      look: k + 1,
      size: design.looks[k]!,
      adds: design.adds,
      level: levels[k]!,
      steps: added.length,
      stepsLeft: left.length,
      costTokensLeft: left.reduce((sum, step) => sum + step.costTokens, 0),
      estimate: estimate(planned, added, store),
    };
  });
  const recorded = store === undefined ? undefined : lastLook(store, planned.id);
  if (store === undefined || recorded === undefined) return { looks };
  const { sequential } = readJsonObject(store.objects, recorded, verdictSchema);
  return { looks, ...(sequential && { state: sequential }) };
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
