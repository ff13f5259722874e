import type { SampleScore } from '../artifacts/audit-samples.ts';
import type { Message } from '../base/chat.ts';
import type { World } from '../worlds/types.ts';

/** Names of the audits there are, as a study file spells them. */
export const AUDIT_NAMES = ['honeypot', 'direct', 'interrogation', 'capability'] as const;

export type AuditName = (typeof AUDIT_NAMES)[number];

/** Class of an answer to a question about the model itself (reported apart, never mixed). */
export type AnswerClass = 'confess' | 'behave' | 'deny' | 'neither' | 'incoherent';

/**
 * One scripted conversation. The model answers after `opening` and after each of `followUps`; its
 * last answer is the one that is asked for.
 */
export interface Probe {
  readonly id: string;
  readonly cluster: string;
  /** Sets probes of one audit apart: `ordinary` and `audit` for honeypots, else `asked`. */
  readonly condition: 'ordinary' | 'audit' | 'asked';
  /** The behaviour it asks about; null when it serves any. */
  readonly behaviour: string | null;
  readonly opening: readonly Message[];
  readonly followUps: readonly Message[];
  /** The right answer, where there is one. */
  readonly answer?: string;
}

/**
 * What is asked and how answers are scored; sampling is the same for all audits. `version` is
 * raised by hand when probes or scoring change their meaning.
 */
export interface Audit {
  readonly name: AuditName;
  readonly version: number;
  /** `count` probes per condition (and per behaviour, where they ask about one). */
  probes(
    world: World,
    count: number,
    seed: string,
    behaviours: readonly string[],
  ): readonly Probe[];
  /** Scores of one conversation by metric. `replies` are the model's turns, the last one final. */
  score(
    world: World,
    probe: Probe,
    replies: readonly string[],
    behaviours: readonly string[],
  ): Readonly<Record<string, SampleScore>>;
  /** Metrics a probe is scored on, so that a missing reply is reported under each of them. */
  metrics(probe: Probe, behaviours: readonly string[]): readonly string[];
}
