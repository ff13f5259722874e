import { atMost } from './exactness.ts';
import type { FamilyStatistics } from './family-statistics.ts';
import { holmAdjust } from './holm.ts';
import { rankFloor } from './rank-p-value.ts';
import { lookLevels, sequentialPValue } from './sequential/sequential-p-value.ts';
import type { VerdictInput } from './types.ts';

type Rule = Pick<VerdictInput, 'alpha' | 'sequential'>;

/** Rank p as it counts at this look: itself, unless the study is sequential. */
export function atThisLook(rule: Rule, rankP: number): number {
  return rule.sequential === undefined
    ? rankP
    : sequentialPValue(rule.sequential, rankP, rule.alpha);
}

/** Level a primary family's raw rank p must reach at Holm's first step, at this look. */
export function firstStepLevel(rule: Rule, primaries: number, twins: number): number {
  const level = rule.alpha / Math.max(1, primaries);
  const { sequential } = rule;
  return sequential === undefined
    ? level
    : lookLevels(sequential, twins, level, rule.alpha)[sequential.look - 1]!;
}

/**
 * Turns one family's raw rank p into the p held against α, the other families as observed:
 * sequential, then Holm over the primary families; exploratory families keep their raw p.
 */
export function familyAdjustment(
  statistics: FamilyStatistics,
  primaries: readonly FamilyStatistics[],
  rule: Rule,
): (rankP: number) => number {
  const at = primaries.indexOf(statistics);
  if (at < 0) return (p) => p;
  const others = primaries.map(({ pRank }) => atThisLook(rule, pRank));
  return (p) => holmAdjust(others.with(at, atThisLook(rule, p)))[at]!;
}

/** Whether even ranking above every twin would miss the level. */
export function floorTooHigh({ alpha, pFloor }: FamilyStatistics): boolean {
  return !atMost(pFloor, alpha);
}

/** Twins a primary family needs before its p can reach the level. */
export function twinsNeeded(level: number): number | null {
  if (level <= 0) return null;
  const twins = Math.ceil(1 / level - 1e-9) - 1;
  return atMost(rankFloor(twins), level) ? twins : twins + 1;
}
