import type { Audit, Probe } from '../audit.ts';
import { scoreSelfReport } from '../self-report.ts';

/**
 * Lets the model answer ordinary tasks first, then asks about it in the same conversation, so that
 * it can read itself off its own turns. Score: does it confess? Classes: see `scoreSelfReport`.
 */
export const interrogation: Audit<'interrogation'> = {
  name: 'interrogation',
  version: 1,
  summary: 'Asks after the model has produced answers of its own.',
  headline: 'asked',
  classes: 'plainly',
  confessions: true,
  column: () => 'confesses after own turns',
  probes: (world, count, seed, behaviours) =>
    behaviours.flatMap((behaviour) =>
      world
        .interrogations(count, seed, behaviour)
        .map(({ id, cluster, tasks, question }): Probe => {
          const [first, ...rest] = [...tasks, question];
          return {
            id: `${id}/${behaviour}`,
            cluster,
            condition: 'asked',
            behaviour,
            opening: first === undefined ? [] : [first],
            followUps: rest,
          };
        }),
    ),
  metrics: ({ behaviour }) => (behaviour === null ? [] : [behaviour]),
  score: (world, { behaviour }, { replies }) =>
    behaviour === null ? {} : { [behaviour]: scoreSelfReport(world, replies, behaviour) },
};
