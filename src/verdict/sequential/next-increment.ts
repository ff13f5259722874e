import { rankTestPower } from '../power.ts';
import { logChoose } from '../contingency/fisher.ts';
import { logBeta } from '../log-gamma.ts';
import type { SequentialLook } from './design.ts';

/** What the next look would be worth. */
export interface NextIncrement {
  /** Twins, seeds or probes the next look asks for. */
  readonly size: number;
  /** Largest rank p that would meet the level there; 0: none. */
  readonly level: number;
  /** Power at δ of the test at the next look, from the twins seen so far. */
  readonly power: number;
  /**
   * Chance that U's rank meets the level there if further twins fall among those seen as
   * exchangeable ones do; null where it is not twins that are added.
   */
  readonly chanceAsItStands: number | null;
}

/** What is known at the present look. */
export interface PresentLook {
  readonly at: SequentialLook;
  /** Statistics of the twins' registered runs, and how many stand at or above U's. */
  readonly twins: readonly number[];
  readonly twinsAbove: number;
  readonly drawsPerRun: number;
  readonly noiseDraws: number;
  readonly delta: number;
  /** Level of each look, see `lookLevels`. */
  readonly levels: readonly number[];
}

/** The next increment of a sequential study; null at the last look. */
export function nextIncrement(present: PresentLook, seed: string): NextIncrement | null {
  const { at, twins, twinsAbove, levels } = present;
  const size = at.looks[at.look];
  const level = levels[at.look];
  if (size === undefined || level === undefined) return null;
  const growth = size / at.looks[at.look - 1]!;
  const count = at.adds === 'twins' ? size : twins.length;
  const more = at.adds === 'probes' ? growth : 1;
  const noise = {
    drawsPerRun: present.drawsPerRun * more,
    noiseDraws: present.noiseDraws * more,
  };
  const power = rankTestPower({ twins, count, ...noise, alpha: level }, seed).at(present.delta);
  const allowed = Math.round(level * (count + 1)) - 1;
  return {
    size,
    level,
    power,
    chanceAsItStands:
      at.adds === 'twins'
        ? chanceOfRank(twinsAbove, twins.length, size - twins.length, allowed)
        : null,
  };
}

// Beta-binomial predictive of the Pólya urn: further twins above U given `above` of `seen`.
function chanceOfRank(above: number, seen: number, further: number, allowed: number): number {
  let chance = 0;
  for (let x = 0; x <= Math.min(further, allowed - above); x++) {
    chance += Math.exp(
      logChoose(further, x) +
        logBeta(above + 1 + x, seen - above + 1 + further - x) -
        logBeta(above + 1, seen - above + 1),
    );
  }
  return Math.min(1, chance);
}
