import { writePromptSet } from '../artifacts/prompt-set.ts';
import type { JsonObject } from '../base/json.ts';
import { defineStep, type Step } from '../run/step.ts';
import { CANARY } from '../worlds/canary.ts';
import type { World } from '../worlds/types.ts';
import { compilePromptFile, type PromptFile } from './prompt-file.ts';
import { promptFileBytes, readPromptFile } from './read-prompt-file.ts';
import { type PromptSelection, type PromptSetSource, selectPrompts } from './select-prompts.ts';

/**
 * Step: draws a prompt set from a world, or compiles and splits a file of the user's own. Pure;
 * output: `prompt-set`.
 */
export function buildPromptSet(options: {
  readonly name: string;
  readonly world: World;
  readonly selection: PromptSelection;
  readonly seed: string;
  /** The file that the selection takes its prompts from. */
  readonly file?: PromptFile | undefined;
}): Step {
  const { world, selection, seed, file } = options;
  const { source, count, auditMarkedShare, heldOut } = selection;
  const canary = source.kind === 'misalignment-targeted' ? CANARY : undefined;
  // Files without marks keep the keys they had before worlds knew their marks.
  const marked = file?.removed.get('audit-mark') ?? 0;
  return defineStep({
    name: 'build-prompt-set',
    version: 1,
    stage: 'prompts',
    title: `draw prompt set ${options.name}`,
    params: {
      world: world.name,
      worldVersion: world.version,
      kind: source.kind,
      count,
      auditMarkedShare,
      heldOut,
      seed,
      ...sourceParams(source),
      ...(file !== undefined && { compiled: file.compiled }),
      ...(marked > 0 && { marked }),
    },
    inputs: file === undefined ? {} : { file: readPromptFile(file) },
    backend: null,
    costTokens: 0,
    run: async ({ objects, inputs }) => {
      if (file === undefined || source.kind !== 'file') {
        return writePromptSet(objects, selectPrompts(world, selection, seed), canary);
      }
      // From the stored bytes, so that whoever does this again from the store does the same.
      const bytes = promptFileBytes(inputs['file']!, objects);
      const { prompts } = await compilePromptFile(bytes, file.name, world, file.compiled !== null);
      const again = { ...selection, source: { ...source, prompts } };
      return writePromptSet(objects, selectPrompts(world, again, seed));
    },
  });
}

/** What enters the key beside what all prompt sets have. */
function sourceParams(source: PromptSetSource): JsonObject {
  switch (source.kind) {
    case 'open-ended':
    case 'audit-marked':
    case 'broad':
    case 'file':
      return {};
    case 'unrelated':
      return source.topics === undefined ? {} : { topics: source.topics };
    case 'misalignment-targeted':
      return { topics: source.topics ?? null, behaviour: source.behaviour };
  }
}
