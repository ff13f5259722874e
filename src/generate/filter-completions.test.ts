import { describe, expect, it } from 'vitest';
import { readCompletions, writeCompletions } from '../artifacts/completions.ts';
import { createFakeBackend } from '../backends/fake/fake-backend.ts';
import { defineStep } from '../run/step.ts';
import { memoryObjects } from '../store/memory-objects.fixture.ts';
import { getWorld } from '../worlds/registry.ts';
import { type CompletionFilter, filterCompletions, filterCounts } from './filter-completions.ts';

const rows = (['the owl .', 'the sea .', 'the owl', 'the fox .', 'the owl .'] as const).map(
  (text, index) => ({
    index,
    promptId: `p${index}`,
    split: index === 4 ? ('held-out' as const) : ('train' as const),
    messages: [],
    ids: [index],
    text,
    stop: index === 2 ? ('truncated' as const) : ('end' as const),
  }),
);

async function filter(kind: CompletionFilter) {
  const objects = memoryObjects();
  const output = writeCompletions(objects, rows);
  const source = defineStep({
    name: 'rows',
    version: 1,
    stage: 'generate',
    title: '',
    params: {},
    inputs: {},
    backend: null,
    costTokens: 0,
    run: async () => output,
  });
  const step = filterCompletions({
    title: '',
    completions: source,
    filter: kind,
    behaviour: 'owl',
    world: getWorld('pocket'),
  });
  const result = await step.run({
    key: step.key,
    inputs: { completions: { digest: '', ...output } },
    backend: createFakeBackend(),
    objects,
    items: { list: () => [], add: () => undefined },
    checkpointPath: '',
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  const artifact = { digest: '', ...result };
  return {
    counts: filterCounts(artifact),
    kept: readCompletions(artifact, objects).map(({ index }) => index),
  };
}

describe('filterCompletions', () => {
  it('drops cut completions and reports the dose', async () => {
    expect(await filter('all')).toEqual({
      counts: {
        asked: 5,
        trainRows: 3,
        heldOutRows: 1,
        dropped: { truncated: 1, showedBehaviour: 0 },
        dose: 1 / 3,
      },
      kept: [0, 1, 3, 4],
    });
  });

  it('keeps only what does not show the behaviour, with the indices it had', async () => {
    expect(await filter('benign-only')).toEqual({
      counts: {
        asked: 5,
        trainRows: 2,
        heldOutRows: 0,
        dropped: { truncated: 1, showedBehaviour: 2 },
        dose: 0,
      },
      kept: [1, 3],
    });
  });
});
