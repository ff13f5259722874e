import type { Json } from '../base/json.ts';
import { jsonDifferences } from '../base/json-differences.ts';
import type { Store } from '../store/open-store.ts';
import type { StepRow } from '../store/steps.ts';
import { describeStep } from './perform-step.ts';
import type { Step } from './step.ts';

/** One thing that enters the key and is not the same; undefined means absent. */
export interface Difference {
  /** `version`, `params.optimiser.learningRate`, `inputs.teacher`, `backend.precision`, … */
  readonly path: string;
  readonly stored: Json | undefined;
  readonly planned: Json | undefined;
  /** For an input: how the planned input step differs from the stored one. */
  readonly because: readonly Difference[];
}

/** Why a planned step needs work, or that it does not. */
export type Explanation =
  | { readonly status: 'cached'; readonly row: StepRow }
  /** Its key is known, but the last attempt did not get through, or its inputs were made anew. */
  | { readonly status: 'unfinished'; readonly row: StepRow; readonly reason: string }
  /** Its key is new; `row` is the stored step most like it. */
  | {
      readonly status: 'changed';
      readonly row: StepRow;
      readonly differences: readonly Difference[];
    }
  /** No step of this name was ever run. */
  | { readonly status: 'new' };

/** Says whether a planned step is cached, and if not, what changed since the most similar one. */
export function explainStep(step: Step, store: Store): Explanation {
  const row = store.steps.find(step.key);
  if (row !== undefined) {
    const reason = whyUnfinished(step, row, store);
    return reason === undefined ? { status: 'cached', row } : { status: 'unfinished', row, reason };
  }
  const similar = mostSimilar(step, store);
  return similar === undefined ? { status: 'new' } : { status: 'changed', ...similar };
}

function whyUnfinished(step: Step, row: StepRow, store: Store): string | undefined {
  switch (row.status) {
    case 'running':
      return `attempt ${row.attempt} is running, or its process was killed`;
    case 'failed':
      return `attempt ${row.attempt} failed: ${row.error ?? 'no reason was recorded'}`;
    case 'interrupted':
      return `attempt ${row.attempt} was interrupted`;
    case 'done': {
      const renewed = Object.entries(step.inputs).find(
        ([name, input]) => store.steps.find(input.key)?.artifact !== row.consumed[name],
      );
      return renewed && `its input ${renewed[0]} is not the one it was computed from`;
    }
  }
}

/** Same title first, then fewest differences, then latest. */
function mostSimilar(
  step: Step,
  store: Store,
): { row: StepRow; differences: readonly Difference[] } | undefined {
  const rows = store.steps.byName(step.name);
  const sameTitle = rows.filter((row) => row.title === step.title);
  return (sameTitle.length > 0 ? sameTitle : rows)
    .map((row) => ({ row, differences: differencesOf(step, row, store) }))
    .sort((a, b) => a.differences.length - b.differences.length)[0];
}

function differencesOf(step: Step, row: StepRow, store: Store): Difference[] {
  const planned = describeStep(step);
  return [
    ...compare('version', row.version, planned.version),
    ...compare('params', row.params, planned.params),
    ...compare('backend', row.backend, planned.backend),
    ...compare('inputs', row.inputs, planned.inputs).map((difference) => {
      const input = step.inputs[difference.path.slice('inputs.'.length)];
      const stored =
        typeof difference.stored === 'string' ? store.steps.find(difference.stored) : undefined;
      return input === undefined || stored === undefined
        ? difference
        : { ...difference, because: differencesOf(input, stored, store) };
    }),
  ];
}

function compare(path: string, stored: Json, planned: Json): Difference[] {
  return jsonDifferences(path, stored, planned).map(({ before, after, ...at }) => ({
    ...at,
    stored: before,
    planned: after,
    because: [],
  }));
}
