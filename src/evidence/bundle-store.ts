import { workError } from '../base/errors.ts';
import { sha256 } from '../base/digest.ts';
import { openArtifacts } from '../store/artifacts.ts';
import type { Objects } from '../store/types.ts';
import type { StepRow } from '../store/steps.ts';
import type { ResultStore } from '../study/results.ts';
import type { Bundle } from './open-bundle.ts';

/** A bundle as the verdict reads results: no store, no file beside the bundle is touched. */
export function bundleStore(bundle: Bundle): ResultStore {
  const steps = new Map(bundle.steps.map((step) => [step.key, asRow(step)]));
  const objects = bundleObjects(bundle);
  return {
    objects,
    artifacts: openArtifacts(objects),
    steps: { find: (key) => steps.get(key) },
    ledger: {
      list: (study, afterSeq = 0) =>
        bundle.events.filter((event) => event.study === study && event.seq > afterSeq),
      ofType: (study, type) =>
        bundle.events.filter((event) => event.study === study && event.type === type),
    },
  };
}

function asRow(step: Bundle['steps'][number]): StepRow {
  return {
    ...step,
    costTokens: 0,
    status: 'done',
    attempt: 1,
    computed: 1,
    tokens: null,
    startedAt: '',
    finishedAt: null,
    durationMs: null,
    error: null,
  };
}

/** Objects of a bundle, and whatever is put beside them in memory. */
export function bundleObjects(bundle: Pick<Bundle, 'object' | 'hasObject'>): Objects {
  const made = new Map<string, Uint8Array>();
  const put: Objects['put'] = (data) => {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    const digest = sha256(bytes);
    made.set(digest, bytes);
    return digest;
  };
  return {
    has: (digest) => made.has(digest) || bundle.hasObject(digest),
    get: (digest) => {
      const bytes = made.get(digest) ?? bundle.object(digest);
      if (bytes === undefined)
        throw workError('object-missing', `the bundle lacks object ${digest}`);
      if (sha256(bytes) !== digest) {
        throw workError('object-corrupt', `object ${digest} has another sha256`);
      }
      return bytes;
    },
    put,
    putParts: (parts) => put([...parts()].join('')),
    path: (digest) => {
      throw workError('object-missing', `object ${digest} is no file of its own in a bundle`);
    },
  };
}
