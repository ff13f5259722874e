import { onTestFinished } from 'vitest';
import { createFakeBackend, type FakeBackend } from '../../src/backends/fake/fake-backend.ts';
import type { RunSummary } from '../../src/run/board.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { type RunOptions, runSteps } from '../../src/run/scheduler.ts';
import { defineStep, type Step, type StepContext, type StepOutput } from '../../src/run/step.ts';
import type { Store } from '../../src/store/open-store.ts';

/** A step whose result is its name and what its inputs were, unless `run` says otherwise. */
export function testStep(
  name: string,
  inputs: Readonly<Record<string, Step>> = {},
  overrides: Partial<Omit<Step, 'key' | 'name' | 'inputs'>> = {},
): Step {
  return defineStep({
    name,
    version: 1,
    stage: 'generate',
    title: `make ${name}`,
    params: {},
    inputs,
    backend: null,
    costTokens: 100,
    run: async (context) => resultOf(name, context),
    ...overrides,
  });
}

/** The default result of a test step. */
export function resultOf(name: string, context: StepContext): StepOutput {
  const from = Object.entries(context.inputs).map(([input, { digest }]) => `${input}=${digest}`);
  const text = context.objects.put(`${name}(${from.join(',')})`);
  return { kind: 'test', meta: { name }, files: { text } };
}

/** Runs steps under a lock of their own; `log` has what happened, in short. */
export async function runTestSteps(
  store: Store,
  steps: readonly Step[],
  options: Partial<RunOptions> & { study?: string } = {},
): Promise<{ summary: RunSummary; events: RunEvent[]; log: string[] }> {
  const events: RunEvent[] = [];
  const lock = await store.lock(options.study ?? 'owl', { command: 'test' });
  const backend: FakeBackend = createFakeBackend();
  onTestFinished(() => backend.close());
  try {
    const summary = await runSteps(steps, {
      store,
      lock,
      backend,
      onEvent: (event) => events.push(event),
      ...options,
    });
    return { summary, events, log: events.map(shortEvent) };
  } finally {
    lock.release();
  }
}

/** `step-started a`, `step-finished a (cached)`, … */
function shortEvent(event: RunEvent): string {
  if (!('key' in event)) return event.type;
  const cached = event.type === 'step-finished' && event.cached ? ' (cached)' : '';
  return `${event.type} ${event.name}${cached}`;
}
