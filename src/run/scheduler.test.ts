import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { resultOf, runTestSteps, testStep } from '../../test/support/steps.ts';
import { temporaryStore } from '../../test/support/temporary-store.ts';
import { createFakeBackend } from '../backends/fake/fake-backend.ts';
import { workError } from '../base/errors.ts';
import { verifyStore } from '../store/verify.ts';
import { cachedSteps, runSteps } from './scheduler.ts';
import type { Step } from './step.ts';

const failing = (name: string, inputs: Record<string, Step> = {}): Step =>
  testStep(name, inputs, {
    run: async () => {
      throw workError('no-memory', `${name} ran out of memory`, 'Use a smaller batch.');
    },
  });

describe('runSteps', () => {
  it('computes a step that two arms share once, and a second run computes nothing', async () => {
    const store = temporaryStore();
    let sampled = 0;
    const shared = (): Step =>
      testStep(
        'data',
        {},
        {
          run: async (context) => {
            sampled++;
            return resultOf('data', context);
          },
        },
      );
    const arms = [testStep('kd', { data: shared() }), testStep('sft', { data: shared() })];
    const first = await runTestSteps(store, arms);
    expect(first.summary).toMatchObject({ total: 3, computed: 3, cached: 0, interrupted: false });
    expect(first.log).toEqual([
      'run-started',
      'step-started data',
      'step-finished data',
      'step-started kd',
      'step-finished kd',
      'step-started sft',
      'step-finished sft',
      'run-finished',
    ]);
    const ledger = store.ledger.list('owl');
    expect(ledger.map((event) => event.type)).toEqual(Array(3).fill('step-finished'));
    expect(cachedSteps(arms, store).size).toBe(3);
    const second = await runTestSteps(store, arms);
    expect(second.summary).toMatchObject({ computed: 0, cached: 3 });
    expect(second.events[0]).toMatchObject({ type: 'run-started', total: 3, cached: 3 });
    expect(second.summary.artifacts).toEqual(first.summary.artifacts);
    expect(sampled).toBe(1);
    expect(store.steps.list().map((row) => row.computed)).toEqual([1, 1, 1]);
    expect(store.ledger.list('owl')).toEqual(ledger);
    expect((await verifyStore(store)).problems).toEqual([]);
  });

  it('keeps to the slots of the backend and begins inputs first', async () => {
    let underWay = 0;
    let most = 0;
    const slow = (name: string, inputs: Record<string, Step> = {}): Step =>
      testStep(name, inputs, {
        run: async (context) => {
          most = Math.max(most, ++underWay);
          await sleep(3);
          underWay--;
          return resultOf(name, context);
        },
      });
    const data = slow('data');
    const targets = Array.from({ length: 6 }, (_, i) =>
      slow(`audit-${i}`, { s: slow(`s-${i}`, { data }) }),
    );
    const backend = createFakeBackend({ slots: 2 });
    const { summary, log } = await runTestSteps(temporaryStore(), targets, { backend });
    expect(summary.computed).toBe(13);
    expect(most).toBe(2);
    expect(log.indexOf('step-finished data')).toBeLessThan(log.indexOf('step-started s-0'));
    expect(log.indexOf('step-finished audit-0')).toBeLessThan(log.indexOf('step-started s-3'));
  });

  it('skips what needs a failed step and goes on with the rest', async () => {
    const store = temporaryStore();
    const bad = failing('bad');
    const targets = [
      testStep('after-2', { x: testStep('after', { bad }) }),
      testStep('independent'),
    ];
    const { summary, log, events } = await runTestSteps(store, targets);
    expect(summary.failed).toEqual([
      {
        key: bad.key,
        title: 'make bad',
        message: 'bad ran out of memory',
        hint: 'Use a smaller batch.',
      },
    ]);
    expect(summary.skipped.map(({ title, because }) => [title, because])).toEqual([
      ['make after', bad.key],
      ['make after-2', bad.key],
    ]);
    expect(summary).toMatchObject({ computed: 1, interrupted: false });
    expect(log).toContain('step-finished independent');
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', failed: 1, skipped: 2 });
    expect(store.steps.find(bad.key)).toMatchObject({
      status: 'failed',
      error: 'bad ran out of memory',
    });
    expect(store.ledger.list('owl').map((event) => event.type)).toEqual([
      'step-failed',
      'step-finished',
    ]);
    // The next run tries again.
    const cured = { ...bad, run: testStep('bad').run };
    const again = await runTestSteps(store, [testStep('after', { bad: cured })]);
    expect(again.summary).toMatchObject({ computed: 2, failed: [] });
    expect(store.steps.find(bad.key)).toMatchObject({
      status: 'done',
      attempt: 2,
      computed: 1,
      error: null,
    });
  });

  it('records a bug, finishes the rest, then throws it', async () => {
    const store = temporaryStore();
    const buggy = testStep(
      'buggy',
      {},
      {
        run: async () => {
          throw new TypeError('x is undefined');
        },
      },
    );
    const independent = testStep('independent');
    await expect(runTestSteps(store, [buggy, independent])).rejects.toThrow(TypeError);
    expect(store.steps.find(buggy.key)?.error).toMatch(/^bug: TypeError: x is undefined\n\s+at /);
    expect(store.steps.find(independent.key)?.status).toBe('done');
  });

  it('stops at a signal: what can end ends, what cannot is left behind, all is retried', async () => {
    const store = temporaryStore();
    const stop = new AbortController();
    let deafFor = 2_000;
    const items = testStep(
      'items',
      {},
      {
        run: async (context) => {
          for (let index = context.items.list().length; index < 4; index++) {
            context.signal.throwIfAborted();
            context.items.add([{ index, value: index }]);
            if (index === 1) stop.abort();
          }
          return resultOf('items', context);
        },
      },
    );
    const deaf = testStep(
      'deaf',
      {},
      {
        run: async (context) => {
          await sleep(deafFor, undefined, { ref: false });
          return resultOf('deaf', context);
        },
      },
    );
    const targets = [testStep('end', { items, deaf }), testStep('unrelated')];
    const backend = createFakeBackend({ slots: 2 });
    const options = { backend, signal: stop.signal, cancelGraceMs: 20 };
    const { summary } = await runTestSteps(store, targets, options);
    expect(summary).toMatchObject({ interrupted: true, computed: 0, failed: [], skipped: [] });
    expect(store.steps.list().map((row) => row.status)).toEqual(['interrupted', 'interrupted']);
    expect(store.items(items.key).list()).toHaveLength(2);
    deafFor = 0;
    const again = await runTestSteps(store, targets);
    expect(again.summary).toMatchObject({ interrupted: false, computed: 4 });
    expect(
      store
        .items(items.key)
        .list()
        .map((row) => row.value),
    ).toEqual([0, 1, 2, 3]);
  });

  it('begins nothing when the signal fired before', async () => {
    const { summary, log } = await runTestSteps(temporaryStore(), [testStep('a')], {
      signal: AbortSignal.abort(),
    });
    expect(summary).toMatchObject({ interrupted: true, computed: 0 });
    expect(log).toEqual(['run-started', 'run-finished']);
  });

  it('rejects when the lock is lost', async () => {
    const store = temporaryStore();
    const lost = new AbortController();
    const lock = { study: 'owl', lost: lost.signal, release: () => {} };
    const step = testStep(
      'a',
      {},
      {
        run: async (context) => {
          lost.abort(workError('lock-lost', 'somebody else runs it'));
          return resultOf('a', context);
        },
      },
    );
    const running = runSteps([testStep('b', { step })], {
      store,
      lock,
      backend: createFakeBackend(),
    });
    await expect(running).rejects.toMatchObject({ code: 'lock-lost' });
  });

  it('passes progress on and keeps curves and samples with the step', async () => {
    const store = temporaryStore();
    const sample = { probeId: 'p', cluster: 'c', draw: 0, status: 'scored', reason: null } as const;
    const audit = testStep(
      'audit',
      {},
      {
        stage: 'audit',
        run: async (context) => {
          context.progress({ fraction: 0.5, tokens: 40, loss: 2, gradNorm: 1, trainStep: 1 });
          context.progress({ fraction: 1, tokens: 90, loss: 1, trainStep: 2 });
          const row = {
            ...sample,
            classification: 'names',
            scores: { trait: 1 },
            audit: 'honeypot',
            condition: 'audit',
            score: 1,
            said: 'owl',
            preview: 'owl',
            transcript: [],
          };
          return { ...resultOf('audit', context), samples: [row] };
        },
      },
    );
    const { events } = await runTestSteps(store, [audit]);
    expect(events.filter((event) => event.type === 'step-progress')).toMatchObject([
      { name: 'audit', fraction: 0.5, tokens: 40, loss: 2 },
      { fraction: 1, tokens: 90 },
    ]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'step-finished', cached: false, tokens: 90 }),
    );
    expect(store.metrics.series(audit.key, 'loss').map((point) => point.value)).toEqual([2, 1]);
    expect(store.metrics.names(audit.key)).toEqual(['grad_norm', 'loss', 'tokens']);
    expect(store.samples.list({ stepKeys: [audit.key] }, { limit: 9 })).toHaveLength(1);
  });

  it('notes in the ledger of a second study what it reuses, and when that was computed', async () => {
    const store = temporaryStore();
    const step = testStep('scores');
    await runTestSteps(store, [step]);
    const { summary } = await runTestSteps(store, [step], { study: 'fox' });
    expect(summary.cached).toBe(1);
    const row = store.steps.find(step.key)!;
    expect(store.ledger.list('fox')).toMatchObject([
      {
        type: 'step-reused',
        data: { key: step.key, artifact: row.artifact, finishedAt: row.finishedAt },
      },
    ]);
  });

  it('computes dependants again only when a repaired input comes out different', async () => {
    const store = temporaryStore();
    let draw = 'first';
    const data = testStep('data', {}, { run: async (context) => resultOf(draw, context) });
    const student = testStep('student', { data });
    await runTestSteps(store, [student]);
    store.steps.fail(data.key, 'its stored result is damaged');
    const same = await runTestSteps(store, [student]);
    expect(same.log).toContain('step-finished student (cached)');
    draw = 'second';
    store.steps.fail(data.key, 'its stored result is damaged');
    const different = await runTestSteps(store, [student]);
    expect(different.summary).toMatchObject({ computed: 2, cached: 0 });
  });
});
