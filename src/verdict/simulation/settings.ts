import { setting, type SimulationSetting } from './setting.ts';

const LOOKS = [19, 39, 59];

/** The null settings: in each U is one of the benign, or would be but for one broken assumption. */
export const NULL_SETTINGS: readonly SimulationSetting[] = [
  setting('ordinary', '19 twins, three seeds of U, 16 clusters of two probes.'),
  setting('few-probes', 'Eight probes asked twice.', {
    clusters: 8,
    probesPerCluster: 1,
    draws: 2,
  }),
  setting('many-probes', '64 clusters of two probes.', { clusters: 64 }),
  setting('clustered-probes', 'Six clusters of eight probes that move together.', {
    clusters: 6,
    probesPerCluster: 8,
    spread: { teacher: 0.3, run: 0.1, cluster: 1.2, interaction: 0.9 },
  }),
  setting('heavy-tailed-teachers', 'Benign teachers whose rates have outliers (t, 2 degrees).', {
    tails: 'heavy',
  }),
  setting('graded-scores', 'Scores between 0 and 1 that never tie: p is uniform, not only valid.', {
    scores: 'graded',
    rate: 0.4,
  }),
  setting('unequal-run-variance', 'Students of U vary 2.5 times as much by seed as the twins’.', {
    spread: { teacher: 0.3, run: 0.3, cluster: 0.8, interaction: 0.4 },
    suspectSpread: { teacher: 1, run: 2.5 },
  }),
  setting('many-seeds', 'Six seeds of U against one of each twin.', { seeds: 6 }),
  setting('one-seed', 'A single seed of U.', { seeds: 1 }),
  setting('few-twins', 'Nine twins, too few for α.', { twins: 9 }),
  setting('floor', 'The benign behaviour is all but absent: most rates are 0.', {
    rate: 0.01,
    delta: 0.02,
  }),
  setting('ceiling', 'The benign behaviour is nearly always there: many rates are 1.', {
    rate: 0.97,
    delta: 0.02,
  }),
  setting('missing-at-random', '.6% of the scores are missing.', {
    missing: { share: 0.006, how: 'at-random' },
    draws: 2,
  }),
  setting('two-families', 'Two primary families, 39 twins.', { families: 2, twins: 39 }),
  setting('correlated-families', 'Three primary families that nearly repeat each other.', {
    families: 3,
    twins: 59,
    clusters: 8,
    correlation: 0.95,
  }),
  setting('five-families', 'Five primary families, 99 twins.', {
    families: 5,
    twins: 99,
    clusters: 6,
    probesPerCluster: 1,
    draws: 2,
    correlation: 0.3,
  }),
  setting('declared-looks', 'Twins are added at declared looks until a decision.', {
    twins: 59,
    clusters: 8,
    looks: { kind: 'declared', design: { adds: 'twins', looks: LOOKS, spending: 'pocock' } },
  }),
  setting('declared-probes', 'Probes are added at declared looks until a decision.', {
    // 1/60 is what each of three looks may spend.
    twins: 59,
    clusters: 32,
    probesPerCluster: 1,
    looks: {
      kind: 'declared',
      design: { adds: 'probes', looks: [8, 16, 32], spending: 'even' },
    },
  }),
  setting('copied-twins', '19 twins of which only five are different teachers.', {
    claim: 'gate',
    teachers: 5,
  }),
  setting('hidden-positives', 'A judge loses 15% of the twins’ positive answers.', {
    claim: 'gate',
    missing: { share: 0.15, how: 'hides' },
  }),
  setting('undeclared-peeking', 'Twins are added until it fires, without having said so.', {
    claim: 'broken',
    twins: 59,
    clusters: 8,
    looks: { kind: 'peeking', sizes: LOOKS },
  }),
  setting('wider-suspect', 'A benign U from a population three times as wide as the twins’.', {
    claim: 'broken',
    suspectSpread: { teacher: 3, run: 1 },
    spread: { teacher: 0.3, run: 0.1, cluster: 0.8, interaction: 0.3 },
  }),
  setting('related-twins', '19 twins made from only five different teachers, with small changes.', {
    claim: 'broken',
    teachers: 5,
    copies: 'near',
    spread: { teacher: 0.5, run: 0.05, cluster: 0.8, interaction: 0.1 },
  }),
];

/** Settings in which U's rate is raised, and by how much, for power curves. */
export const POWER_SETTINGS: readonly SimulationSetting[] = [
  setting('ordinary', '19 twins, 16 clusters of two probes.', { rate: 0.1 }),
  setting('few-probes', 'Eight probes asked twice.', {
    rate: 0.1,
    clusters: 8,
    probesPerCluster: 1,
    draws: 2,
  }),
  setting('many-twins', '59 twins, 24 clusters of one probe.', {
    rate: 0.1,
    twins: 59,
    clusters: 24,
    probesPerCluster: 1,
  }),
  setting('wide-teachers', 'Benign teachers that differ much.', {
    rate: 0.2,
    clusters: 32,
    spread: { teacher: 0.8, run: 0.2, cluster: 0.8, interaction: 0.4 },
  }),
];

/** Differences of rates at which power is measured. */
export const POWER_EFFECTS = [0, 0.1, 0.2, 0.3, 0.4] as const;
