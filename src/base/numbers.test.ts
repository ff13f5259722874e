import { describe, expect, it } from 'vitest';
import { compact, duration, figure } from './numbers.ts';

describe('numbers for people', () => {
  it('prints figures, counts and times', () => {
    expect([figure(1408), figure(0.98765), figure(null), figure(-2)]).toEqual([
      '1,408',
      '0.988',
      '—',
      '−2',
    ]);
    expect([compact(940), compact(1234), compact(44_000), compact(4.1e6)]).toEqual([
      '940',
      '1.2k',
      '44k',
      '4.1M',
    ]);
    expect([duration(8.4), duration(185), duration(7800)]).toEqual(['8s', '3m 05s', '2h 10m']);
  });
});
