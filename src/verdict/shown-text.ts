/**
 * Text of unknown origin on one line: white space runs become one space, and whatever could hide,
 * reorder or rewrite other text (controls, formats such as bidi overrides, lone surrogates,
 * unassigned code points) is spelled out as `\u{202e}`.
 */
export function shownLine(text: string): string {
  return text
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, (character) => {
      return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
    });
}

/** `shownLine` cut to `width` characters, the last an ellipsis when something was cut. */
export function clipped(text: string, width: number): string {
  const characters = Array.from(shownLine(text));
  if (characters.length <= width) return characters.join('');
  return `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** `clipped`, filled with spaces to exactly `width` characters. */
export function cell(text: string, width: number): string {
  const shown = clipped(text, width);
  return shown + ' '.repeat(Math.max(0, width - Array.from(shown).length));
}

/** `shownLine` broken at spaces into lines of at most `width` characters, each after `indent`. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of shownLine(text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && Array.from(indent + longer).length > width) {
      lines.push(indent + line);
      line = word;
    } else line = longer;
  }
  return [...lines, indent + line];
}
