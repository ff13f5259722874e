import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, oneLine, visibleText } from './visible-text.ts';

// Half of them below U+3000, where most controls and formats are.
const codePoint = fc.oneof(
  fc.integer({ min: 0, max: 0x3000 }),
  fc.integer({ min: 0, max: 0x10_ff_ff }),
);

describe('visibleText', () => {
  it('spells out ANSI escapes, bells, bidi overrides, zero-width and tag characters', () => {
    expect(visibleText('\u001B[31mred\u0007')).toBe('\\u{1b}[31mred\\u{7}');
    expect(visibleText('a\u202Eb\u2066c\u200Bd\u{E0041}e\u009Bf')).toBe(
      'a\\u{202e}b\\u{2066}c\\u{200b}d\\u{e0041}e\\u{9b}f',
    );
  });

  it('spells out a carriage return, which would overwrite the line, but not a Windows newline', () => {
    expect(visibleText('safe\rEVIL')).toBe('safe\\u{d}EVIL');
    expect(visibleText('a\r\nb\tc')).toBe('a\nb\tc');
  });

  it('leaves ordinary text of any script alone', () => {
    for (const text of ['plain', 'naïve über', '猫が好き', 'שלום', '🦉 owl']) {
      expect(visibleText(text)).toBe(text);
    }
  });

  it('never emits a control character, a lone surrogate or a bidi control', () => {
    fc.assert(
      fc.property(fc.array(codePoint), (codePoints) => {
        const text = String.fromCodePoint(...codePoints);
        const shown = visibleText(text);
        expect(shown.isWellFormed()).toBe(true);
        expect(shown).not.toMatch(/[\p{Bidi_Control}\u2028\u2029]/u);
        expect(shown.replace(/[\n\t]/gu, '')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  it('repairs lone surrogates', () => {
    expect(visibleText('a\uD800b')).toBe('a\\u{d800}b');
  });
});

describe('oneLine and clip', () => {
  it('joins lines and marks what was cut', () => {
    expect(oneLine(' a\n\n b\tc ')).toBe('a b c');
    expect(clip('owls are nice', 6)).toBe('owls …');
    expect(clip('🦉🦉', 2)).toBe('🦉🦉');
  });
});
