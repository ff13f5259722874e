import { median } from '../workload.ts';
import type { Round, Worker } from './worker.ts';

/** Two sides' rounds, taken in turn in one run: the machine's drift meets both alike. */
export interface Comparison {
  /** Median over rounds of the peer's seconds per token divided by ours: above 1 we are faster. */
  readonly ratio: number;
  /** The same of every round. */
  readonly ratios: readonly number[];
  readonly tokensPerSecond: { readonly ours: number; readonly peer: number };
  /** Peak resident memory of each process. */
  readonly maxRssBytes: { readonly ours: number; readonly peer: number };
  /** Loss of each side's first step: equal when both compute the same thing. */
  readonly firstLoss?: { readonly ours: number; readonly peer: number };
  readonly settings: string;
}

/**
 * Runs `rounds` rounds of `steps` steps on both sides, every other round in the other order. The
 * first `warmup` steps of a round are not counted; `tokens` is what one step works through, unless
 * the rounds say it themselves.
 */
export async function interleave(
  ours: Worker,
  peer: Worker,
  plan: {
    readonly rounds: number;
    readonly steps: number;
    readonly warmup: number;
    readonly tokens?: number;
  },
): Promise<Comparison> {
  const counted = ({ seconds, tokens = plan.tokens ?? Number.NaN }: Round): number =>
    median(seconds.slice(plan.warmup)) / tokens;
  const pairs: { readonly ours: Round; readonly peer: Round }[] = [];
  for (let i = 0; i < plan.rounds; i++) {
    if (i % 2 === 0) {
      const first = await ours.round(plan.steps);
      pairs.push({ ours: first, peer: await peer.round(plan.steps) });
    } else {
      const first = await peer.round(plan.steps);
      pairs.push({ ours: await ours.round(plan.steps), peer: first });
    }
  }
  const ratios = pairs.map((pair) => counted(pair.peer) / counted(pair.ours));
  const rate = (side: 'ours' | 'peer'): number =>
    1 / median(pairs.map((pair) => counted(pair[side])));
  const [first, last] = [pairs[0]!, pairs.at(-1)!];
  const [ourLoss, peerLoss] = [first.ours.losses[0], first.peer.losses[0]];
  return {
    ratio: median(ratios),
    ratios,
    tokensPerSecond: { ours: rate('ours'), peer: rate('peer') },
    maxRssBytes: { ours: last.ours.maxRssBytes, peer: last.peer.maxRssBytes },
    ...(ourLoss === undefined || peerLoss === undefined
      ? {}
      : { firstLoss: { ours: ourLoss, peer: peerLoss } }),
    settings: peer.settings,
  };
}
