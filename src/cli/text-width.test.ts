import { describe, expect, it } from 'vitest';
import { textTable } from './table.ts';
import { fitText, padText, textWidth } from './text-width.ts';

describe('text width', () => {
  it('counts wide characters twice and colour sequences not at all', () => {
    expect(textWidth('猫 owl')).toBe(6);
    expect(textWidth('\u001B[32mok\u001B[39m')).toBe(2);
  });

  it('cuts to columns and closes an open colour', () => {
    expect(fitText('abcdef', 4)).toBe('abc…');
    expect(fitText('\u001B[32mabcdef\u001B[39m', 4)).toBe('\u001B[32mabc…\u001B[0m');
    expect(textWidth(fitText('猫猫猫', 4))).toBeLessThanOrEqual(4);
    expect(padText('ab', 4)).toBe('ab  ');
  });
});

describe('textTable', () => {
  it('aligns columns and keeps hostile cells on one line', () => {
    expect(
      textTable(
        ['arm', '#n'],
        [
          ['a\u001B[2J\nb', '7'],
          ['twin', '12'],
        ],
      ),
    ).toBe(['arm            n', 'a\\u{1b}[2J b   7', 'twin          12'].join('\n'));
  });
});
