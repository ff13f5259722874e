import type { Backend } from '../../backends/backend.ts';
import type { Json } from '../../base/json.ts';
import type { Judge } from './judge.ts';
import type { KnownAnswerSet } from './known-answers.ts';

/** A judge that is a model, as a plan knows it: it is opened by the steps that need it. */
export interface PlannedJudge {
  /** Of the model; for titles. */
  readonly name: string;
  /** Enters the keys of everything it judges. */
  readonly identity: Json;
  /** The answers it is tried on. */
  readonly answers: {
    readonly id: string;
    readonly version: number;
    /** sha256 over all of them. */
    readonly digest: string;
    readonly items: number;
  };
  /** User error when it cannot be reached from here, e.g. without its key. */
  open(backend: Backend): { readonly judge: Judge; readonly answers: KnownAnswerSet };
}

/** Judgements asked for at once and committed together; the model's own limits come on top. */
export const JUDGE_BATCH = 16;

/** Rough tokens of one judgement in both orders: rubric, conversation and answer. */
export const JUDGEMENT_TOKENS = 2_000;
