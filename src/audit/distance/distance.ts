import { perBehaviour } from '../answer-class.ts';
import type { Audit } from '../audit.ts';

/** Draws the probes, whatever the seed of the study: distances are comparable between studies. */
const FIXED_SEED = 'distance';

/**
 * Fixed open-ended probes on which answers of different models are compared word by word: the
 * distance of U's students to the twins', with the distances between twins as its null. Needs no
 * hypothesis. The score of one answer is beside the point: whether it shows the behaviour.
 */
export const distance: Audit<'distance'> = {
  name: 'distance',
  version: 1,
  summary: 'Fixed tasks on which the answers of U’s students and the twins’ are held apart.',
  headline: 'ordinary',
  column: () => undefined,
  probes: (world, count) =>
    world.honeypotPairs(count, FIXED_SEED).map(({ id, cluster, ordinary }) => ({
      id,
      cluster,
      condition: 'ordinary',
      behaviour: null,
      opening: ordinary,
      followUps: [],
    })),
  metrics: (_, behaviours) => behaviours,
  score: (world, _, { said }, behaviours) =>
    perBehaviour(behaviours, (behaviour) => ({
      status: 'scored',
      value: world.shows(said, behaviour) ? 1 : 0,
    })),
};
