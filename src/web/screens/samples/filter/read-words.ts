/** A piece of a filter: its text with quotes, and where it stands. */
export interface Word {
  readonly text: string;
  /** Index of its first character. */
  readonly at: number;
}

/**
 * Pieces between white space; white space inside double quotes does not count. A backslash inside
 * quotes keeps the next character as it is. A quote that is never closed reaches to the end.
 */
export function readWords(filter: string): readonly Word[] {
  const found = filter.matchAll(/(?:"(?:[^"\\]|\\[^])*(?:"|\\?$)|[^\s"])+/gu);
  return Array.from(found, ({ 0: text, index }) => ({ text, at: index }));
}

/** The text within quotes; what is not quoted is returned as it is. */
export function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  const closed = /^"(?:[^"\\]|\\[^])*"$/u.test(text);
  return text.slice(1, closed ? -1 : undefined).replaceAll(/\\([^])/gu, '$1');
}

/** In quotes where the text could be read as something else. */
export function quotedIfNeeded(text: string): string {
  return text !== '' && !/[\s"\\]/u.test(text) ? text : quoted(text);
}

export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/gu, '\\$&')}"`;
}
