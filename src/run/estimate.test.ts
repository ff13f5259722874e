import { describe, expect, it } from 'vitest';
import { estimateTimeLeft } from './estimate.ts';

const measured = [
  { stage: 'distill', costTokens: 1_000, durationMs: 2_000 },
  { stage: 'distill', costTokens: 3_000, durationMs: 6_000 },
  { stage: 'audit', costTokens: 100, durationMs: 1_000 },
] as const;

describe('estimateTimeLeft', () => {
  it('uses the measured rate of each stage', () => {
    const remaining = [
      { stage: 'distill', costTokens: 1_000 },
      { stage: 'audit', costTokens: 50 },
    ] as const;
    // 1,000 tokens at 0.5 per ms, 50 at 0.1 per ms.
    expect(estimateTimeLeft({ remaining, measured, slots: 1 })).toEqual({
      milliseconds: 2_500,
      basis: 'measured',
    });
  });

  it('spreads work over the slots, but not a single step', () => {
    const step = { stage: 'distill', costTokens: 1_000 } as const;
    const fourSteps = [step, step, step, step];
    expect(estimateTimeLeft({ remaining: fourSteps, measured, slots: 2 })?.milliseconds).toBe(
      4_000,
    );
    expect(estimateTimeLeft({ remaining: [step], measured, slots: 8 })?.milliseconds).toBe(2_000);
  });

  it('counts only what is left of a step under way', () => {
    const remaining = [{ stage: 'distill', costTokens: 1_000, fractionDone: 0.75 }] as const;
    expect(estimateTimeLeft({ remaining, measured, slots: 1 })?.milliseconds).toBe(500);
  });

  it('falls back to the assumed rate, then to the overall rate, and says so', () => {
    const remaining = [{ stage: 'generate', costTokens: 1_000 }] as const;
    const assumedTokensPerSecond = { generate: 200 };
    expect(estimateTimeLeft({ remaining, measured, slots: 1, assumedTokensPerSecond })).toEqual({
      milliseconds: 5_000,
      basis: 'assumed',
    });
    // 4,100 tokens in 9,000 ms.
    expect(estimateTimeLeft({ remaining, measured, slots: 1 })).toEqual({
      milliseconds: 1_000 / (4_100 / 9_000),
      basis: 'assumed',
    });
  });

  it('knows nothing before the first measurement, and that nothing takes no time', () => {
    const remaining = [{ stage: 'audit', costTokens: 1 }] as const;
    expect(estimateTimeLeft({ remaining, measured: [], slots: 1 })).toBeUndefined();
    expect(estimateTimeLeft({ remaining: [], measured: [], slots: 1 })?.milliseconds).toBe(0);
  });
});
