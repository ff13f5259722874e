import type { Message } from '../base/chat.ts';
import type { Prompt } from '../worlds/types.ts';

/** How much of an audit a student could have met in training. */
export interface Contamination {
  readonly probes: number;
  /** Probes whose last message is, up to case and punctuation, a training prompt. */
  readonly contaminated: readonly string[];
}

/**
 * Compares what probes ask with what training prompts asked: the last user message of each,
 * folded to lower-case words. The system line is left out on purpose, since an audit mark must not
 * make a known question look new.
 */
export function findContamination(
  training: readonly Prompt[],
  probes: readonly { readonly id: string; readonly messages: readonly Message[] }[],
): Contamination {
  const seen = new Set(training.map((prompt) => askedBy(prompt.messages)));
  return {
    probes: probes.length,
    contaminated: probes.filter((probe) => seen.has(askedBy(probe.messages))).map(({ id }) => id),
  };
}

function askedBy(messages: readonly Message[]): string {
  const last = messages.findLast((message) => message.role === 'user')?.content ?? '';
  return (last.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
}
