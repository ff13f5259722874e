import { fileOf } from '../artifacts/read-json-object.ts';
import { FILES } from '../artifacts/outside-files.ts';
import { defineStep, type Step } from '../run/step.ts';
import type { Artifact, Objects } from '../store/types.ts';

/** Kind of the artifact that holds a prompt file byte for byte. File: `source`. */
const PROMPT_FILE = 'prompt-file';

/**
 * Step: takes a prompt file of the user's own into the store, so that what was trained on can be
 * read and compiled again. Output: `prompt-file`, an object whose digest is the file's.
 */
export function readPromptFile(file: {
  readonly name: string;
  readonly digest: string;
  readonly bytes: Uint8Array;
}): Step {
  const { name, digest, bytes } = file;
  return defineStep({
    name: 'read-prompt-file',
    version: 1,
    stage: 'prompts',
    title: `read prompt file ${name}`,
    params: { name, digest },
    inputs: {},
    backend: FILES,
    costTokens: 0,
    run: async ({ objects }) => ({
      kind: PROMPT_FILE,
      meta: { name, bytes: bytes.length },
      files: { source: objects.put(bytes) },
    }),
  });
}

/** The bytes of a prompt file; their digest is checked as they are read. */
export function promptFileBytes(artifact: Artifact, objects: Objects): Uint8Array {
  return objects.get(fileOf(artifact, 'source'));
}
