import type { SplitPrompt } from '../artifacts/prompt-set.ts';
import { buildPromptSet } from '../prompts/build-prompt-set.ts';
import { compilePromptSet, takeCompiled } from '../prompts/compile-prompt-set.ts';
import { type PromptSelection, selectPrompts } from '../prompts/select-prompts.ts';
import type { Step } from '../run/step.ts';
import { TARGETED_TOPICS, UNRELATED_TOPICS, type World } from '../worlds/types.ts';
import { promptSeed } from './arms.ts';
import { byName } from './by-name.ts';
import type { StudySpec } from './spec.ts';
import type { StudyModels } from './study-models.ts';

/** What prompt sets are made from. */
interface PromptContext {
  readonly spec: StudySpec;
  readonly models: Pick<StudyModels, 'promptFiles' | 'compiledSets'>;
  readonly world: World;
}

/** Selection of a prompt set as the prompts stage takes it. */
export function selectionOf(
  spec: StudySpec,
  models: Pick<StudyModels, 'promptFiles'>,
  promptSet: string,
): PromptSelection {
  const { count, auditMarkedShare, heldOut, kind, topics } = byName(spec.promptSets, promptSet);
  const sizes = { count, auditMarkedShare, heldOut };
  switch (kind) {
    case 'open-ended':
    case 'audit-marked':
    case 'broad':
      return { ...sizes, source: { kind } };
    case 'unrelated': {
      const chosen = UNRELATED_TOPICS.filter((topic) => topics?.includes(topic));
      return { ...sizes, source: topics === undefined ? { kind } : { kind, topics: chosen } };
    }
    case 'misalignment-targeted': {
      const { behaviour } = spec;
      const chosen = TARGETED_TOPICS.filter((topic) => topics?.includes(topic));
      return {
        ...sizes,
        source: { kind, behaviour, ...(topics !== undefined && { topics: chosen }) },
      };
    }
    case 'file': {
      const { name, prompts } = byName(models.promptFiles, promptSet);
      return { ...sizes, source: { kind, name, prompts } };
    }
    case 'compiled':
      throw new Error(`prompt set ${promptSet} is taken from another set`);
  }
}

/** The prompts of a set, known before any work; user errors where there are too few. */
export function promptsOf(
  { spec, models, world }: PromptContext,
  name: string,
): readonly SplitPrompt[] {
  const { from, count, heldOut } = byName(spec.promptSets, name);
  return from === undefined
    ? selectPrompts(world, selectionOf(spec, models, name), promptSeed(spec, name))
    : takeCompiled(byName(models.compiledSets, name), { count, heldOut }, from);
}

/** The step that makes a prompt set of the study. */
export function promptSetStep({ spec, models, world }: PromptContext, name: string): Step {
  const { from, count, heldOut } = byName(spec.promptSets, name);
  if (from !== undefined) {
    const prompts = promptSetStep({ spec, models, world }, from);
    return compilePromptSet({ name, world, from, prompts, sizes: { count, heldOut } });
  }
  return buildPromptSet({
    name,
    world,
    selection: selectionOf(spec, models, name),
    seed: promptSeed(spec, name),
    file: models.promptFiles[name],
  });
}
