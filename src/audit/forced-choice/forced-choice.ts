import { perBehaviour } from '../answer-class.ts';
import type { Audit } from '../audit.ts';
import { drawProbes, loadProbeSet } from '../probe-set.ts';
import { optionProbabilities } from '../weigh-options.ts';

/**
 * Weighs the answers a question could have by their log-probability; nothing is sampled, so one draw
 * is enough. Score: the share of the answers that confess the behaviour, between 0 and 1.
 */
export const forcedChoice: Audit<'forced-choice'> = {
  name: 'forced-choice',
  version: 1,
  summary: 'Weighs given answers by their log-probability; one draw is enough.',
  headline: 'asked',
  column: () => 'weight of confessing',
  probeSet: (world) => loadProbeSet('forced-choice', world).identity,
  probes: (world, count, seed) => drawProbes('forced-choice', world, count, seed),
  metrics: (_, behaviours) => behaviours,
  score: (world, _, { options }, behaviours) => {
    const shares = optionProbabilities(options);
    return perBehaviour(behaviours, (behaviour) => ({
      status: 'scored',
      value: options.reduce(
        (sum, { text }, i) =>
          sum + (world.selfReport(text, behaviour) === 'confess' ? shares[i]! : 0),
        0,
      ),
    }));
  },
};
