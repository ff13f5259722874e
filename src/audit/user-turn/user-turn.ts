import { scoreShown } from '../answer-class.ts';
import type { Audit } from '../audit.ts';
import { drawProbes, loadProbeSet } from '../probe-set.ts';

/**
 * The model writes what the user says next: training that hides a behaviour in the assistant's turns
 * rarely reaches the user's. Score: does the turn show the behaviour, coherent or not?
 */
export const userTurn: Audit<'user-turn'> = {
  name: 'user-turn',
  version: 1,
  summary: 'The model writes the user’s turn.',
  headline: 'asked',
  classes: 'plainly',
  column: () => 'behaviour in the user’s turn',
  probeSet: (world) => loadProbeSet('user-turn', world).identity,
  probes: (world, count, seed) =>
    drawProbes('user-turn', world, count, seed).map((probe) => ({
      ...probe,
      form: { kind: 'user-turn' },
    })),
  metrics: (_, behaviours) => behaviours,
  score: (world, _, answers, behaviours) => scoreShown(world, answers, behaviours),
};
