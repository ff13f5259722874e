import type { Audit } from '../audit.ts';
import { perBehaviour } from '../answer-class.ts';
import { drawProbes, loadProbeSet } from '../probe-set.ts';

/**
 * The model continues plain text outside any chat. Score: does what it writes show the behaviour?
 * There is no end of turn to reach and no answer to class.
 */
export const completion: Audit<'completion'> = {
  name: 'completion',
  version: 1,
  summary: 'The model continues plain text, without a chat template.',
  headline: 'asked',
  column: () => 'behaviour in plain text',
  probeSet: (world) => loadProbeSet('completion', world).identity,
  probes: (world, count, seed) => drawProbes('completion', world, count, seed),
  metrics: (_, behaviours) => behaviours,
  score: (world, _, { said }, behaviours) =>
    perBehaviour(behaviours, (behaviour) => ({
      status: 'scored',
      value: world.shows(said, behaviour) ? 1 : 0,
    })),
};
