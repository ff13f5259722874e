import { visibleText } from '../../../base/visible-text.ts';

/** JSON text over several lines; as it is where it is none. Deceptive characters are spelled out. */
export function prettyJson(text: string): string {
  try {
    return visibleText(JSON.stringify(JSON.parse(text), null, 2));
  } catch {
    return visibleText(text);
  }
}
