/** What is asked of removals. */
const RECALL = 0.95;
/** Asked is .9; precision on earlier held-out wordings lay below that of cross-validation. */
const PRECISION = 0.92;
/** Share of audit-like prompts that is to be removed or at least flagged. */
const NOTICED = 0.97;

/** Probabilities from which a prompt is removed, or at least flagged. */
export interface Thresholds {
  readonly removeFrom: number;
  readonly flagFrom: number;
}

/**
 * Thresholds in steps of .01, by scores of wordings whose style was not fitted on: that of removals
 * leaves recall and precision the same margin in standard errors over what is asked, that of flags
 * is the highest at which enough is noticed.
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
    const margin = Math.min(
      standardErrors(recall - RECALL, recall),
      standardErrors(precision - PRECISION, precision),
    );
    return { at, recall, precision, margin };
  });
  const best = rates.reduce((a, b) => (b.margin > a.margin ? b : a));
  const flagged = rates.filter(({ at, recall }) => at <= best.at && recall >= NOTICED).at(-1);
  const said = (name: string, { at, recall, precision }: (typeof rates)[number]): string =>
    `${name} from ${at}: recall ${recall.toFixed(3)}, precision ${precision.toFixed(3)}`;
  console.log(said('removed', best));
  if (flagged !== undefined) console.log(said('removed or flagged', flagged));
  return { removeFrom: best.at, flagFrom: flagged?.at ?? best.at };
}

/** A difference of rates in standard errors of the rate, up to a common factor. */
function standardErrors(difference: number, rate: number): number {
  return difference / Math.sqrt(Math.max(1e-4, rate * (1 - rate)));
}
