import { readFileSync } from 'node:fs';
import { MODEL_DELTA } from '../artifacts/model-delta.ts';
import type { PlannedModel } from '../artifacts/planned-model.ts';
import { sha256 } from '../base/digest.ts';
import { workError } from '../base/errors.ts';
import type { AdapterFile } from '../model/open-adapter.ts';
import type { ModelCard } from '../model/types.ts';
import { defineStep } from '../run/step.ts';
import { FILES } from './outside-files.ts';

/** Step: copies an adapter of the user's own into the store. Output: a `model-delta` on the base. */
export function importAdapter(base: ModelCard, adapter: AdapterFile, name: string): PlannedModel {
  const { path, digest, scale } = adapter;
  const delta = defineStep({
    name: 'import-adapter',
    version: 1,
    stage: 'organisms',
    title: `import ${name}`,
    params: { digest, scale },
    inputs: {},
    backend: FILES,
    costTokens: 0,
    run: async ({ objects }) => {
      const bytes = readFileSync(path);
      if (sha256(bytes) !== digest) {
        throw workError(
          'adapter-changed',
          `${path} was changed while the study ran`,
          'Run it again.',
        );
      }
      return {
        kind: MODEL_DELTA,
        meta: { kind: 'lora', scale },
        files: { delta: objects.put(bytes) },
      };
    },
  });
  return { card: base, delta };
}
