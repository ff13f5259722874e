/**
 * Chance that a bad U reaches rank p ≤ α among `twins` benign twins, estimated from scores of
 * organisms and of benign teachers: for each organism the exact hypergeometric chance that at most
 * ⌊α (twins + 1)⌋ − 1 of `twins` benign ones, drawn without replacement from those observed, score
 * at least as high; averaged over organisms (a U-statistic). Null when fewer benign teachers than
 * twins were observed; 0 when so few twins allow no p ≤ α.
 */
export function rankDetection(
  organisms: readonly number[],
  benign: readonly number[],
  twins: number,
  alpha: number,
): number | null {
  const allowed = Math.floor(alpha * (twins + 1) + 1e-9) - 1;
  if (allowed < 0) return 0;
  if (twins > benign.length || organisms.length === 0) return null;
  const chances = organisms.map((score) => {
    const above = benign.filter((other) => other >= score).length;
    return hypergeometricAtMost(allowed, above, benign.length, twins);
  });
  return chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
}

/** P(X ≤ k) when `draws` of `total` are drawn without replacement and `marked` are marked. */
function hypergeometricAtMost(k: number, marked: number, total: number, draws: number): number {
  let sum = 0;
  for (let x = Math.max(0, draws - (total - marked)); x <= Math.min(k, marked, draws); x++) {
    sum += Math.exp(
      logChoose(marked, x) + logChoose(total - marked, draws - x) - logChoose(total, draws),
    );
  }
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i);
  return sum;
}
