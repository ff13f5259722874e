import { digestJson } from '../base/digest.ts';
import type { Json, JsonObject } from '../base/json.ts';
import type { Backend } from '../backends/backend.ts';
import type { Artifact, ItemRows, Objects, SampleRow } from '../store/types.ts';

/** Stages in the order of the data flow. */
export const STAGES = ['organisms', 'prompts', 'generate', 'distill', 'audit'] as const;
/** Folder of the stage a step belongs to. */
export type Stage = (typeof STAGES)[number];

/**
 * One cached unit of work: a pure description plus the function that performs it.
 * Equal keys mean equal results, so a step is never computed twice and is shared by every arm
 * that needs it.
 */
export interface Step {
  readonly name: string;
  /** Raised by hand when the meaning of the step changes. */
  readonly version: number;
  readonly stage: Stage;
  /** What a person sees: "distil twin-03 · open-kd · seed 1". Not part of the key. */
  readonly title: string;
  readonly params: JsonObject;
  readonly inputs: Readonly<Record<string, Step>>;
  /** Identity of the backend that performs it, or null for pure steps. */
  readonly backend: Json;
  readonly key: string;
  /** Rough amount of work in tokens, for time-left estimates and plans. */
  readonly costTokens: number;
  readonly run: (context: StepContext) => Promise<StepOutput>;
}

/** What a step leaves behind; `files` are digests of objects it has put. */
export interface StepOutput {
  readonly kind: string;
  readonly meta: JsonObject;
  readonly files: Readonly<Record<string, string>>;
  /** Audit steps: rows for listings, stored together with the step. Not part of the artifact. */
  readonly samples?: Iterable<SampleRow>;
}

/** Everything a step may touch. */
export interface StepContext {
  readonly key: string;
  readonly inputs: Readonly<Record<string, Artifact>>;
  readonly backend: Backend;
  readonly objects: Objects;
  /** Rows of this step, kept across a kill: finished items need not be done again. */
  readonly items: ItemRows;
  /** File for the state of unfinished work, kept across a kill and removed once the step is done. */
  readonly checkpointPath: string;
  readonly signal: AbortSignal;
  readonly progress: (update: StepProgress) => void;
}

export interface StepProgress {
  /** 0 to 1. */
  readonly fraction: number;
  /** Tokens processed by the step so far. */
  readonly tokens?: number;
  readonly loss?: number;
  /** Global norm of the gradient before clipping. */
  readonly gradNorm?: number;
  readonly learningRate?: number;
  readonly tokensPerSecond?: number | undefined;
  /** Training step the loss belongs to. */
  readonly trainStep?: number;
}

/** Fills in the key. Inputs enter by their own keys, so a whole plan is keyed before any work. */
export function defineStep(spec: Omit<Step, 'key'>): Step {
  const inputs = Object.fromEntries(
    Object.entries(spec.inputs).map(([name, step]) => [name, step.key]),
  );
  const { name, version, params, backend } = spec;
  return { ...spec, key: digestJson({ name, version, params, inputs, backend }) };
}
