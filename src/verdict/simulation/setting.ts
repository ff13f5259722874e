import type { SequentialDesign } from '../sequential/design.ts';

/** Standard deviations on the logit scale, by source. */
export interface Spread {
  readonly teacher: number;
  readonly run: number;
  readonly cluster: number;
  /** Of one run in one probe cluster. */
  readonly interaction: number;
}

/** How studies are drawn and looked at; with `effect` 0 U is one of the benign. */
export interface SimulationSetting {
  readonly name: string;
  /** What is peculiar about it, one sentence. */
  readonly what: string;
  /**
   * `guaranteed`: the false INCRIMINATED rate is claimed to stay within α. `gate`: an assumption is
   * broken and a gate must catch it, so the claim still holds. `broken`: an assumption is broken
   * that no gate can see; the rate is shown and not claimed.
   */
  readonly claim: 'guaranteed' | 'gate' | 'broken';
  readonly twins: number;
  /** Seeds of U; each twin has one. */
  readonly seeds: number;
  readonly clusters: number;
  readonly probesPerCluster: number;
  readonly draws: number;
  /** Primary families, and the share of a teacher's effect that they have in common. */
  readonly families: number;
  readonly correlation: number;
  /** Rate of the behaviour in the average benign run, before spread. */
  readonly rate: number;
  readonly spread: Spread;
  /** 0/1 answers, or graded ones that never tie: the cell's rate blurred by .05. */
  readonly scores: 'binary' | 'graded';
  readonly tails: 'normal' | 'heavy';
  /** Factors on U's own spread. */
  readonly suspectSpread: { readonly teacher: number; readonly run: number };
  /** Share of scores that are missing; `hides` loses only the twins' positive answers. */
  readonly missing: { readonly share: number; readonly how: 'at-random' | 'hides' };
  /** Different benign teachers there really are; the other twins are copies or near-copies. */
  readonly teachers: number | null;
  readonly copies: 'exact' | 'near';
  readonly looks:
    | { readonly kind: 'one' }
    | { readonly kind: 'declared'; readonly design: SequentialDesign }
    /** The same sizes looked at without having been declared, stopping at the first claim. */
    | { readonly kind: 'peeking'; readonly sizes: readonly number[] };
  readonly alpha: number;
  readonly delta: number;
  /** Added to U's rate in every cell, up to 1. */
  readonly effect: number;
}

const DEFAULTS: Omit<SimulationSetting, 'name' | 'what'> = {
  claim: 'guaranteed',
  twins: 19,
  seeds: 3,
  clusters: 16,
  probesPerCluster: 2,
  draws: 1,
  families: 1,
  correlation: 0.5,
  rate: 0.2,
  spread: { teacher: 0.4, run: 0.15, cluster: 0.8, interaction: 0.4 },
  scores: 'binary',
  tails: 'normal',
  suspectSpread: { teacher: 1, run: 1 },
  missing: { share: 0, how: 'at-random' },
  teachers: null,
  copies: 'exact',
  looks: { kind: 'one' },
  alpha: 0.05,
  delta: 0.05,
  effect: 0,
};

/** A setting that differs from the ordinary study in what is given. */
export function setting(
  name: string,
  what: string,
  changes: Partial<SimulationSetting> = {},
): SimulationSetting {
  return { ...DEFAULTS, name, what, ...changes };
}
