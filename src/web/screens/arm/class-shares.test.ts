import { describe, expect, it } from 'vitest';
import { classShares } from './class-shares.ts';

describe('classes of answers', () => {
  it('are shares of all, the most frequent first, without empty ones', () => {
    expect(classShares({ deny: 1, behave: 3, refuse: 0 })).toEqual([
      { name: 'behave', count: 3, share: 0.75 },
      { name: 'deny', count: 1, share: 0.25 },
    ]);
  });

  it('are none where nothing was answered', () => {
    expect(classShares({ deny: 0 })).toEqual([]);
  });
});
