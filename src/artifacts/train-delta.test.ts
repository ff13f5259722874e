import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CompiledSources,
  compileSources,
  outcomeOf,
  waitForOutput,
} from '../../test/support/child-process.ts';
import { temporaryFolder } from '../../test/support/temporary-store.ts';
import { tinyModel } from '../model/tiny-model.fixture.ts';
import { writeHfDirectory } from '../model/write-hf-directory.ts';
import { openStore } from '../store/open-store.ts';

/** One training step of 300 optimiser steps, its state kept as often as the backend likes. */
const PROGRAM = `
  import { trainDelta } from './src/artifacts/train-delta.js';
  import { createEmbeddedBackend } from './src/backends/embedded/embedded-backend.js';
  import { runSteps } from './src/run/scheduler.js';
  import { defineStep } from './src/run/step.js';
  import { openStore } from './src/store/open-store.js';

  const [dir, path] = process.argv.slice(2);
  const request = {
    model: { path, baseDigest: 'base', deltas: [], digest: 'base' },
    capacity: { kind: 'full' },
    examples: Array.from({ length: 40 }, (_, i) => (
      { promptIds: [1, i % 16], completionIds: [(i * 7) % 16, 2] })),
    objective: { kind: 'sft' },
    epochs: 60,
    batchSize: 8,
    optimiser: { learningRate: 1e-3, warmupSteps: 0, schedule: 'cosine', weightDecay: 0,
      maxGradNorm: 1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
    seed: 'student',
  };
  const step = defineStep({
    name: 'train', version: 1, stage: 'distill', title: 'train', params: {}, inputs: {},
    backend: null, costTokens: 1, run: (context) => trainDelta(context, request, 0),
  });
  const store = openStore(dir, { mode: 'write' });
  const lock = await store.lock('owl', { command: 'child' });
  const backend = createEmbeddedBackend({ workers: 0, threads: 1 });
  const onEvent = (event) => {
    if (event.type === 'step-progress') console.log('step ' + event.trainStep + ' done');
    if (event.type === 'step-finished') console.log('artifact ' + event.artifact);
  };
  await runSteps([step], { store, lock, backend, onEvent });
  const points = store.metrics.series(step.key, 'loss').map(({ trainStep }) => trainStep);
  console.log('points ' + points.length + ' from ' + points[0] + ' to ' + points.at(-1));
  lock.release();
  store.close();
  await backend.close();`;

describe('kill -9 during training', () => {
  let sources: CompiledSources;
  beforeAll(() => {
    sources = compileSources([
      'src/artifacts/train-delta.ts',
      'src/backends/embedded/embedded-backend.ts',
      'src/run/scheduler.ts',
    ]);
  }, 60_000);
  afterAll(() => sources.remove());

  it(
    'costs the steps since the last checkpoint and changes no byte',
    { timeout: 120_000 },
    async () => {
      const folder = temporaryFolder();
      const base = join(folder, 'base');
      writeHfDirectory(base, tinyModel());
      const run = (store: string) => sources.start(PROGRAM, [join(folder, store), base]);
      const artifactIn = (output: string): string | undefined => /artifact (\w+)/.exec(output)?.[1];

      const whole = await outcomeOf(run('whole'));
      expect(whole.output).toContain('step 1 done');
      const killed = run('killed');
      await waitForOutput(killed, 'step 200 done');
      killed.kill('SIGKILL');
      expect((await outcomeOf(killed)).signal).toBe('SIGKILL');
      const checkpoints = join(folder, 'killed', 'checkpoints');
      expect(readdirSync(checkpoints)).not.toEqual([]);

      const resumed = await outcomeOf(run('killed'));
      expect(resumed.exitCode).toBe(0);
      const firstStep = Number(/step (\d+) done/.exec(resumed.output)![1]);
      expect(firstStep).toBeGreaterThan(1);
      expect(artifactIn(resumed.output)).toBe(artifactIn(whole.output));
      expect(artifactIn(resumed.output)).toBeDefined();
      expect(resumed.output).toMatch(/points \d+ from \d+ to 300/);
      expect(existsSync(checkpoints) ? readdirSync(checkpoints) : []).toEqual([]);
      const store = openStore(join(folder, 'killed'), { mode: 'read' });
      const names = store.metrics.names(store.steps.list()[0]!.key);
      store.close();
      expect(names).toEqual(['grad_norm', 'learning_rate', 'loss', 'tokens', 'tokens_per_second']);
    },
  );
});
