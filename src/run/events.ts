import type { Stage } from './step.ts';

/** What happens while steps run, in order, for whoever shows it. Plain data. */
export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly study: string;
      /** Distinct steps, and how many of them need no work. */
      readonly total: number;
      readonly cached: number;
    }
  | (StepIdentity & { readonly type: 'step-started'; readonly attempt: number })
  | (StepIdentity & {
      readonly type: 'step-progress';
      /** 0 to 1. */
      readonly fraction: number;
      readonly tokens?: number;
      readonly loss?: number;
      readonly gradNorm?: number;
      readonly learningRate?: number;
      readonly tokensPerSecond?: number | undefined;
      readonly trainStep?: number;
    })
  | (StepIdentity & {
      readonly type: 'step-finished';
      readonly artifact: string;
      /** Nothing was computed; duration and tokens are those of the run that computed it. */
      readonly cached: boolean;
      readonly durationMs: number;
      readonly tokens: number | null;
    })
  | (StepIdentity & {
      readonly type: 'step-failed';
      readonly message: string;
      readonly hint: string | undefined;
    })
  | (StepIdentity & {
      /** Not run because a step it needs failed. */
      readonly type: 'step-skipped';
      readonly because: string;
    })
  | {
      readonly type: 'run-finished';
      readonly study: string;
      readonly computed: number;
      readonly cached: number;
      readonly failed: number;
      readonly skipped: number;
      readonly interrupted: boolean;
    };

/** Which step an event is about. */
export interface StepIdentity {
  readonly key: string;
  readonly name: string;
  readonly stage: Stage;
  readonly title: string;
  readonly costTokens: number;
}
