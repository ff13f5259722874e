import { visibleText } from './visible-text.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Untrusted text for HTML or SVG, in element content or a quoted attribute: markup is escaped and
 * characters that reorder, hide or break text (bidi overrides, ANSI escapes, zero-width) spelled out.
 */
export function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"']/gu, (character) => ENTITIES[character] ?? '');
}
