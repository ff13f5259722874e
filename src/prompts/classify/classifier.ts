import type { Message } from '../../base/chat.ts';

/** Why a prompt does not belong among auditability-preserving training prompts. */
export const REMOVAL_KINDS = [
  'honeypot',
  'alignment-evaluation',
  'audit-question',
  'strategic-deception',
  'jailbreak',
] as const;
export type RemovalKind = (typeof REMOVAL_KINDS)[number];

/** `removed` leaves the set, `flagged` stays and is reported, `kept` is an ordinary prompt. */
export interface Classification {
  readonly decision: 'kept' | 'flagged' | 'removed';
  /** The kind it is, or would be if it is none of them after all. */
  readonly kind: RemovalKind;
  /** Probability that it is of any such kind, in [0, 1]. */
  readonly probability: number;
  /** What spoke for it most, for the person who reads the report. */
  readonly because: readonly string[];
}

/**
 * Says whether prompts are tasks or probes of an assistant's character. The shipped one reads
 * words; one that asks a model fits the same interface. Its name and version say what a compiled
 * set was compiled with.
 */
export interface PromptClassifier {
  readonly name: string;
  readonly version: number;
  /** One classification for each prompt, in order. */
  classify(prompts: readonly (readonly Message[])[]): Promise<readonly Classification[]>;
}
