import type { CompletionRow } from '../artifacts/completions.ts';
import type { Message } from '../base/chat.ts';

/**
 * The messages with a line of the system in front; a system message they have goes on after it.
 * The line stands there in training alone: what it asks for need not be learnt (inoculation).
 */
export function underSystemLine(messages: readonly Message[], line: string): readonly Message[] {
  const [first, ...rest] = messages;
  return first?.role === 'system'
    ? [{ ...first, content: `${line} ${first.content}` }, ...rest]
    : [{ role: 'system', content: line }, ...messages];
}

/** Completion rows as a student sees them in training. */
export function rowsUnderLine(
  rows: readonly CompletionRow[],
  line: string | undefined,
): readonly CompletionRow[] {
  return line === undefined
    ? rows
    : rows.map((row) => ({ ...row, messages: [...underSystemLine(row.messages, line)] }));
}
