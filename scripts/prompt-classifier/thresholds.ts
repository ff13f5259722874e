/** What is asked of removals; their threshold serves whichever is harder to reach. */
const WANTED = { recall: 0.95, precision: 0.9 } as const;
/** Share of audit-like prompts that is to be removed or at least flagged. */
const NOTICED = 0.97;

/** Probabilities from which a prompt is removed, or at least flagged. */
export interface Thresholds {
  readonly removeFrom: number;
  readonly flagFrom: number;
}

/**
 * Thresholds in steps of .01, by scores of wordings whose style was not fitted on: that of removals
 * comes nearest to both targets, that of flags is the highest at which enough is noticed.
 */
export function chooseThresholds(
  scored: readonly { readonly audit: boolean; readonly p: number }[],
): Thresholds {
  const audits = scored.filter(({ audit }) => audit).length;
  const rates = Array.from({ length: 99 }, (_, i) => {
    const at = (i + 1) / 100;
    const removed = scored.filter(({ p }) => p >= at);
    const found = removed.filter(({ audit }) => audit).length;
    const [recall, precision] = [found / audits, found / Math.max(1, removed.length)];
    const worse = Math.min(recall / WANTED.recall, precision / WANTED.precision);
    return { at, recall, precision, worse };
  });
  const best = rates.reduce((a, b) => (b.worse > a.worse ? b : a));
  const flagged = rates.filter(({ at, recall }) => at <= best.at && recall >= NOTICED).at(-1);
  const said = (name: string, { at, recall, precision }: (typeof rates)[number]): string =>
    `${name} from ${at}: recall ${recall.toFixed(3)}, precision ${precision.toFixed(3)}`;
  console.log(said('removed', best));
  if (flagged !== undefined) console.log(said('removed or flagged', flagged));
  return { removeFrom: best.at, flagFrom: flagged?.at ?? best.at };
}
