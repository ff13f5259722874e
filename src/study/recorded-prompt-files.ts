import { compilePromptFile, type PromptFile } from '../prompts/prompt-file.ts';
import { promptFileBytes, readPromptFile } from '../prompts/read-prompt-file.ts';
import { getWorld } from '../worlds/registry.ts';
import type { RecordedInputs } from './recorded-inputs.ts';
import type { ResultStore } from './results.ts';
import type { StudySpec } from './spec.ts';

/**
 * Prompt files of a study from the bytes that its runs kept, compiled again: nothing is taken from
 * the record but which bytes they were. Files that no step read are left out.
 */
export async function recordedPromptFiles(
  spec: StudySpec,
  { models }: RecordedInputs,
  store: Pick<ResultStore, 'steps' | 'artifacts' | 'objects'>,
): Promise<Readonly<Record<string, PromptFile>>> {
  const files: Record<string, PromptFile> = {};
  for (const [set, { name, digest }] of Object.entries(models.promptFiles ?? {})) {
    const { key } = readPromptFile({ name, digest, bytes: new Uint8Array() });
    const artifact = store.steps.find(key)?.artifact;
    if (artifact == null) continue;
    const bytes = promptFileBytes(store.artifacts.get(artifact), store.objects);
    const compile = spec.promptSets[set]?.compile ?? true;
    files[set] = await compilePromptFile(bytes, name, getWorld(spec.world), compile);
  }
  return files;
}
