import type {
  DivergenceRequest,
  OnPolicyRequest,
  OnPolicyResult,
  SampledCompletion,
  SampleRequest,
  ScoreRequest,
  TokenDivergence,
  TopKScores,
  TrainProgress,
  TrainRequest,
  TrainResult,
} from '../backend.ts';

/** What a worker can be asked; plain data, so that it crosses threads. */
export type Task =
  | { readonly kind: 'sample'; readonly request: SampleRequest }
  | { readonly kind: 'score'; readonly request: ScoreRequest }
  | { readonly kind: 'divergence'; readonly request: DivergenceRequest }
  | { readonly kind: 'train'; readonly request: TrainRequest }
  | { readonly kind: 'train-on-policy'; readonly request: OnPolicyRequest };

/** What comes back, by kind of task. */
export type TaskResult =
  | { readonly kind: 'sample'; readonly completions: SampledCompletion[] }
  | { readonly kind: 'score'; readonly scores: TopKScores }
  | { readonly kind: 'divergence'; readonly divergence: TokenDivergence }
  | { readonly kind: 'train'; readonly result: TrainResult }
  | { readonly kind: 'train-on-policy'; readonly result: OnPolicyResult };

export type TaskProgress =
  | { readonly kind: 'tokens'; readonly tokens: number }
  | { readonly kind: 'train'; readonly progress: TrainProgress };

/** Messages from a worker. Errors are taken apart, because classes do not survive the crossing. */
export type WorkerMessage =
  | { readonly type: 'progress'; readonly progress: TaskProgress }
  | { readonly type: 'result'; readonly result: TaskResult }
  | {
      readonly type: 'error';
      readonly message: string;
      readonly stack: string | undefined;
      readonly app:
        | { readonly code: string; readonly hint: string | undefined; readonly exitCode: number }
        | undefined;
    };
