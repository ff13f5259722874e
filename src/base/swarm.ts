/**
 * Vertical offsets that keep dots of equal or near values apart (a beeswarm): 0 for a free dot,
 * then alternately above and below. `spacing` is the least distance of two centres; offsets are
 * squeezed into ±`limit`, so many exact ties overlap in part but each stays visible.
 */
export function swarmOffsets(xs: readonly number[], spacing: number, limit: number): number[] {
  const order = xs.map((_, i) => i).sort((a, b) => xs[a]! - xs[b]! || a - b);
  const lanes = new Map<number, number>();
  const lastInLane = new Map<number, number>();
  for (const i of order) {
    const x = xs[i]!;
    let lane = 0;
    while (x - (lastInLane.get(lane) ?? Number.NEGATIVE_INFINITY) < spacing) {
      lane = lane > 0 ? -lane : -lane + 1;
    }
    lastInLane.set(lane, x);
    lanes.set(i, lane);
  }
  const widest = Math.max(1, ...[...lanes.values()].map(Math.abs));
  const step = Math.min(spacing, limit / widest);
  return xs.map((_, i) => (lanes.get(i) ?? 0) * step);
}
