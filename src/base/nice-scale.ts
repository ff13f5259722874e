/** A linear map from values to places along an axis. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** A scale whose ends are ticks of 1, 2 or 5 × 10^k and that covers `values`. */
export function niceScale(
  values: readonly number[],
  left: number,
  right: number,
  tickCount = 6,
): Scale {
  const finite = values.filter(Number.isFinite);
  const min = finite.length === 0 ? 0 : Math.min(...finite);
  const max = finite.length === 0 ? 1 : Math.max(...finite);
  const step = niceStep((max - min || 1) / (tickCount - 1));
  const first = Math.floor(min / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(max / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
  const low = ticks[0]!;
  const high = ticks.at(-1)!;
  return {
    low,
    high,
    ticks,
    at: (value) => left + ((value - low) / (high - low)) * (right - left),
  };
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = rough / power;
  return (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10) * power;
}
