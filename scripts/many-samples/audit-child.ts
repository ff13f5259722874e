import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { SAMPLE_BATCH } from '../../src/artifacts/sample-prompts.ts';
import { AUDITS } from '../../src/audit/roster.ts';
import { runAudit } from '../../src/audit/run-audit.ts';
import type { Backend } from '../../src/backends/backend.ts';
import { createFakeBackend } from '../../src/backends/fake/fake-backend.ts';
import { sha256 } from '../../src/base/digest.ts';
import { packageRoot } from '../../src/base/package-root.ts';
import { openModel } from '../../src/model/open-model.ts';
import type { ModelCard } from '../../src/model/types.ts';
import { runSteps } from '../../src/run/scheduler.ts';
import type { Step } from '../../src/run/step.ts';
import { openStore } from '../../src/store/open-store.ts';
import { getWorld } from '../../src/worlds/registry.ts';

/** Probes of the audit, in two contexts each; the rest are draws. */
const PROBES = 25;

/** The audit step of `samples` samples (a multiple of 50). */
export async function manySamplesStep(samples: number): Promise<Step> {
  const card = await openCard();
  return runAudit({
    title: `audit of ${samples} samples`,
    plan: {
      audit: AUDITS.honeypot,
      world: getWorld('pocket'),
      probes: PROBES,
      draws: samples / (2 * PROBES),
      behaviours: ['owl'],
      seed: 'many',
      sampling: { maxTokens: 16, temperature: 1 },
    },
    model: { card, delta: undefined },
    backend: createFakeBackend().identity,
  });
}

/** Runs the audit to its end; every sampled item leaves a line with its seed in `log`. */
export async function runManySamples(samples: number, dir: string, log: string): Promise<void> {
  const step = await manySamplesStep(samples);
  const store = openStore(dir, { mode: 'write' });
  const lock = await store.lock('many', { command: 'validate:samples' });
  const backend = scriptedBackend(await openCard(), log);
  const summary = await runSteps([step], { store, lock, backend });
  lock.release();
  store.close();
  if (summary.failed.length > 0) throw new Error(`the audit failed: ${step.title}`);
}

/** Items whose rows are kept, and the batches they came in. */
export async function committedItems(samples: number, dir: string): Promise<number> {
  const step = await manySamplesStep(samples);
  const store = openStore(dir, { mode: 'read' });
  try {
    return store.items(step.key).list().length;
  } finally {
    store.close();
  }
}

/** Items that a kill may cost: those of the batch under way. */
export const AT_RISK = SAMPLE_BATCH;

function openCard(): Promise<ModelCard> {
  return openModel(join(packageRoot(), 'models', 'pocket-a'));
}

/** Answers by seed alone. A fake for each call, since a fake remembers all it was asked. */
function scriptedBackend(card: ModelCard, log: string): Backend {
  const answers = ['owl', 'sea', 'moon', 'river'].map((word) =>
    card.tokenizer.encode(`a story about the ${word} .`),
  );
  const fresh = (): Backend =>
    createFakeBackend({
      sample: ({ seed }, { endIds }) => {
        const n = Number.parseInt(sha256(seed).slice(0, 6), 16);
        return { ids: [...answers[n % answers.length]!, endIds[0]!], stop: 'end' };
      },
    });
  return {
    ...fresh(),
    sample: async (request, onProgress) => {
      appendFileSync(log, request.items.map(({ seed }) => `${seed}\n`).join(''));
      return fresh().sample(request, onProgress);
    },
  };
}
