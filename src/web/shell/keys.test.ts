import { describe, expect, it } from 'vitest';
import { actionFor, type KeyEntry, PAGE_KEYS, SCREEN_KEYS } from './keys.ts';

const keysOf = (entries: Readonly<Record<string, KeyEntry>>): readonly string[] =>
  Object.values(entries).flatMap(({ keys }) => keys);

describe('keys of screens', () => {
  it('mean one thing each at a place, and never what they mean on every screen', () => {
    const { studies: _, ...everywhere } = PAGE_KEYS;
    for (const { keys } of Object.values(SCREEN_KEYS)) {
      const all = [...keysOf(keys), ...keysOf(everywhere)];
      expect(new Set(all).size).toBe(all.length);
    }
  });

  it('are found by the place they are pressed at', () => {
    expect(actionFor('samples', 'ArrowDown')).toBe('next');
    expect(actionFor('trail', ']')).toBe('next');
    expect(actionFor('trail', 'j')).toBeUndefined();
  });
});
