// East Asian wide and fullwidth ranges and emoji, Unicode 16 blocks (UAX 11), coarse on purpose.
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F680}-\u{1F6FF}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]/u;
const ZERO = /[\p{Mn}\p{Me}\uFE00-\uFE0F]/u;
// oxlint-disable-next-line no-control-regex -- our own colour sequences start with ESC
const STYLE = /(\u001B\[[0-9;]*m)/gu;

/** Terminal columns of a text; colour sequences count nothing. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text.replace(STYLE, '')) width += characterWidth(character);
  return width;
}

/** Cuts a text, colour sequences kept, to `columns`; an ellipsis marks a cut. */
export function fitText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let out = '';
  let used = 0;
  let styled = false;
  for (const part of text.split(STYLE)) {
    if (part.startsWith('\u001B')) {
      out += part;
      styled = true;
      continue;
    }
    for (const character of part) {
      const width = characterWidth(character);
      if (used + width > columns - 1) return `${out}…${styled ? '\u001B[0m' : ''}`;
      out += character;
      used += width;
    }
  }
  return out;
}

/** Pads with spaces on the right to `columns`, cutting when longer. */
export function padText(text: string, columns: number): string {
  const fitted = fitText(text, columns);
  return fitted + ' '.repeat(Math.max(0, columns - textWidth(fitted)));
}

function characterWidth(character: string): number {
  return ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}
