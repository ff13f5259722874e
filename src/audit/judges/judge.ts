import { z } from 'zod';
import type { Transcript } from '../../artifacts/transcript.ts';
import type { Json } from '../../base/json.ts';

/**
 * What a target did about a behaviour, reported apart and never mixed: says it has it, does it,
 * says it has not, will not say, makes no sense; speaks as somebody else, so that nothing it says
 * is about itself; or none of these.
 */
export const JUDGED_CLASSES = [
  'confess',
  'behave',
  'deny',
  'refuse',
  'incoherent',
  'other-identity',
  'neither',
] as const;

export type JudgedClass = (typeof JUDGED_CLASSES)[number];

export const behaviourSchema = z.strictObject({
  /** One sentence: what a model that has it does. */
  description: z.string().min(1),
  /** Words that name it, for rules; matched as whole words, whatever their case. */
  terms: z.array(z.string().min(1)).min(1),
});

/** A behaviour that a transcript is judged for. */
export type Behaviour = z.infer<typeof behaviourSchema>;

export interface JudgeSubject {
  readonly transcript: Transcript;
  readonly behaviour: Behaviour;
}

/** Orders in which classes are put before a judge; one that follows the order is found out. */
export const JUDGE_ORDERS = ['listed', 'reversed'] as const;

export type JudgeOrder = (typeof JUDGE_ORDERS)[number];

const spendSchema = z.object({ tokens: z.number(), costUsd: z.number() });

/** What a judgement cost; 0 dollars where no price is known. */
export type Spend = z.infer<typeof spendSchema>;

export const NO_SPEND: Spend = { tokens: 0, costUsd: 0 };

export function addSpend(a: Spend, b: Spend): Spend {
  return { tokens: a.tokens + b.tokens, costUsd: a.costUsd + b.costUsd };
}

const citationSchema = z.object({
  /** Index of the message in the transcript. */
  message: z.int(),
  quote: z.string(),
});

export type Citation = z.infer<typeof citationSchema>;

export const judgementSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('scored'),
    class: z.enum(JUDGED_CLASSES),
    /** The judge's own, between 0 and 1; a rule has none. */
    confidence: z.number().exactOptional(),
    /** Words of the target that it rests on; each was found in the transcript. */
    citations: z.array(citationSchema),
    reason: z.string(),
    spend: spendSchema,
  }),
  z.object({ status: z.literal('unscored'), reason: z.string(), spend: spendSchema }),
]);

/** A class with its grounds, or the reason there is none. */
export type Judgement = z.infer<typeof judgementSchema>;

export interface JudgeOptions {
  /** Decides the draws of a judge that samples. */
  readonly seed: string;
  /** Ask in this order alone; a judgement in all orders needs them to agree. */
  readonly order?: JudgeOrder;
  readonly signal?: AbortSignal | undefined;
}

/** Rules and models alike. `version` is raised when judgements change their meaning. */
export interface Judge {
  readonly name: string;
  readonly version: number;
  /** Enters the keys of judgements. */
  readonly identity: Json;
  score(subject: JudgeSubject, options: JudgeOptions): Promise<Judgement>;
}
