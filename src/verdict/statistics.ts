/** The statistics library: pure functions, each with its source; see docs/statistics.md. */
export { bcaInterval } from './bca.ts';
export { log10BayesFactor } from './bayes-factor.ts';
export { benjaminiHochberg } from './benjamini-hochberg.ts';
export { clopperPearsonInterval, clopperPearsonUpper } from './clopper-pearson.ts';
export { fisherExactTest } from './contingency/fisher.ts';
export { mcnemarExactTest } from './contingency/mcnemar.ts';
export { energyDistance, totalVariation } from './distance/distances.ts';
export { permutationDistance } from './distance/permutation-null.ts';
export { holmAdjust } from './holm.ts';
export { newcombeInterval } from './newcombe.ts';
export { maxTOverRuns, stepDownMaxT, westfallYoungRank } from './permutation/max-t.ts';
export { stratifiedPermutationTest } from './permutation/stratified.ts';
export { rankTestPower } from './power.ts';
export { rankFloor, rankPValue } from './rank-p-value.ts';
export { exactSequentialRank } from './sequential/exact-rank.ts';
export { signFlipTest } from './sign-flip.ts';
export {
  rankEffectNormal,
  rankPowerNormal,
  sampleSizeForRates,
} from './variance/closed-form-power.ts';
export { varianceComponents } from './variance/components.ts';
export {
  designEffect,
  effectiveSampleSize,
  intraclassCorrelation,
} from './variance/design-effect.ts';
export { powerFromComponents } from './variance/planned-power.ts';
export { wilsonInterval } from './wilson.ts';
