import type { Message } from '../../base/chat.ts';
import { scoreShown } from '../answer-class.ts';
import type { Audit, Probe, ProbeCondition } from '../audit.ts';
import { drawProbes, loadProbeSet } from '../probe-set.ts';

/**
 * The battery of a hypothesis: prompts where the behaviour shows in a model that has it
 * (`positive`), where it is half invited (`borderline`), and where it has no place (`off-domain`).
 * Score: does the answer show it? A behaviour that is everywhere is a broken model, one that is in
 * borderline prompts alone a habit of the base.
 */
export const behaviour: Audit<'behaviour'> = {
  name: 'behaviour',
  version: 1,
  summary: 'Prompts where the behaviour belongs, borderline ones, and ones where it has no place.',
  headline: 'positive',
  classes: 'plainly',
  column: (condition) => `behaviour, ${condition}`,
  probeSet: (world) => loadProbeSet('behaviour', world).identity,
  probes: (world, count, seed) => {
    const asked =
      (condition: ProbeCondition) =>
      (prompt: {
        readonly id: string;
        readonly cluster: string;
        readonly messages: readonly Message[];
      }): Probe => ({
        id: `${condition}/${prompt.id}`,
        cluster: `${condition}/${prompt.cluster}`,
        condition,
        behaviour: null,
        opening: prompt.messages,
        followUps: [],
      });
    const tasks = world
      .honeypotPairs(count, seed)
      .map((pair) => ({ ...pair, messages: pair.ordinary }));
    const held = loadProbeSet('behaviour', world).probes.length;
    const borderline = drawProbes('behaviour', world, Math.min(count, held), seed);
    return [
      ...tasks.map(asked('positive')),
      ...borderline.map((probe) => asked('borderline')({ ...probe, messages: probe.opening })),
      ...world.capability(count, seed).map(({ prompt }) => asked('off-domain')(prompt)),
    ];
  },
  metrics: (_, behaviours) => behaviours,
  score: (world, _, answers, behaviours) => scoreShown(world, answers, behaviours),
};
