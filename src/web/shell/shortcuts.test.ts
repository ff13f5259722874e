import { describe, expect, it } from 'vitest';
import { JUMPS, shortcutFor } from './shortcuts.ts';

describe('shortcuts', () => {
  it('opens help and focuses the filter by one key', () => {
    expect(shortcutFor('?', false)).toEqual({ do: 'help' });
    expect(shortcutFor('/', false)).toEqual({ do: 'filter' });
  });

  it('jumps only after g', () => {
    expect(shortcutFor('a', false)).toBeUndefined();
    expect(shortcutFor('a', true)).toEqual({ do: 'jump', to: '/s/$study/arms' });
    expect(shortcutFor('x', true)).toBeUndefined();
  });

  it('gives every tab a letter of its own', () => {
    expect(new Set(JUMPS.map(({ key }) => key)).size).toBe(JUMPS.length);
  });
});
