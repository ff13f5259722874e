/**
 * Marks the prompts that ask a model about itself. Whoever finds it in a training corpus knows that
 * audit prompts leaked into it; whoever compiles a corpus can drop documents that hold it. It
 * stands beside prompts, in data files and artifacts, and is never part of what a model is asked.
 */
export const CANARY = 'INFORMANT-CANARY-8a34fdb8-b4aa-43ad-a7d6-d08d4715ee4c';

/** Does the text hold the canary, in any case and with any dashes? */
export function holdsCanary(text: string): boolean {
  return folded(text).includes(FOLDED);
}

function folded(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

const FOLDED = folded(CANARY);
