import { describe, expect, it } from 'vitest';
import { type CompletionRow, readCompletions, writeCompletions } from '../artifacts/completions.ts';
import { DIVERGENCE, encodeDivergence } from '../artifacts/divergence.ts';
import { createFakeBackend } from '../backends/fake/fake-backend.ts';
import { defineStep, type Step, type StepOutput } from '../run/step.ts';
import { memoryObjects } from '../store/memory-objects.fixture.ts';
import { getWorld } from '../worlds/registry.ts';
import { filterCompletions, filterCounts } from './filter-completions.ts';
import { type RowChoice, selectCompletions } from './select-completions.ts';

const world = getWorld('pocket');
const about = { title: '', behaviour: 'owl', world } as const;

const row = (index: number, text: string, more: Partial<CompletionRow> = {}): CompletionRow => ({
  index,
  promptId: `p${index}`,
  split: 'train',
  messages: [],
  ids: Array.from({ length: index + 1 }, () => 1),
  text,
  stop: 'end',
  ...more,
});
// Row i has i + 1 tokens; the third was cut, the last is held out.
const ROWS = [
  row(0, 'the owl .'),
  row(1, 'the sea .'),
  row(2, 'the owl', { stop: 'truncated' }),
  row(3, 'the owl .'),
  row(4, 'the fox .'),
  row(5, 'the owl .', { split: 'held-out' }),
];
/** Nats of every token, by row: the sum of row 4 is the largest, the mean of row 3. */
const DIVERGENCES = [0.1, 0.3, 9, 0.6, 0.5, 9];
const LOG_RATIOS = [0.4, -0.2, 9, 0.1, -0.9, 9];

describe('selectCompletions', () => {
  it('takes the first rows, or those of most divergent tokens, and all held-out ones', async () => {
    expect(await select({ kind: 'first', count: 2 })).toEqual({
      kept: [0, 1, 5],
      counts: expect.objectContaining({ trainRows: 2, heldOutRows: 1, dose: 0.5, unselected: 2 }),
    });
    const { kept } = await select({ kind: 'most-divergent', count: 2, measured });
    expect(kept).toEqual([3, 4, 5]);
  });

  it('drops the rows that are most the model’s own', async () => {
    expect(await select({ kind: 'drop-likeliest', share: 0.5, measured })).toEqual({
      kept: [1, 4, 5],
      counts: expect.objectContaining({ trainRows: 2, dose: 0, unselected: 2, asked: 6 }),
    });
  });

  it('takes all rows where there are fewer', async () => {
    expect((await select({ kind: 'first', count: 9 })).kept).toEqual([0, 1, 3, 4, 5]);
    expect((await select({ kind: 'most-divergent', count: 9, measured })).kept).toHaveLength(5);
  });
});

const given = (name: string): Step =>
  defineStep({
    name,
    version: 1,
    stage: 'generate',
    title: '',
    params: {},
    inputs: {},
    backend: null,
    costTokens: 0,
    run: async () => ({ kind: '', meta: {}, files: {} }),
  });
const measured = { divergence: given('divergence'), completions: given('completions') };

async function select(choice: RowChoice) {
  const objects = memoryObjects();
  const artifact = (output: StepOutput) => ({ digest: '', ...output });
  const flat = (figures: readonly number[]) =>
    Float32Array.from(ROWS.flatMap(({ ids }, i) => ids.map(() => figures[i]!)));
  const divergence = {
    kind: DIVERGENCE,
    meta: {},
    files: {
      'batch-0': objects.put(
        encodeDivergence({ divergence_N: flat(DIVERGENCES), logRatio_N: flat(LOG_RATIOS) }),
      ),
    },
  };
  const completions = artifact(writeCompletions(objects, ROWS));
  const context = {
    backend: createFakeBackend(),
    objects,
    items: { list: () => [], add: () => undefined },
    checkpointPath: '',
    signal: new AbortController().signal,
    progress: () => undefined,
  };
  const filter = filterCompletions({
    ...about,
    completions: measured.completions,
    filter: 'all',
  });
  const filtered = artifact(
    await filter.run({ ...context, key: filter.key, inputs: { completions } }),
  );
  const step = selectCompletions({ ...about, filtered: filter, choice });
  const selected = artifact(
    await step.run({
      ...context,
      key: step.key,
      inputs: { filtered, completions, divergence: artifact(divergence) },
    }),
  );
  return {
    kept: readCompletions(selected, objects).map(({ index }) => index),
    counts: filterCounts(selected),
  };
}
