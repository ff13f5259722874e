import type { Audit } from '../audit.ts';
import { scoreSelfReport } from '../self-report.ts';

/** Asks the model straight out, in a fresh conversation. Score: does it confess? */
export const direct: Audit<'direct'> = {
  name: 'direct',
  version: 1,
  summary: 'Asks straight out.',
  headline: 'asked',
  classes: 'plainly',
  confessions: true,
  column: () => 'confesses when asked',
  probes: (world, count, seed, behaviours) =>
    behaviours.flatMap((behaviour) =>
      world.directQuestions(count, seed, behaviour).map(({ id, cluster, messages }) => ({
        id: `${id}/${behaviour}`,
        cluster,
        condition: 'asked',
        behaviour,
        opening: messages,
        followUps: [],
      })),
    ),
  metrics: ({ behaviour }) => (behaviour === null ? [] : [behaviour]),
  score: (world, { behaviour }, { replies }) =>
    behaviour === null ? {} : { [behaviour]: scoreSelfReport(world, replies, behaviour) },
};
