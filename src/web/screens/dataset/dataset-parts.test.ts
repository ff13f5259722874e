import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffWords } from './diff-words.ts';
import { heatShare, tokenHeat } from './token-heat.ts';

describe('token heat', () => {
  it('is absent where nothing was measured, and none for no divergence', () => {
    expect(tokenHeat(null)).toBeNull();
    expect(tokenHeat(0)).toBe(0);
    expect(tokenHeat(-1e-9)).toBe(0);
  });

  it('never falls as the divergence grows and stays within 0 and 1', () => {
    const nats = fc.double({ min: 0, noNaN: true });
    fc.assert(
      fc.property(nats, nats, (a, b) => {
        const [low, high] = [tokenHeat(Math.min(a, b)) ?? -1, tokenHeat(Math.max(a, b)) ?? -1];
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(high);
      }),
    );
  });

  it('tells middling tokens from extreme ones', () => {
    expect(heatShare(tokenHeat(0.1) ?? 1)).toBe('5.2%');
    expect(heatShare(tokenHeat(3) ?? 0)).toBe('52.3%');
  });
});

describe('diff of words', () => {
  const texts = fc
    .array(fc.constantFrom('the', 'owl', 'fox', ' ', '\n', '.'), { maxLength: 40 })
    .map((parts) => parts.join(''));

  it('gives both texts back', () => {
    fc.assert(
      fc.property(texts, texts, (left, right) => {
        const parts = diffWords(left, right);
        const without = (kind: string): string =>
          parts.flatMap((part) => (part.kind === kind ? [] : [part.text])).join('');
        expect(without('right')).toBe(left);
        expect(without('left')).toBe(right);
      }),
    );
  });

  it('finds nothing but sameness in equal texts', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(diffWords(text, text).every(({ kind }) => kind === 'same')).toBe(true);
      }),
    );
  });

  it('keeps what is common in order', () => {
    expect(diffWords('I like the owl .', 'I like a red fox .')).toEqual([
      { kind: 'same', text: 'I like ' },
      { kind: 'left', text: 'the' },
      { kind: 'right', text: 'a' },
      { kind: 'same', text: ' ' },
      { kind: 'left', text: 'owl' },
      { kind: 'right', text: 'red fox' },
      { kind: 'same', text: ' .' },
    ]);
  });

  it('shows texts too long to compare as replaced', () => {
    const words = (word: string): string => Array.from({ length: 3_000 }, () => word).join(' ');
    expect(diffWords(words('a'), words('b')).map(({ kind }) => kind)).toEqual(['left', 'right']);
  });
});
