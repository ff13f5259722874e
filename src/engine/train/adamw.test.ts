import { describe, expect, it } from 'vitest';
import { adamW } from '../small-model.fixture.ts';
import { createAdamW, learningRateAt, updateAdamW } from './adamw.ts';

describe('learning rate', () => {
  const rates = (changes: Partial<typeof adamW>, steps = 10): number[] =>
    Array.from({ length: steps }, (_, step) =>
      learningRateAt({ ...adamW, learningRate: 1, ...changes }, step, steps),
    );

  it('rises to its peak without a step at 0', () => {
    expect(rates({ warmupSteps: 3, schedule: 'constant' }).slice(0, 5)).toEqual([
      0.25, 0.5, 0.75, 1, 1,
    ]);
  });

  it('falls linearly or as half a cosine, never below its floor', () => {
    const linear = rates({ warmupSteps: 0, schedule: 'linear', minLearningRateRatio: 0.5 });
    linear.forEach((rate, step) => expect(rate).toBeCloseTo(1 - 0.05 * step, 12));
    const cosine = rates({ warmupSteps: 0, schedule: 'cosine', minLearningRateRatio: 0.1 });
    cosine.forEach((rate, step) =>
      expect(rate).toBeCloseTo(0.1 + 0.45 * (1 + Math.cos((Math.PI * step) / 10)), 12),
    );
    expect(rates({ warmupSteps: 0, schedule: 'cosine' })[5]).toBeCloseTo(0.5, 12);
  });
});

describe('weight decay', () => {
  it('acts on matrices and not on norm scales and biases', () => {
    const tensors = new Map([
      ['matrix', { shape: [2, 2], data: new Float32Array(4).fill(1) }],
      ['norm', { shape: [2], data: new Float32Array(2).fill(1) }],
    ]);
    const gradients = new Map([...tensors].map(([name, t]) => [name, t.data.map(() => 0)]));
    updateAdamW(createAdamW(tensors), tensors, gradients, { ...adamW, weightDecay: 0.5 }, 0.5, 1);
    expect([...tensors.get('matrix')!.data]).toEqual([0.75, 0.75, 0.75, 0.75]);
    expect([...tensors.get('norm')!.data]).toEqual([1, 1]);
  });
});
