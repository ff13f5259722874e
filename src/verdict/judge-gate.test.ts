import { describe, expect, it } from 'vitest';
import { judgeGate } from './judge-gate.ts';

describe('gate: judge accuracy', () => {
  it('needs both orders right, and takes the worse', () => {
    const first = { order: 'yes first', correct: 49, n: 50 };
    expect(judgeGate([first, { order: 'no first', correct: 47, n: 50 }])).toMatchObject({
      ok: true,
      figure: 0.94,
    });
    const biased = judgeGate([first, { order: 'no first', correct: 30, n: 50 }]);
    expect(biased).toMatchObject({ ok: false, figure: 0.6 });
    expect(biased.detail).toContain('49 of 50 yes first, 30 of 50 no first');
    expect(judgeGate([first]).ok).toBe(false);
  });

  it('fails a judge that was never tried', () => {
    expect(judgeGate([])).toMatchObject({ ok: false, figure: null });
    expect(
      judgeGate([
        { order: 'a', correct: 0, n: 0 },
        { order: 'b', correct: 0, n: 0 },
      ]).ok,
    ).toBe(false);
  });
});
