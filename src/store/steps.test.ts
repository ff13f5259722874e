import { describe, expect, it } from 'vitest';
import { manualClock, temporaryStore } from '../../test/support/temporary-store.ts';
import { isCurrent, type StepDescription } from './steps.ts';

const step: StepDescription = {
  key: 'k1',
  name: 'distil',
  version: 1,
  stage: 'distill',
  title: 'distil U',
  params: { rank: 8 },
  inputs: { data: 'k0' },
  backend: { backend: 'fake' },
  costTokens: 100,
};
const consumed = { data: 'digest-of-data' };

describe('steps', () => {
  it('go from running to done and remember how long it took', () => {
    const { now, advance } = manualClock();
    const { steps } = temporaryStore({ now });
    expect(steps.find('k1')).toBeUndefined();
    expect(steps.start(step, consumed)).toMatchObject({ ...step, status: 'running', attempt: 1 });
    advance(2_500);
    const done = steps.finish('k1', { artifact: 'a1', tokens: 90 });
    expect(done).toMatchObject({
      status: 'done',
      artifact: 'a1',
      computed: 1,
      tokens: 90,
      startedAt: '2026-01-01T00:00:00.000Z',
      finishedAt: '2026-01-01T00:00:02.500Z',
      durationMs: 2_500,
    });
    expect(steps.find('k1')).toEqual(done);
    expect(steps.byName('distil')).toEqual([done]);
    expect(steps.list()).toEqual([done]);
  });

  it('are not started again once done, unless their inputs were made anew', () => {
    const { steps } = temporaryStore();
    steps.start(step, consumed);
    const done = steps.finish('k1', { artifact: 'a1', tokens: null });
    expect(steps.start(step, consumed)).toEqual(done);
    expect(isCurrent(done, consumed)).toBe(true);
    expect(isCurrent(done, { data: 'other' })).toBe(false);
    expect(steps.start(step, { data: 'other' })).toMatchObject({ status: 'running', attempt: 2 });
  });

  it.each(['crashed', 'failed', 'interrupted'] as const)('can be retried when %s', (state) => {
    const { steps } = temporaryStore();
    steps.start(step, consumed);
    if (state === 'failed') steps.fail('k1', 'no memory');
    if (state === 'interrupted') steps.interrupt('k1');
    expect(isCurrent(steps.find('k1'), consumed)).toBe(false);
    if (state === 'failed') expect(steps.find('k1')?.error).toBe('no memory');
    expect(steps.start(step, consumed)).toMatchObject({
      status: 'running',
      attempt: 2,
      error: null,
    });
    expect(steps.finish('k1', { artifact: 'a1', tokens: null }).computed).toBe(1);
  });

  it('keep the result of the process that finished first', () => {
    const { steps } = temporaryStore();
    steps.start(step, consumed);
    steps.start(step, consumed);
    steps.finish('k1', { artifact: 'first', tokens: null });
    const late = steps.finish('k1', { artifact: 'second', tokens: null });
    expect(late).toMatchObject({ artifact: 'first', computed: 1 });
  });
});

describe('studies', () => {
  it('keep their creation time and status when their text changes', () => {
    const { now, advance } = manualClock();
    const { studies } = temporaryStore({ now });
    studies.put({ id: 'owl', spec: 'a: 1', specDigest: 'd1' });
    studies.setStatus('owl', 'running');
    advance(1_000);
    studies.put({ id: 'owl', spec: 'a: 2', specDigest: 'd2' });
    studies.put({ id: 'fox', spec: 'b: 1', specDigest: 'd3' });
    expect(studies.find('owl')).toEqual({
      id: 'owl',
      spec: 'a: 2',
      specDigest: 'd2',
      createdAt: '2026-01-01T00:00:00.000Z',
      status: 'running',
    });
    expect(studies.list().map((study) => study.id)).toEqual(['owl', 'fox']);
    expect(studies.find('none')).toBeUndefined();
  });

  it('list their steps by arm with what became of them', () => {
    const { studies, steps } = temporaryStore();
    studies.put({ id: 'owl', spec: '', specDigest: '' });
    const { name, stage, title, costTokens } = step;
    const inputs = ['k0'];
    const shared = { stepKey: 'k1', name, stage, title, costTokens, inputs };
    const plan = [
      { ...shared, arm: 'suspect' },
      { ...shared, arm: 'twin' },
      { ...shared, stepKey: 'k2', arm: 'twin' },
    ];
    studies.setPlan('owl', [...plan, { ...shared, stepKey: 'dropped', arm: 'old' }]);
    studies.setPlan('owl', plan);
    steps.start(step, consumed);
    steps.finish('k1', { artifact: 'a1', tokens: null });
    const states = studies.plan('owl');
    expect(states.map(({ arm, stepKey, status }) => [arm, stepKey, status])).toEqual([
      ['suspect', 'k1', 'done'],
      ['twin', 'k1', 'done'],
      ['twin', 'k2', 'waiting'],
    ]);
    expect(states[0]).toMatchObject({ ...plan[0], artifact: 'a1', attempt: 1 });
  });
});
