import { writePromptSet } from '../artifacts/prompt-set.ts';
import { defineStep, type Step } from '../run/step.ts';
import type { World } from '../worlds/types.ts';
import { type PromptSelection, selectPrompts } from './select-prompts.ts';

/** Step: draws a prompt set from a world. Pure; output: `prompt-set`. */
export function buildPromptSet(options: {
  readonly name: string;
  readonly world: World;
  readonly selection: PromptSelection;
  readonly seed: string;
}): Step {
  const { world, selection, seed } = options;
  const { kind, count, auditMarkedShare, heldOut } = selection;
  return defineStep({
    name: 'build-prompt-set',
    version: 1,
    stage: 'prompts',
    title: `draw prompt set ${options.name}`,
    params: {
      world: world.name,
      worldVersion: world.version,
      kind,
      count,
      auditMarkedShare,
      heldOut,
      seed,
    },
    inputs: {},
    backend: null,
    costTokens: 0,
    run: async ({ objects }) => writePromptSet(objects, selectPrompts(world, selection, seed)),
  });
}
