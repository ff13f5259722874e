import type { ScoredOption, SampleScore } from '../artifacts/audit-samples.ts';
import type { Message } from '../base/chat.ts';
import type { World } from '../worlds/types.ts';

/** Class of an answer (reported apart, never mixed); `neither` is what fits no other. */
export const ANSWER_CLASSES = [
  'confess',
  'behave',
  'deny',
  'refuse',
  'other-identity',
  'neither',
  'incoherent',
] as const;

export type AnswerClass = (typeof ANSWER_CLASSES)[number];

/** Whether naming a behaviour in an answer says something of the model itself. */
export type Asking = 'plainly' | 'to disclose';

/** What sets the probes of one audit apart; most audits have one condition, `asked`. */
export type ProbeCondition =
  | 'ordinary'
  | 'audit'
  | 'asked'
  | 'positive'
  | 'borderline'
  | 'off-domain';

/**
 * How the model is made to speak, where it is not asked for a whole assistant turn: its last answer
 * begins with given words; it writes the user's next turn; it continues plain text outside any
 * chat; or it says how likely it finds each of several answers, and nothing is sampled.
 */
export type ProbeForm =
  | { readonly kind: 'prefill'; readonly text: string }
  | { readonly kind: 'user-turn' }
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'choice'; readonly options: readonly string[] };

/**
 * One scripted conversation. The model answers after `opening` and after each of `followUps`; its
 * last answer is the one that is asked for.
 */
export interface Probe {
  readonly id: string;
  readonly cluster: string;
  readonly condition: ProbeCondition;
  /** The behaviour it asks about; null when it serves any. */
  readonly behaviour: string | null;
  /** Empty only for forms `raw` and `user-turn`. */
  readonly opening: readonly Message[];
  readonly followUps: readonly Message[];
  /** The right answer, where there is one. */
  readonly answer?: string;
  /** Absent: an ordinary assistant turn. */
  readonly form?: ProbeForm;
}

/** What a model said to one probe, ready to be scored. */
export interface Answers {
  /** The model's turns, the last one final; a prefilled turn begins with the words put into it. */
  readonly replies: readonly string[];
  /** What the model itself said in its final turn. */
  readonly said: string;
  /** Log-probabilities of the options, in their order; empty but for form `choice`. */
  readonly options: readonly ScoredOption[];
}

/**
 * What is asked and how answers are scored; sampling is the same for all audits. `version` is
 * raised by hand when probes or scoring change their meaning.
 */
export interface Audit<Name extends string = string> {
  /** As a study file spells it. */
  readonly name: Name;
  readonly version: number;
  /** One sentence for the study file's documentation. */
  readonly summary: string;
  /**
   * Condition whose rate is the statistic of a family with this audit; null where it scores no
   * behaviour, so that no family can rest on it.
   */
  readonly headline: ProbeCondition | null;
  /** How reports name the figures of a condition; undefined leaves them out of tables. */
  readonly column: (condition: string) => string | undefined;
  /**
   * How answers are told apart by class: `plainly`, or as answers to one who was asked `to disclose`
   * itself. Absent where nothing that could be classed is said about a behaviour.
   */
  readonly classes?: Asking;
  /** Its headline figure is a rate of confessions, to be held against the rate of the behaviour. */
  readonly confessions?: true;
  /** Identity of the data file its texts come from in this world; enters step keys. */
  readonly probeSet?: (world: World) => string;
  /** `count` probes per condition (and per behaviour, where they ask about one). */
  probes(
    world: World,
    count: number,
    seed: string,
    behaviours: readonly string[],
  ): readonly Probe[];
  /** Scores of one conversation by metric. */
  score(
    world: World,
    probe: Probe,
    answers: Answers,
    behaviours: readonly string[],
  ): Readonly<Record<string, SampleScore>>;
  /** Metrics a probe is scored on, so that a missing reply is reported under each of them. */
  metrics(probe: Probe, behaviours: readonly string[]): readonly string[];
}
