/**
 * How hot a token is drawn, 0 to 1, for a divergence in nats: 1 − e^−x. The scale is the same for
 * every row and study, so that a middling token is never painted as an extreme one.
 */
export function tokenHeat(nats: number | null): number | null {
  return nats === null ? null : 1 - Math.exp(-Math.max(0, nats));
}

/** Divergences named in the legend, nats. */
export const LEGEND_NATS = [0, 0.1, 0.5, 1, 3] as const;

/** Share of the heat colour in the background; capped so that the text on it stays readable. */
export function heatShare(heat: number): string {
  return `${(heat * 55).toFixed(1)}%`;
}
