import { AUDITS } from '../audit/roster.ts';
import type { AuditFigure } from '../study/profiles.ts';
import { clopperPearsonInterval } from '../verdict/clopper-pearson.ts';
import type { Interval, Outcome } from '../verdict/types.ts';
import { type Auc, aucOf } from '../verdict/auc.ts';
import { rankDetection } from './rank-detection.ts';
import type { CalibratedStudy, CalibrationRun } from './run-calibration.ts';

/** How often something happened, with its exact 95% interval. */
export interface Frequency {
  readonly k: number;
  readonly n: number;
  readonly rate: number;
  readonly interval: Interval;
}

/** One way to look at U: an audit in one condition, of the teacher itself or of a family's student. */
export interface DetectorRoc extends Auc {
  /** `teacher`, or the family of the student. */
  readonly of: string;
  readonly audit: string;
  readonly condition: string;
}

/** A recipe at the cost of the registered one. */
export interface RecipeValue {
  readonly family: string;
  readonly tokensPerStudent: number;
  /** Twins this recipe affords where the first family affords `twins`. */
  readonly twinsAtBudget: number;
  /** Chance of rank p ≤ α with that many; null when fewer benign teachers were observed. */
  readonly detection: number | null;
  readonly auc: Auc;
}

/** What a calibration found. */
export interface CalibrationSummary {
  readonly nulls: Frequency;
  readonly organisms: Frequency;
  /** Null studies taken one per block: these share nothing. */
  readonly independentNulls: Frequency;
  readonly outcomes: { readonly null: OutcomeCounts; readonly organism: OutcomeCounts };
  /** Failed gates by name, over all studies. */
  readonly failedGates: Readonly<Record<string, number>>;
  readonly nullP: {
    readonly values: readonly number[];
    /** Null studies with rank p at or below each level. */
    readonly atMost: readonly { readonly level: number; readonly share: Frequency }[];
    /** Largest distance between their distribution and the uniform one on the ranks. */
    readonly distanceFromUniform: number;
  };
  readonly detectors: readonly DetectorRoc[];
  /** Best first; one entry when only the primary families were run. */
  readonly recipes: readonly RecipeValue[];
  /** How the studies hang together, in words. */
  readonly sharing: string;
}

type OutcomeCounts = Readonly<Partial<Record<Outcome, number>>>;

const LEVELS = [0.05, 0.1, 0.25, 0.5] as const;

/** Rates, p-values, ROC curves and the recipe to prefer, from the studies of a calibration. */
export function summariseCalibration(run: CalibrationRun): CalibrationSummary {
  const nulls = run.studies.filter(({ kind }) => kind === 'null');
  const organisms = run.studies.filter(({ kind }) => kind === 'organism');
  const firstOfBlock = nulls.filter(
    ({ block }, i) => nulls.findIndex((other) => other.block === block) === i,
  );
  const p = nulls.map(primaryP);
  return {
    nulls: incriminated(nulls),
    organisms: incriminated(organisms),
    independentNulls: incriminated(firstOfBlock),
    outcomes: { null: outcomes(nulls), organism: outcomes(organisms) },
    failedGates: failedGates(run.studies),
    nullP: {
      values: p,
      atMost: LEVELS.map((level) => ({
        level,
        share: frequency(p.filter((value) => value <= level + 1e-12).length, p.length),
      })),
      distanceFromUniform: distanceFromUniform(p, run.twins),
    },
    detectors: detectors(run, nulls, organisms),
    recipes: recipes(run, nulls, organisms),
    sharing: sharingText(run, nulls.length),
  };
}

function frequency(k: number, n: number): Frequency {
  return { k, n, rate: n === 0 ? 0 : k / n, interval: clopperPearsonInterval(k, n) };
}

function incriminated(studies: readonly CalibratedStudy[]): Frequency {
  const found = studies.filter(({ verdict }) => verdict.outcome === 'INCRIMINATED');
  return frequency(found.length, studies.length);
}

function outcomes(studies: readonly CalibratedStudy[]): OutcomeCounts {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { verdict } of studies) counts[verdict.outcome] = (counts[verdict.outcome] ?? 0) + 1;
  return counts;
}

function failedGates(studies: readonly CalibratedStudy[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name, ok } of studies.flatMap(({ verdict }) => verdict.gates)) {
    if (!ok) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Rank p of the first primary family. */
function primaryP({ id, verdict }: CalibratedStudy): number {
  const family = verdict.families.find(({ primary }) => primary);
  if (family === undefined) throw new Error(`study ${id} has no primary family`);
  return family.pRank;
}

/** max over ranks k of |share of p ≤ k / (B + 1) − k / (B + 1)|. */
function distanceFromUniform(p: readonly number[], twins: number): number {
  const ranks = Array.from({ length: twins + 1 }, (_, i) => (i + 1) / (twins + 1));
  const gaps = ranks.map((level) =>
    Math.abs(p.filter((value) => value <= level + 1e-12).length / Math.max(1, p.length) - level),
  );
  return Math.max(0, ...gaps);
}

function detectors(
  { behaviour }: CalibrationRun,
  nulls: readonly CalibratedStudy[],
  organisms: readonly CalibratedStudy[],
): readonly DetectorRoc[] {
  const [example] = organisms;
  if (example === undefined || nulls.length === 0) return [];
  return example.profiles.flatMap((profile) =>
    profile.figures
      .filter(({ metric, audit }) => metric === behaviour && AUDITS[audit].headline !== null)
      .map(({ audit, condition, metric }) => {
        const rates = (studies: readonly CalibratedStudy[]): number[] =>
          studies.map((study) => rateOf(study, profile.family, { audit, condition, metric }));
        const of = profile.family ?? 'teacher';
        return { of, audit, condition, ...aucOf(rates(organisms), rates(nulls)) };
      }),
  );
}

function rateOf(
  { id, profiles }: CalibratedStudy,
  family: string | null,
  wanted: Pick<AuditFigure, 'audit' | 'condition' | 'metric'>,
): number {
  const profile = profiles.find((candidate) => candidate.family === family);
  const figure = profile?.figures.find(
    ({ audit, condition, metric }) =>
      audit === wanted.audit && condition === wanted.condition && metric === wanted.metric,
  );
  if (figure === undefined) throw new Error(`study ${id} has no ${wanted.audit} of ${family}`);
  return figure.n === 0 ? 0 : figure.k / figure.n;
}

function recipes(
  run: CalibrationRun,
  nulls: readonly CalibratedStudy[],
  organisms: readonly CalibratedStudy[],
): readonly RecipeValue[] {
  const [reference] = run.costs;
  if (reference === undefined || nulls.length === 0 || organisms.length === 0) return [];
  const budget = run.twins * reference.tokens;
  return run.costs
    .map(({ family, tokens }): RecipeValue => {
      const statistics = (studies: readonly CalibratedStudy[]): number[] =>
        studies.map((study) => registeredStatistic(study, family));
      const [bad, benign] = [statistics(organisms), statistics(nulls)];
      const twinsAtBudget = Math.floor(budget / tokens);
      const observed = Math.min(twinsAtBudget, benign.length);
      return {
        family,
        tokensPerStudent: tokens,
        twinsAtBudget,
        detection: rankDetection(bad, benign, observed, run.alpha),
        auc: aucOf(bad, benign),
      };
    })
    .toSorted(
      (a, b) =>
        (b.detection ?? -1) - (a.detection ?? -1) ||
        b.auc.auc - a.auc.auc ||
        a.tokensPerStudent - b.tokensPerStudent,
    );
}

function registeredStatistic({ id, verdict }: CalibratedStudy, family: string): number {
  const found = verdict.families.find(({ name }) => name === family);
  const run = found?.suspectRuns.find(({ seed }) => seed === 1);
  if (run === undefined) throw new Error(`study ${id} has no student of U in ${family}`);
  return run.statistic;
}

function sharingText({ design, twins }: CalibrationRun, nulls: number): string {
  const { blocks } = design;
  if (blocks >= nulls) {
    return `Every null study has ${twins} twins, prompts and probes of its own, so the studies are independent.`;
  }
  const independent = nulls * (twins + 1);
  return `${nulls} null studies share ${blocks} sets of ${twins} twins, prompts and probes, each study with a U of its own. Given their set, the studies of a block are independent, so the interval holds for the rate with these ${blocks} sets; over new sets it is wider, and only one study per block is independent of the others (see there). Independence throughout would take ${independent} benign teachers with a student each instead of ${nulls + blocks * twins}: --blocks ${nulls}.`;
}
