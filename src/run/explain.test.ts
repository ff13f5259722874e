import { describe, expect, it } from 'vitest';
import { runTestSteps, testStep } from '../../test/support/steps.ts';
import { temporaryStore } from '../../test/support/temporary-store.ts';
import { explainStep } from './explain.ts';
import type { Step } from './step.ts';

const data = (temperature: number): Step => testStep('data', {}, { params: { temperature } });
const student = (rank: number, input: Step): Step =>
  testStep('student', { data: input }, { params: { lora: { rank, alpha: 16 } } });

describe('explainStep', () => {
  it('knows a new, a cached and a failed step', async () => {
    const store = temporaryStore();
    const step = student(8, data(1));
    expect(explainStep(step, store)).toEqual({ status: 'new' });
    await runTestSteps(store, [step]);
    expect(explainStep(step, store)).toEqual({ status: 'cached', row: store.steps.find(step.key) });
    store.steps.fail(step.key, 'no memory');
    expect(explainStep(step, store)).toMatchObject({
      status: 'unfinished',
      reason: 'attempt 1 failed: no memory',
    });
  });

  it('names the parameter that differs from the most similar step of that title', async () => {
    const store = temporaryStore();
    await runTestSteps(store, [student(4, data(0.5)), student(8, data(1))]);
    expect(explainStep(student(16, data(1)), store)).toMatchObject({
      status: 'changed',
      row: { key: student(8, data(1)).key },
      differences: [{ path: 'params.lora.rank', stored: 8, planned: 16, because: [] }],
    });
  });

  it('follows a changed input to its cause', async () => {
    const store = temporaryStore();
    await runTestSteps(store, [student(8, data(1))]);
    const explanation = explainStep(student(8, data(0)), store);
    expect(explanation).toMatchObject({
      status: 'changed',
      differences: [
        {
          path: 'inputs.data',
          because: [{ path: 'params.temperature', stored: 1, planned: 0 }],
        },
      ],
    });
  });

  it('names version, backend and what was added or removed', async () => {
    const store = temporaryStore();
    await runTestSteps(store, [testStep('a', {}, { params: { old: 1 }, backend: { name: 'x' } })]);
    const planned = testStep('a', {}, { version: 2, params: { new: 1 }, backend: { name: 'y' } });
    expect(explainStep(planned, store)).toMatchObject({
      differences: [
        { path: 'version', stored: 1, planned: 2 },
        { path: 'params.old', stored: 1, planned: undefined },
        { path: 'params.new', stored: undefined, planned: 1 },
        { path: 'backend.name', stored: 'x', planned: 'y' },
      ],
    });
  });

  it('sees that an input was made anew', async () => {
    const store = temporaryStore();
    const input = data(1);
    const step = student(8, input);
    await runTestSteps(store, [step]);
    store.steps.fail(input.key, 'damaged');
    expect(explainStep(step, store)).toMatchObject({
      status: 'unfinished',
      reason: 'its input data is not the one it was computed from',
    });
  });
});
