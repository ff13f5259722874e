import { clip, oneLine } from '../base/visible-text.ts';

/** `oneLine` cut to `width` characters, the last an ellipsis when something was cut. */
export function clipped(text: string, width: number): string {
  return clip(oneLine(text), width);
}

/** `clipped`, filled with spaces to exactly `width` characters. */
export function cell(text: string, width: number): string {
  const shown = clipped(text, width);
  return shown + ' '.repeat(Math.max(0, width - Array.from(shown).length));
}

/** `oneLine` broken at spaces into lines of at most `width` characters, each after `indent`. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of oneLine(text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && Array.from(indent + longer).length > width) {
      lines.push(indent + line);
      line = word;
    } else line = longer;
  }
  return [...lines, indent + line];
}
