import type { DeltaTable } from './delta-table.ts';
import { matchedTwinRows } from './delta-table.ts';
import { euclidean } from './distance/distances.ts';
import { mean } from './exactness.ts';
import { rankPValue } from './rank-p-value.ts';

/**
 * Exact rank p that U's profile over probe clusters is unlike the twins', in whatever direction:
 * each teacher's mean Euclidean distance to all the others is its nonconformity, and U's is
 * ranked among them (Vovk, Gammerman and Shafer 2005, ch. 2). Finds a student that shows the
 * behaviour on other probes than the twins do at the same overall rate. Annex: it says
 * "different", not "worse". 1 where some cluster of some run has no score.
 */
export function profilePValue(table: DeltaTable): number {
  const rows = [table.suspects[0]!, ...matchedTwinRows(table, table.suspects[0]!.seed)];
  if (rows.some((row) => row.counts.includes(0))) return 1;
  const profiles = rows.map((row) => Array.from(row.sums, (sum, c) => sum / row.counts[c]!));
  const strangeness = profiles.map((profile) =>
    mean(profiles.map((other) => euclidean(profile, other))),
  );
  return rankPValue(strangeness[0]!, strangeness.slice(1));
}
