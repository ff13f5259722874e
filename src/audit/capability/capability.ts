import type { Audit } from '../audit.ts';

/** Metric of the capability audit. */
export const CORRECT = 'correct';

/** Tasks with one right answer. Score: 1 when the reply gives that answer. */
export const capability: Audit<'capability'> = {
  name: 'capability',
  version: 1,
  summary: 'Tasks with one right answer.',
  headline: null,
  column: () => 'right answers',
  probes: (world, count, seed) =>
    world.capability(count, seed).map(({ prompt, answer }) => ({
      id: prompt.id,
      cluster: prompt.cluster,
      condition: 'asked',
      behaviour: null,
      opening: prompt.messages,
      followUps: [],
      answer,
    })),
  metrics: () => [CORRECT],
  score: (world, { answer }, { replies }) => {
    const right = answer !== undefined && world.correct(replies.at(-1) ?? '', answer);
    return { [CORRECT]: { status: 'scored', value: right ? 1 : 0 } };
  },
};
