import { oneLine, visibleText } from '../../base/visible-text.ts';

/**
 * Words of a model or a prompt. What could hide, reorder or rewrite what a reader sees is spelled
 * out, as in the terminal; direction is kept to the element.
 */
export function Untrusted({
  text,
  line = false,
}: {
  readonly text: string;
  /** On one line. */
  readonly line?: boolean;
}) {
  return (
    <span className="untrusted" dir="auto">
      {line ? oneLine(text) : visibleText(text)}
    </span>
  );
}
