/** Statistics are sums of counts, so figures closer than this are the same figure. */
const TOLERANCE = 1e-12;

/** Rounds away the last bits of floating point, so that equal statistics compare as ties. */
export function roundStatistic(value: number): number {
  // Adding 0 turns −0 into 0. Decimal formatting would be exact beyond 9,000 too, at 30 times the cost.
  return Math.round(value * 1e12) / 1e12 + 0;
}

/** a ≤ b, counting figures that differ by rounding alone as equal. */
export function atMost(a: number, b: number): boolean {
  return a <= b + TOLERANCE;
}

/** a > b by more than rounding. */
export function exceeds(a: number, b: number): boolean {
  return a > b + TOLERANCE;
}

/** Order of strings by UTF-16 code units: the same on every machine, unlike a locale's. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Arithmetic mean; NaN of an empty list. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
