/**
 * Chance, had U nothing to hide, that at some look it ranks `ranks[k]` or higher among
 * `looks[k]` twins (rank 1 is above all; 0 never). Exact and distribution-free: under
 * exchangeability each further twin falls into any of the gaps between those before it with equal
 * chance, so with a of B twins above U the next stands above it with chance (a + 1) / (B + 2), a
 * Pólya urn. Ties count against the alarm, which can only lower the chance.
 */
export function exactSequentialRank(looks: readonly number[], ranks: readonly number[]): number {
  // above[a]: chance of a twins above U with no look crossed so far.
  let above = Float64Array.of(1);
  let twins = 0;
  let crossed = 0;
  for (const [k, size] of looks.entries()) {
    for (; twins < size; twins++) above = withAnotherTwin(above, twins);
    for (let a = 0; a < Math.min(ranks[k]!, above.length); a++) {
      crossed += above[a]!;
      above[a] = 0;
    }
  }
  return Math.min(1, crossed);
}

function withAnotherTwin(above: Float64Array, twins: number): Float64Array<ArrayBuffer> {
  const next = new Float64Array(above.length + 1);
  for (let a = 0; a < above.length; a++) {
    const up = (a + 1) / (twins + 2);
    next[a + 1]! += above[a]! * up;
    next[a]! += above[a]! * (1 - up);
  }
  return next;
}
