import { describe, expect, it } from 'vitest';
import { createRng } from '../base/rng.ts';
import { rankDetection } from './rank-detection.ts';

describe('rankDetection', () => {
  it('is what drawing twins at random gives', () => {
    const rng = createRng('rank-detection');
    const benign = Array.from({ length: 40 }, () => rng.next());
    const organisms = Array.from({ length: 6 }, () => 0.6 + 0.5 * rng.next());
    const exact = rankDetection(organisms, benign, 19, 0.1);
    let hits = 0;
    const trials = 4000;
    for (let i = 0; i < trials; i++) {
      const twins = rng.shuffle(benign).slice(0, 19);
      const score = organisms[i % organisms.length]!;
      const p = (1 + twins.filter((twin) => twin >= score).length) / 20;
      if (p <= 0.1) hits++;
    }
    // Four standard errors of the simulation.
    expect(Math.abs(hits / trials - exact!)).toBeLessThan(4 * Math.sqrt(0.25 / trials));
  });

  it('is 0 where α cannot be reached and unknown where too few benign ones were seen', () => {
    expect(rankDetection([1], [0, 0, 0], 3, 0.05)).toBe(0);
    expect(rankDetection([1], [0, 0, 0], 19, 0.05)).toBeNull();
    expect(
      rankDetection(
        [1, 0],
        Array.from({ length: 19 }, () => 0),
        19,
        0.05,
      ),
    ).toBe(0.5);
  });
});
