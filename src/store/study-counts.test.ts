import fc from 'fast-check';
import { expect, it } from 'vitest';
import { groupBy } from '../base/group-by.ts';
import { temporaryStore } from '../../test/support/temporary-store.ts';
import type { PlannedStepState } from './studies.ts';

const statuses = ['waiting', 'running', 'done', 'failed', 'interrupted'] as const;

/** Steps by index, each with its state, its cost and the arms that need it. */
const plans = fc.array(
  fc.record({
    status: fc.constantFrom(...statuses),
    cost: fc.nat({ max: 1_000 }),
    arms: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
  }),
  { maxLength: 8 },
);

it('counts what the plan says, shared steps once', () => {
  const store = temporaryStore();
  fc.assert(
    fc.property(plans, (steps) => {
      store.studies.put({ id: 'owl', spec: '', specDigest: '' });
      store.database.run('DELETE FROM steps');
      for (const [i, { status, cost }] of steps.entries()) {
        if (status === 'waiting') continue;
        store.database.run(
          `INSERT INTO steps (key, name, version, stage, title, params, inputs, backend, consumed,
             status, artifact, attempt, started_at, cost_tokens, duration_ms)
           VALUES (?, 'n', 1, 'audit', '', '{}', '{}', 'null', '{}', ?, ?, 1, '', ?, ?)`,
          `k${i}`,
          status,
          status === 'done' ? 'made' : null,
          cost,
          status === 'done' ? 10 + i : null,
        );
      }
      store.studies.setPlan(
        'owl',
        steps.flatMap(({ cost, arms }, i) =>
          arms.map((arm) => ({
            stepKey: `k${i}`,
            arm,
            name: 'n',
            stage: 'audit',
            title: `step ${i}`,
            costTokens: cost,
            inputs: [],
          })),
        ),
      );
      const planned = store.studies.plan('owl');
      const once = [...new Map(planned.map((step) => [step.stepKey, step])).values()];
      const done = once.filter(({ status }) => status === 'done');
      const count = (status: PlannedStepState['status']): number =>
        once.filter((step) => step.status === status).length;
      const arms = groupBy(planned, ({ arm }) => arm);
      const whole = [...arms.values()].filter((own) => own.every((s) => s.status === 'done'));
      const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
      expect(store.studies.counts('owl')).toEqual({
        steps: {
          total: once.length,
          done: done.length,
          running: count('running'),
          failed: count('failed'),
        },
        models: { total: arms.size, done: whole.length },
        costTokens: {
          total: sum(once.map(({ costTokens }) => costTokens)),
          done: sum(done.map(({ costTokens }) => costTokens)),
        },
        spentMs: sum(done.map(({ durationMs }) => durationMs ?? 0)),
      });
    }),
    { numRuns: 60 },
  );
});

it('is all zeros where nothing is planned', () => {
  const store = temporaryStore();
  expect(store.studies.counts('nobody')).toMatchObject({
    steps: { total: 0, done: 0 },
    models: { total: 0, done: 0 },
    spentMs: 0,
  });
});
