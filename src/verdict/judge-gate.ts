import { clopperPearsonInterval } from './clopper-pearson.ts';
import { percent, plural } from './figures.ts';
import type { Gate } from './types.ts';

/** Name of the gate on judges. */
export const JUDGE_GATE = 'judge accuracy';

/** Least accuracy on answers whose score is known, in each order of presentation. */
const LEAST_ACCURACY = 0.9;

/** A judge's scores of known answers, shown in one order: e.g. yes-first and no-first. */
export interface KnownAnswers {
  readonly order: string;
  readonly correct: number;
  readonly n: number;
}

/**
 * Gate: a judge scores answers whose truth is known correctly in at least 90% of the cases in
 * every order they are shown in; a judge that follows the order fails one of them. The exact
 * lower bound is shown beside the worse order, since a handful of known answers proves little.
 * A judge that was never tried on any fails.
 */
export function judgeGate(known: readonly KnownAnswers[]): Gate {
  const name = JUDGE_GATE;
  const limit = LEAST_ACCURACY;
  const shares = known.map(({ correct, n }) => (n === 0 ? 0 : correct / n));
  const worst = known[shares.indexOf(Math.min(...shares))];
  if (worst === undefined) {
    const detail = 'The judge was not tried on answers whose score is known.';
    return { name, ok: false, figure: null, limit, detail };
  }
  const { low } = clopperPearsonInterval(worst.correct, worst.n);
  const orders = known.map(({ order, correct, n }) => `${correct} of ${n} ${order}`).join(', ');
  return {
    name,
    ok: known.length > 1 && shares.every((share) => share >= LEAST_ACCURACY),
    figure: Math.min(...shares),
    limit,
    detail: `Known answers scored correctly: ${orders} (${plural(known.length, 'order')}; exact 95% lower bound of the worst ${percent(low)}).`,
  };
}
