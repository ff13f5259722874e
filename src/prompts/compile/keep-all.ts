import type { PromptClassifier } from '../classify/classifier.ts';

/** Keeps every prompt: for a set that its user wants as it is. */
export const keepAll: PromptClassifier = {
  name: 'none',
  version: 1,
  classify: (prompts) =>
    Promise.resolve(
      prompts.map(() => ({
        decision: 'kept',
        kind: 'audit-question',
        probability: 0,
        because: [],
      })),
    ),
};
