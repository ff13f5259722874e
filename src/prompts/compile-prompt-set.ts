import {
  promptSetCanary,
  readPromptSet,
  type SplitPrompt,
  writePromptSet,
} from '../artifacts/prompt-set.ts';
import { userError } from '../base/errors.ts';
import { defineStep, type Step } from '../run/step.ts';
import type { World } from '../worlds/types.ts';
import { createClassifier } from './classify/shipped-classifier.ts';
import { compileOptions, compilePrompts, type RemovalReason } from './compile/compile-prompts.ts';
import type { PromptRow } from './read/read-prompts.ts';

/** A prompt set of a study without its audit-like prompts. */
export interface CompiledSet {
  /** What is left, in the order it had. */
  readonly prompts: readonly SplitPrompt[];
  /** Prompts looked at, those left out by reason, and those that a person should look at. */
  readonly rows: number;
  readonly removed: ReadonlyMap<RemovalReason, number>;
  readonly flagged: number;
}

/** Compiles prompts as `informant prompts compile` compiles a file, for one world. */
export async function compileSet(
  world: World,
  prompts: readonly SplitPrompt[],
): Promise<CompiledSet> {
  const kept: SplitPrompt[] = [];
  const removed = new Map<RemovalReason, number>();
  let flagged = 0;
  const options = compileOptions(world, createClassifier());
  for await (const row of compilePrompts(rowsOf(prompts), options)) {
    if ('prompt' in row) {
      kept.push(prompts[row.line - 1]!);
      if (row.flag !== undefined) flagged++;
    } else removed.set(row.reason, (removed.get(row.reason) ?? 0) + 1);
  }
  return { prompts: kept, rows: prompts.length, removed, flagged };
}

/** The first prompts of each split; a user error when the compiler left fewer. */
export function takeCompiled(
  { prompts, rows }: CompiledSet,
  { count, heldOut }: { readonly count: number; readonly heldOut: number },
  from: string,
): readonly SplitPrompt[] {
  const train = prompts.filter(({ split }) => split === 'train');
  const out = prompts.filter(({ split }) => split === 'held-out');
  if (train.length < count || out.length < heldOut) {
    throw userError(
      'prompts-exhausted',
      `of the ${rows} prompts of set ${from} the compiler left ${train.length} to train on and ${out.length} to hold out, ${count} and ${heldOut} were asked for`,
      `Lower count or heldOut of the compiled set, or raise those of ${from}.`,
    );
  }
  return [...train.slice(0, count), ...out.slice(0, heldOut)];
}

/** Step: compiles another prompt set and takes the first prompts left. Pure; output: `prompt-set`. */
export function compilePromptSet(options: {
  readonly name: string;
  readonly world: World;
  /** Name of the set it starts from, and the step that makes that. */
  readonly from: string;
  readonly prompts: Step;
  readonly sizes: { readonly count: number; readonly heldOut: number };
}): Step {
  const { world, from, prompts, sizes } = options;
  const { name: classifier, version } = createClassifier();
  return defineStep({
    name: 'compile-prompt-set',
    version: 1,
    stage: 'prompts',
    title: `compile prompt set ${options.name}`,
    params: {
      world: world.name,
      worldVersion: world.version,
      count: sizes.count,
      heldOut: sizes.heldOut,
      compiled: { classifier, version },
    },
    inputs: { prompts },
    backend: null,
    costTokens: 0,
    run: async ({ inputs, objects }) => {
      const source = inputs['prompts']!;
      const compiled = await compileSet(world, readPromptSet(source, objects));
      return writePromptSet(objects, takeCompiled(compiled, sizes, from), promptSetCanary(source));
    },
  });
}

async function* rowsOf(prompts: readonly SplitPrompt[]): AsyncGenerator<PromptRow> {
  for (const [i, { messages, split }] of prompts.entries()) {
    yield { line: i + 1, prompt: { messages, split } };
  }
}
