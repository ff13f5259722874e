/**
 * At most `maxPoints` of a curve: first, last, and the smallest and largest of equal buckets between,
 * in their order. Spikes survive, which random or every-nth sampling would lose.
 */
export function decimate<Point extends { readonly value: number }>(
  points: readonly Point[],
  maxPoints: number,
): Point[] {
  if (points.length <= maxPoints) return [...points];
  const inner = points.length - 2;
  const buckets = Math.max(1, Math.floor((maxPoints - 2) / 2));
  const kept: Point[] = [points[0]!];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = 1 + Math.floor((bucket * inner) / buckets);
    const to = 1 + Math.floor(((bucket + 1) * inner) / buckets);
    let low = from;
    let high = from;
    for (let i = from + 1; i < to; i++) {
      if (points[i]!.value < points[low]!.value) low = i;
      if (points[i]!.value > points[high]!.value) high = i;
    }
    kept.push(points[Math.min(low, high)]!);
    if (low !== high) kept.push(points[Math.max(low, high)]!);
  }
  kept.push(points.at(-1)!);
  return kept;
}
