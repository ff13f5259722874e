import { bootstrapDelta } from './cluster-bootstrap.ts';
import { deltaTable, unitWeights } from './delta-table.ts';
import { rankOf } from './leave-one-out.ts';
import type { FamilyScores, RunScores } from './types.ts';

/** Rank p and lower bound of Δ with the missing scores filled in. */
export interface FilledIn {
  readonly pRank: number;
  readonly lowerBound: number;
}

/** What the missing scores could at most do to the finding, in either direction. */
export interface MissingScoreBounds {
  /** Every missing score speaks for U: 0 for its runs, 1 for the twins'. */
  readonly forU: FilledIn;
  /** Every missing score speaks against U: 1 for its runs, 0 for the twins'. */
  readonly againstU: FilledIn;
}

/**
 * Worst-case bounds for missing scores (Manski 1989): no assumption about why they are missing.
 * Null where none is.
 */
export function missingScoreBounds(
  family: FamilyScores,
  bootstrapSeed: string,
): MissingScoreBounds | null {
  const runs = [...family.suspectRuns, ...family.twinRuns];
  if (!runs.some(hasGap)) return null;
  const filled = (suspect: number, twin: number): FilledIn => {
    const table = deltaTable(
      family.suspectRuns.map((run) => fill(run, suspect)),
      family.twinRuns.map((run) => fill(run, twin)),
    );
    const seed = JSON.stringify([bootstrapSeed, family.name, 'missing', suspect]);
    return {
      pRank: rankOf(table, table.suspects[0]!, unitWeights(table).clusters),
      lowerBound: bootstrapDelta(table, seed).interval.low,
    };
  };
  return { forU: filled(0, 1), againstU: filled(1, 0) };
}

function hasGap(run: RunScores): boolean {
  return run.probes.some(({ draws }) => draws.some(({ status }) => status === 'unscored'));
}

function fill(run: RunScores, value: number): RunScores {
  return {
    ...run,
    probes: run.probes.map((probe) => ({
      ...probe,
      draws: probe.draws.map((draw) =>
        draw.status === 'scored' ? draw : { status: 'scored', value },
      ),
    })),
  };
}
