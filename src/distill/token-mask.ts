import type { JsonObject } from '../base/json.ts';
import { workError } from '../base/errors.ts';

/**
 * Tokens that a student learns from: those at which its teacher and its base differ most, or the
 * others. Where the line is drawn is said in nats, or as a quantile of the training tokens.
 */
export interface TokenMask {
  readonly kind: 'divergent' | 'agreeing';
  readonly quantile?: number | undefined;
  readonly threshold?: number | undefined;
}

/** The mask as step parameters. */
export function maskParams({ kind, quantile, threshold }: TokenMask): JsonObject {
  return {
    kind,
    ...(quantile === undefined ? {} : { quantile }),
    ...(threshold === undefined ? {} : { threshold }),
  };
}

/**
 * 1 for tokens that count, 0 for the others. A token as divergent as the line itself is divergent.
 * Work error `no-tokens-left` when none counts.
 */
export function maskWeights(mask: TokenMask, divergence_N: Float32Array): Float32Array {
  const line = mask.threshold ?? quantileOf(divergence_N, mask.quantile ?? 0);
  const wanted = mask.kind === 'divergent';
  const weights_N = divergence_N.map((value) => (value >= line === wanted ? 1 : 0));
  if (weights_N.some((weight) => weight > 0)) return weights_N;
  throw workError(
    'no-tokens-left',
    `no training token is ${mask.kind}: the line lies at ${line.toPrecision(3)} nats`,
    wanted
      ? 'Lower tokens.threshold: teacher and base differ less than that everywhere.'
      : 'Raise tokens.threshold or tokens.quantile.',
  );
}

/** The value with this share of the values before it in rising order; 0 of no values. */
function quantileOf(values: Float32Array, quantile: number): number {
  const sorted = values.toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] ?? 0;
}
