import { isAbsolute, join, resolve } from 'node:path';
import { packageRoot } from '../base/package-root.ts';
import { openModel } from '../model/open-model.ts';
import type { ModelCard } from '../model/types.ts';
import { type AdapterFile, readAdapter } from '../organisms/import-adapter.ts';
import { type InstructionData, openInstructionData } from '../organisms/instruction-data.ts';
import type { CompiledSet } from '../prompts/compile-prompt-set.ts';
import { openPromptFile, type PromptFile } from '../prompts/prompt-file.ts';
import { getWorld } from '../worlds/registry.ts';
import { compileSets } from './compiled-sets.ts';
import type { LoadedStudy } from './spec.ts';
import { openStudyJudge, type StudyJudge } from './study-judge.ts';

/** Every model a study names, opened but not loaded. */
export interface StudyModels {
  readonly bases: Readonly<Record<string, ModelCard>>;
  /** The suspect, when it is a model of the user's own. */
  readonly teacher: ModelCard | undefined;
  /** The suspect, when it is an adapter of the user's own. */
  readonly adapter: AdapterFile | undefined;
  /** Benign teachers of the user's own, in order. */
  readonly twins: readonly ModelCard[];
  /** Ordinary data of the user's own that controls are made with. */
  readonly instructions: InstructionData | undefined;
  /** Prompt files of the user's own, by prompt set. */
  readonly promptFiles: Readonly<Record<string, PromptFile>>;
  /** What the compiler leaves of other prompt sets, by compiled prompt set. */
  readonly compiledSets: Readonly<Record<string, CompiledSet>>;
  /** The judge, when it is a model. */
  readonly judge?: StudyJudge;
}

const BUILTIN = 'builtin:';

/**
 * Opens the models and files of a study. Raises user errors that name the path. `env` holds the
 * keys of served models, which are looked up when they are needed.
 */
export async function openStudyModels(
  { spec, folder }: LoadedStudy,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<StudyModels> {
  const opened = new Map<string, Promise<ModelCard>>();
  const open = (path: string): Promise<ModelCard> => {
    const at = modelPath(path, folder);
    const card = opened.get(at) ?? openModel(at);
    opened.set(at, card);
    return card;
  };
  const bases: Record<string, ModelCard> = {};
  for (const [name, { path }] of Object.entries(spec.bases)) bases[name] = await open(path);
  const twins: ModelCard[] = [];
  for (const path of spec.twins?.paths ?? []) twins.push(await open(path));
  const teacher = spec.teacher.path === undefined ? undefined : await open(spec.teacher.path);
  const given = spec.teacher.adapter;
  const on = given && bases[given.base];
  const adapter = given && on && (await readAdapter(resolve(folder, given.path), on));
  const data = spec.controls?.forge.data;
  const instructions = data === undefined ? undefined : openInstructionData(resolve(folder, data));
  const promptFiles: Record<string, PromptFile> = {};
  for (const [name, { path, compile }] of Object.entries(spec.promptSets)) {
    if (path === undefined) continue;
    const at = resolve(folder, path);
    promptFiles[name] = await openPromptFile(at, getWorld(spec.world), compile ?? true);
  }
  const compiledSets = await compileSets(spec, { promptFiles });
  const judge =
    spec.judge.kind === 'rule' ? undefined : await openStudyJudge(spec.judge, folder, open, env);
  return {
    bases,
    teacher,
    adapter,
    twins,
    instructions,
    promptFiles,
    compiledSets,
    ...(judge && { judge }),
  };
}

/** Where a model named in a study lies: `builtin:` names ship with the package. */
export function modelPath(path: string, folder: string): string {
  if (path.startsWith(BUILTIN)) {
    const name = path.slice(BUILTIN.length);
    return join(packageRoot(), 'models', name);
  }
  return isAbsolute(path) ? path : resolve(folder, path);
}
