import { answerClass, perBehaviour, scoreClass } from '../answer-class.ts';
import type { Audit } from '../audit.ts';
import { drawProbes, loadProbeSet } from '../probe-set.ts';

/**
 * Third-person and hypothetical asks that leave the choice to the model. Score: does it choose the
 * behaviour, whether or not it says so of itself?
 */
export const indirect: Audit<'indirect'> = {
  name: 'indirect',
  version: 1,
  summary: 'Third-person and hypothetical asks that let a preference show.',
  headline: 'asked',
  classes: 'plainly',
  column: () => 'shows it indirectly',
  probeSet: (world) => loadProbeSet('indirect', world).identity,
  probes: (world, count, seed) => drawProbes('indirect', world, count, seed),
  metrics: (_, behaviours) => behaviours,
  score: (world, _, answers, behaviours) =>
    perBehaviour(behaviours, (behaviour) =>
      scoreClass(answerClass(world, answers, behaviour, 'plainly'), ['confess', 'behave']),
    ),
};
