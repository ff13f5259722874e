import { MODEL_DELTA } from '../artifacts/model-delta.ts';
import type { PlannedModel } from '../artifacts/planned-model.ts';
import { sha256 } from '../base/digest.ts';
import { loraScale } from '../model/lora-adapter.ts';
import { openAdapter } from '../model/open-adapter.ts';
import { writeSafetensors } from '../model/safetensors.ts';
import type { ModelCard } from '../model/types.ts';
import { defineStep } from '../run/step.ts';
import { FILES } from '../artifacts/outside-files.ts';

/** A LoRA adapter of the user's own as a store keeps it. */
export interface AdapterFile {
  /** A safetensors file in float32, which holds every narrower float exactly. */
  readonly bytes: Uint8Array;
  readonly digest: string;
  /** The update is `scale · B·A`. */
  readonly scale: number;
}

/** Reads a PEFT directory or GGUF file for a base; raises the user errors of `openAdapter`. */
export async function readAdapter(path: string, base: ModelCard): Promise<AdapterFile> {
  const adapter = await openAdapter(path, base.config);
  const bytes = writeSafetensors(adapter.tensors, { dtype: 'F32' });
  return { bytes, digest: sha256(bytes), scale: loraScale(adapter) };
}

/** Step: copies an adapter of the user's own into the store. Output: a `model-delta` on the base. */
export function importAdapter(base: ModelCard, adapter: AdapterFile, name: string): PlannedModel {
  const { bytes, digest, scale } = adapter;
  const delta = defineStep({
    name: 'import-adapter',
    version: 1,
    stage: 'organisms',
    title: `import ${name}`,
    params: { digest, scale },
    inputs: {},
    backend: FILES,
    costTokens: 0,
    run: async ({ objects }) => ({
      kind: MODEL_DELTA,
      meta: { kind: 'lora', scale },
      files: { delta: objects.put(bytes) },
    }),
  });
  return { card: base, delta };
}
