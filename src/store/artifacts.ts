import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import { workError } from '../base/errors.ts';
import { jsonColumn, jsonObject } from './columns.ts';
import type { Artifact, Objects } from './types.ts';

/** Outputs of finished steps, kept as objects of canonical JSON `{files, kind, meta}`. */
export interface Artifacts {
  /** Stores an artifact; its files must be in the object store already (else a bug: Error). */
  put(output: Omit<Artifact, 'digest'>): Artifact;
  /** Raises a work error when it is missing, damaged or not an artifact. */
  get(digest: string): Artifact;
}

const artifactColumn = jsonColumn.pipe(
  z.strictObject({
    kind: z.string(),
    meta: jsonObject,
    files: z.record(z.string(), z.string()),
  }),
);

/** Artifacts in an object store. */
export function openArtifacts(objects: Objects): Artifacts {
  return {
    put: ({ kind, meta, files }) => {
      for (const [name, digest] of Object.entries(files)) {
        if (!objects.has(digest)) {
          throw new Error(
            `artifact ${kind} names file ${name} (${digest}), which was never stored`,
          );
        }
      }
      return { digest: objects.put(canonicalJson({ kind, meta, files })), kind, meta, files };
    },
    get: (digest) => {
      const text = new TextDecoder().decode(objects.get(digest));
      const artifact = parseArtifact(text);
      if (artifact === undefined) {
        throw workError('object-corrupt', `object ${digest} is not an artifact`);
      }
      return { digest, ...artifact };
    },
  };
}

function parseArtifact(text: string): Omit<Artifact, 'digest'> | undefined {
  try {
    return artifactColumn.parse(text);
  } catch {
    return undefined;
  }
}
