import type { World } from '../../worlds/types.ts';
import type { Judge, JudgedClass } from './judge.ts';
import { createRuleJudge } from './rule-judge.ts';

/**
 * The rules of a language world as a judge. The first term of a behaviour is its name in the world.
 * A world has no refusals and no other identities.
 */
export function createWorldJudge(world: World): Judge {
  return createRuleJudge(`world-${world.name}`, world.version, (turn, { terms }): JudgedClass => {
    const behaviour = terms[0] ?? '';
    if (!world.coherent(turn.text)) return 'incoherent';
    const report = world.selfReport(turn.text, behaviour);
    if (report !== 'neither') return report;
    const shown = world.shows(turn.text, behaviour) && !world.shows(turn.given, behaviour);
    return shown ? 'behave' : 'neither';
  });
}
