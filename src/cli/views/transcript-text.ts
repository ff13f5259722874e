import type { Message } from '../../base/chat.ts';
import { visibleText } from '../../base/visible-text.ts';

/** One scored conversation, as the store keeps it. */
export interface Transcript {
  readonly probeId: string;
  readonly draw: number;
  readonly messages: readonly Message[];
  /** `scored 1.00`, `unscored: truncated`, … */
  readonly score: string;
}

/**
 * A transcript as plain text: one block per message, role and origin in front, every line of
 * content behind a bar so that no message can pass itself off as another speaker.
 */
export function transcriptText(transcript: Transcript): string {
  const head = `probe ${visibleText(transcript.probeId)}, draw ${transcript.draw}: ${visibleText(transcript.score)}`;
  const blocks = transcript.messages.map((message) => {
    const origin = message.origin === undefined ? '' : ` (${message.origin})`;
    const body = visibleText(message.content).split('\n');
    return [`  ${message.role}${origin}`, ...body.map((line) => `  │ ${line}`)].join('\n');
  });
  return [head, ...blocks].join('\n');
}
