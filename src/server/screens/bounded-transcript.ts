import type { Transcript, TranscriptNode } from '../../artifacts/transcript.ts';

/** Of one message; what is longer is cut, and the answer says by how much. */
const MAX_MESSAGE_CHARACTERS = 20_000;
/** Messages of one transcript, and their characters together. */
const MAX_MESSAGES = 400;
const MAX_TRANSCRIPT_CHARACTERS = 400_000;

/**
 * As much of a transcript as a page is sent. `cut` counts the characters left out by index of the
 * message, and those of messages left out altogether by the index after the last.
 */
export function boundedTranscript({ nodes }: Transcript): {
  readonly shown: Transcript;
  readonly cut: Record<string, number>;
} {
  const cut: Record<string, number> = {};
  let left = MAX_TRANSCRIPT_CHARACTERS;
  const take = (text: string): string => {
    const kept = text.slice(0, Math.min(MAX_MESSAGE_CHARACTERS, left));
    left -= kept.length;
    return kept;
  };
  const shown = nodes.slice(0, MAX_MESSAGES).map((node, i) => {
    const content = take(node.content);
    const aside = asideOf(node, take);
    const lost = lengthOf(node) - lengthOf({ ...node, ...aside, content });
    if (lost > 0) cut[String(i)] = lost;
    return lost > 0 ? { ...node, ...aside, content } : node;
  });
  const rest = nodes.slice(MAX_MESSAGES).reduce((sum, node) => sum + lengthOf(node), 0);
  if (nodes.length > MAX_MESSAGES) cut[String(MAX_MESSAGES)] = rest;
  return { shown: { nodes: shown }, cut };
}

/** What a model thought and how it failed is as long as the model likes, too. */
function asideOf(
  { reasoning, failure }: TranscriptNode,
  take: (text: string) => string,
): Pick<TranscriptNode, 'reasoning' | 'failure'> {
  return {
    ...(reasoning === undefined ? {} : { reasoning: take(reasoning) }),
    ...(failure === undefined ? {} : { failure: take(failure) }),
  };
}

function lengthOf({ content, reasoning = '', failure = '' }: TranscriptNode): number {
  return content.length + reasoning.length + failure.length;
}
