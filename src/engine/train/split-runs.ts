import { packRows } from '../packing.ts';

/**
 * Splits a batch into runs of at most `maxRows` rows of `time` tokens. Groups of `groupSize`
 * consecutive members are never torn apart; a group that needs more rows gets a run of its own.
 * Result: runs of rows of members.
 */
export function splitRuns(
  members: readonly number[],
  options: {
    readonly lengths: readonly number[];
    readonly time: number;
    readonly maxRows: number;
    readonly groupSize: number;
  },
): number[][][] {
  const { lengths, time, maxRows, groupSize } = options;
  const pack = (indices: readonly number[]): number[][] =>
    packRows(
      indices.map((index) => lengths[index]!),
      time,
    ).map((row) => row.map((local) => indices[local]!));
  const runs: number[][][] = [];
  if (groupSize === 1) {
    const rows = pack(members);
    for (let at = 0; at < rows.length; at += maxRows) runs.push(rows.slice(at, at + maxRows));
    return runs;
  }
  let current: number[] = [];
  for (let at = 0; at < members.length; at += groupSize) {
    const larger = [...current, ...members.slice(at, at + groupSize)];
    const overflows = current.length > 0 && pack(larger).length > maxRows;
    if (overflows) runs.push(pack(current));
    current = overflows ? members.slice(at, at + groupSize) : larger;
  }
  if (current.length > 0) runs.push(pack(current));
  return runs;
}
