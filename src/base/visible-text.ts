/**
 * Characters that can hide, reorder or rewrite what a reader sees: controls except tab and newline,
 * formats (bidi overrides, zero-width, tags), invisible fillers and selectors except the one of
 * emoji, separators, private use, unassigned, lone surrogates.
 */
const DECEPTIVE =
  /(?!\t|\n|\uFE0F)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Untrusted text made safe to show: every character that could change how other text is displayed
 * is spelled out as `\u{1b}`. Tabs and newlines stay; use `oneLine` where they must not.
 */
export function visibleText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(DECEPTIVE, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`);
}

/** `visibleText` on one line: runs of white space become one space. */
export function oneLine(text: string): string {
  return visibleText(text).replace(/\s+/gu, ' ').trim();
}

/** Cuts to at most `limit` characters, the last an ellipsis when something was cut. */
export function clip(text: string, limit: number): string {
  const characters = Array.from(text);
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('')}…`;
}
