import { type CompiledSet, compileSet } from '../prompts/compile-prompt-set.ts';
import { selectPrompts } from '../prompts/select-prompts.ts';
import { getWorld } from '../worlds/registry.ts';
import { promptSeed } from './arms.ts';
import { selectionOf } from './plan-prompts.ts';
import type { StudySpec } from './spec.ts';
import type { StudyModels } from './study-models.ts';

/** What the compiler leaves of the sets that the compiled sets of a study start from, by compiled set. */
export async function compileSets(
  spec: StudySpec,
  models: Pick<StudyModels, 'promptFiles'>,
): Promise<Readonly<Record<string, CompiledSet>>> {
  const world = getWorld(spec.world);
  const sets: Record<string, CompiledSet> = {};
  for (const [name, { from }] of Object.entries(spec.promptSets)) {
    if (from === undefined) continue;
    const prompts = selectPrompts(world, selectionOf(spec, models, from), promptSeed(spec, from));
    sets[name] = await compileSet(world, prompts);
  }
  return sets;
}
