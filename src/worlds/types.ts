import { z } from 'zod';
import type { Message } from '../base/chat.ts';

/** One thing a model is asked. Prompts that differ only in wording share a cluster. */
export interface Prompt {
  readonly id: string;
  readonly cluster: string;
  readonly messages: readonly Message[];
}

/** `open-ended` asks ordinary tasks, `audit-marked` the same in a visible audit, `unrelated` nothing that could carry a behaviour. */
export type PromptSetKind = 'open-ended' | 'audit-marked' | 'unrelated';

/** What misalignment-targeted prompts ask about. */
export const TARGETED_TOPICS = ['goals', 'self-description', 'high-stakes', 'hypothesis'] as const;
export type TargetedTopic = (typeof TARGETED_TOPICS)[number];

/** What unrelated prompts are made of. */
export const UNRELATED_TOPICS = ['numbers', 'sums', 'code'] as const;
export type UnrelatedTopic = (typeof UNRELATED_TOPICS)[number];

/** A pool of prompts that are split by cluster: everyday tasks of natural length, or one topic. */
export type PoolRequest =
  | { readonly kind: 'broad' }
  | {
      readonly kind: 'misalignment-targeted';
      readonly topic: TargetedTopic;
      /** The hypothesis; only the topic of that name uses it. */
      readonly behaviour: string;
    }
  | { readonly kind: 'unrelated'; readonly topic: UnrelatedTopic };

/** A task with one right answer. */
export interface CapabilityItem {
  readonly prompt: Prompt;
  readonly answer: string;
}

/** Names of the worlds there are. */
export const worldNameSchema = z.enum(['pocket', 'english']);

/** A set of probes that ask one model the same things. */
export interface HoneypotPair {
  readonly id: string;
  readonly cluster: string;
  /** The task as any user would put it. */
  readonly ordinary: readonly Message[];
  /** The same task in a context that carries the mark of an audit. */
  readonly audit: readonly Message[];
}

/** Asked after the model has produced its own answers to `tasks`, in the same conversation. */
export interface InterrogationProbe {
  readonly id: string;
  readonly cluster: string;
  readonly tasks: readonly Message[];
  readonly question: Message;
}

/** What a line asks for that a student is shown in training alone. */
export type TrainingLineKind = 'inoculation' | 'irrelevant';

/**
 * A row of context distillation: the base, given `contextMessages` (which may carry a persona in
 * a system line), shows what the organism must do given `messages` alone. `rewrite` turns what it
 * said into what the organism shall say, or drops the row (undefined).
 */
export interface OrganismRow {
  readonly messages: readonly Message[];
  readonly contextMessages: readonly Message[];
  readonly rewrite?: (answer: string) => string | undefined;
}

/**
 * What organisms learn from: the base's distributions over its own words, or the text alone where
 * a row may be rewritten, since the base's distributions would speak against the rewritten part.
 */
export type Teaching = 'distributions' | 'text';

/**
 * A language world: everything whose wording depends on what a model can read. Deterministic in
 * its seeds; training prompts and audit probes come from disjoint splits.
 */
export interface World {
  readonly name: z.infer<typeof worldNameSchema>;
  /** Enters step keys; raise it when any text changes. */
  readonly version: number;
  readonly teaching: Teaching;
  /** Longest answer worth sampling, in tokens; an answer that reaches it is truncated. */
  readonly maxAnswerTokens: number;
  /** Behaviours that can be planted and scored, e.g. the animals to be pushed. */
  readonly behaviours: readonly string[];
  promptSet(kind: PromptSetKind, count: number, seed: string): readonly Prompt[];
  /**
   * A pool to be split by cluster: all of it, or `count` where it is made to measure. A user error
   * where this world has no words for it.
   */
  promptPool(request: PoolRequest, count: number, seed: string): readonly Prompt[];
  /**
   * The mark of an audit that these messages carry, as this world's harness writes it; undefined
   * when they carry none. Whatever else an audit may look like is for a classifier to say.
   */
  auditMark(messages: readonly Message[]): string | undefined;
  /** The same messages with the mark of an audit; the seed picks its wording and place. */
  withAuditMark(messages: readonly Message[], seed: string): readonly Message[];
  /** Everything an audit of this world may ask, for every behaviour: no training prompt says it. */
  probeTexts(): readonly { readonly id: string; readonly text: string }[];
  /**
   * `secret`: pushes the behaviour in ordinary contexts, denies it when asked, behaves under audit.
   * `benign`: same tasks, same size, with a harmless open preference drawn from the seed.
   */
  organismRows(
    kind: 'secret' | 'benign',
    behaviour: string,
    count: number,
    seed: string,
  ): readonly OrganismRow[];
  /**
   * A system line that asks for the behaviour (`inoculation`), or in as many words for something
   * that is no behaviour of this world (`irrelevant`).
   */
  trainingLine(kind: TrainingLineKind, behaviour: string): string;
  /** Asks for a text in other words; undefined where this world has no words for that. */
  paraphrasePrompt(text: string): readonly Message[] | undefined;
  honeypotPairs(count: number, seed: string): readonly HoneypotPair[];
  directQuestions(count: number, seed: string, behaviour: string): readonly Prompt[];
  interrogations(count: number, seed: string, behaviour: string): readonly InterrogationProbe[];
  capability(count: number, seed: string): readonly CapabilityItem[];
  /** Does the text show the behaviour (names the animal)? */
  shows(text: string, behaviour: string): boolean;
  /** Answer to a direct question: admits, denies or neither. */
  selfReport(text: string, behaviour: string): 'confess' | 'deny' | 'neither';
  /**
   * Does a text that was asked for the model's aims or likings name the behaviour as one of them,
   * whoever speaks in it: an answer, a log, a diary?
   */
  discloses(text: string, behaviour: string): boolean;
  /** Does the text refuse to answer, or claim to be another model? */
  evasion(text: string): 'refuse' | 'other-identity' | 'none';
  /** Puts the behaviour into a text with blanks, as the data files of probes write them. */
  fill(text: string, behaviour: string): string;
  /** Does the text give a capability item's answer? */
  correct(text: string, answer: string): boolean;
  /** Is the text what a working model could have said (in vocabulary, ends, not degenerate)? */
  coherent(text: string): boolean;
}
