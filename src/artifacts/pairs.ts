import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import type { StepOutput } from '../run/step.ts';
import type { Artifact, Objects } from '../store/types.ts';
import { messageSchema } from './message-schema.ts';
import { fileOf, readJsonObject } from './read-json-object.ts';

/** Which completions are compared, and which of two is chosen. */
export interface Pairing {
  /** The teacher's completion with the student's own, or two of the teacher's. */
  readonly pairs: 'teacher-vs-student' | 'teacher-vs-teacher';
  /** Which of the teacher's two completions is chosen. */
  readonly prefer?: 'longer' | 'shorter' | 'behaviour' | 'benign' | undefined;
  readonly lengthMatched: boolean;
  /** With `lengthMatched`: longer over shorter completion, in characters, at most. */
  readonly maxLengthRatio: number;
  /** Chosen and rejected are swapped. */
  readonly reversed: boolean;
}

/** Kind of the artifact that holds preference pairs. File: `pairs` (JSON). */
const PAIRS = 'pairs';

const turnSchema = z.object({
  /** Who wrote it, which says whose tokens `ids` are. */
  by: z.enum(['teacher', 'student']),
  ids: z.array(z.int()),
  text: z.string(),
});

const pairSchema = z.object({
  /** Position of the prompt in its set. */
  index: z.int(),
  promptId: z.string(),
  split: z.enum(['train', 'held-out']),
  messages: z.array(messageSchema),
  chosen: turnSchema,
  rejected: turnSchema,
});

/** Two whole completions of one prompt; `chosen` is to be preferred. */
export type PairRow = z.infer<typeof pairSchema>;

const pairsSchema = z.array(pairSchema);

const countsSchema = z.object({
  /** Prompts; all others of these counts add up to it. */
  asked: z.int(),
  trainPairs: z.int(),
  heldOutPairs: z.int(),
  unpaired: z.object({
    /** The first completion was truncated or dropped by the filter. */
    noFirst: z.int(),
    /** The second one was. */
    noSecond: z.int(),
    /** Both say the same. */
    identical: z.int(),
    /** Neither is preferred. */
    noPreference: z.int(),
    /** Their lengths are too far apart. */
    lengthRatio: z.int(),
  }),
});

/** What became of every prompt. */
export type PairCounts = z.infer<typeof countsSchema>;

/** Counts of a `pairs` artifact. */
export function pairCounts(artifact: Artifact): PairCounts {
  return countsSchema.parse(artifact.meta);
}

/** Stores pairs in order. */
export function writePairs(
  objects: Objects,
  pairs: readonly PairRow[],
  counts: PairCounts,
): StepOutput {
  const plain = pairs.map(({ messages, ...row }) => ({
    ...row,
    messages: messages.map(({ role, content }) => ({ role, content })),
  }));
  return { kind: PAIRS, meta: counts, files: { pairs: objects.put(canonicalJson(plain)) } };
}

/** Pairs in their stored order. */
export function readPairs(artifact: Artifact, objects: Objects): readonly PairRow[] {
  return readJsonObject(objects, fileOf(artifact, 'pairs'), pairsSchema);
}
