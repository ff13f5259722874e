import { AUDIT_NAMES, AUDITS, type AuditName } from '../audit/roster.ts';
import { bootstrapDelta } from '../verdict/cluster-bootstrap.ts';
import { deltaTable } from '../verdict/delta-table.ts';
import { mean } from '../verdict/exactness.ts';
import { runStatistic } from '../verdict/run-statistic.ts';
import type { Interval, RunScores } from '../verdict/types.ts';
import type { Manifest, ManifestArm, ManifestFamily } from './manifest.ts';
import { openResults, type Results, type ResultStore } from './results.ts';
import { scoreArm } from './score-runs.ts';

/** One thing that audits measure, as reports name it. */
export interface ComparedFigure {
  readonly label: string;
  readonly audit: AuditName;
  readonly condition: string;
  readonly metric: string;
}

/** One figure of one family: students of U beside those of its benign twins. */
export interface FamilyFigure extends ComparedFigure {
  /** Statistic of each of U's students, by seed. */
  readonly suspects: readonly number[];
  readonly twins: readonly number[];
  /** Draws without a score, of all students. */
  readonly missing: { readonly n: number; readonly missing: number };
  readonly delta: number;
  readonly interval: Interval;
}

/** A family with everything its students were measured on. */
export interface ComparedFamily {
  readonly family: string;
  readonly primary: boolean;
  readonly figures: readonly FamilyFigure[];
}

/**
 * Recipe × prompt set × base in one table: Δ of every figure with the interval of the verdict (a
 * cluster bootstrap over probes, teachers and U's runs, see `bootstrapDelta`). Beside the verdict,
 * which rests on one figure of the primary families alone; nothing here is adjusted for how much
 * was looked at.
 */
export function familyComparison(
  manifest: Manifest,
  store: ResultStore,
): readonly ComparedFamily[] {
  const results = openResults(store);
  return manifest.families.map((family) => ({
    family: family.name,
    primary: family.primary,
    figures: figuresOf(manifest, results, family).map((figure) =>
      familyFigure(manifest, results, family, figure),
    ),
  }));
}

/** Figures that reports have a column for and that this family's students were asked for. */
function figuresOf(
  { behaviour }: Manifest,
  results: Results,
  { arms }: ManifestFamily,
): readonly ComparedFigure[] {
  const [first] = arms;
  if (first === undefined) return [];
  return AUDIT_NAMES.flatMap((audit) => {
    const samples = results.samples(first.audits, audit);
    const conditions = [...new Set(samples.map(({ condition }) => condition))];
    return conditions.flatMap((condition): ComparedFigure[] => {
      const label = AUDITS[audit].column(condition);
      const scores = samples.find((sample) => sample.condition === condition)?.scores ?? {};
      const metric = AUDITS[audit].headline === null ? Object.keys(scores)[0] : behaviour;
      return label === undefined || metric === undefined
        ? []
        : [{ label, audit, condition, metric }];
    });
  });
}

function familyFigure(
  manifest: Manifest,
  results: Results,
  { name, arms }: ManifestFamily,
  figure: ComparedFigure,
): FamilyFigure {
  const runs = (role: ManifestArm['role']): RunScores[] =>
    arms
      .filter((arm) => arm.role === role)
      .map((arm) => scoreArm(arm, results, figure.audit, figure));
  const [suspects, twins] = [runs('suspect'), runs('twin')];
  const statistics = (of: readonly RunScores[]): number[] =>
    of.flatMap((run) => runStatistic(run).statistic ?? []);
  const all = [...suspects, ...twins].map(runStatistic);
  const { delta, interval } = bootstrapDelta(
    deltaTable(suspects, twins),
    JSON.stringify([manifest.bootstrapSeed, 'comparison', name, figure.label]),
  );
  return {
    ...figure,
    suspects: statistics(suspects),
    twins: statistics(twins),
    missing: {
      n: all.reduce((sum, { n }) => sum + n, 0),
      missing: all.reduce((sum, { missing }) => sum + missing, 0),
    },
    delta,
    interval,
  };
}

/** Means of both sides, for one line of a table; null where nothing was scored. */
export function meansOf({ suspects, twins }: Pick<FamilyFigure, 'suspects' | 'twins'>): {
  readonly suspects: number | null;
  readonly twins: number | null;
} {
  const meanOf = (values: readonly number[]) => (values.length === 0 ? null : mean(values));
  return { suspects: meanOf(suspects), twins: meanOf(twins) };
}
