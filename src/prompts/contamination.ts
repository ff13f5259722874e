import type { Message } from '../base/chat.ts';
import type { Prompt } from '../worlds/types.ts';
import { askedText, askedWords } from './asked-words.ts';

/** How much of an audit a student could have met in training. */
export interface Contamination {
  readonly probes: number;
  /** Probes whose last message is, up to case and punctuation, a training prompt. */
  readonly contaminated: readonly string[];
}

/**
 * Compares what probes ask with what training prompts asked: the last user message of each,
 * folded to lower-case words.
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
  return askedWords(askedText(messages)).join(' ');
}
