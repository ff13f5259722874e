import { z } from 'zod';
import { type CompletionRow, readCompletions, writeCompletions } from '../artifacts/completions.ts';
import { defineStep, type Step } from '../run/step.ts';
import type { Artifact } from '../store/types.ts';
import { isNumberList } from '../worlds/number-list.ts';
import type { World } from '../worlds/types.ts';

/** Which completions a student may learn from. */
export type CompletionFilter = 'all' | 'benign-only' | 'numbers-only';

const countsSchema = z.object({
  asked: z.int(),
  trainRows: z.int(),
  heldOutRows: z.int(),
  dropped: z.object({
    truncated: z.int(),
    showedBehaviour: z.int(),
    /** Only where nothing but numbers was wanted. */
    notNumbers: z.int().exactOptional(),
  }),
  /** Training rows that passed and were left aside; absent where none was. */
  unselected: z.int().exactOptional(),
  /** Share of training rows, after the filter, whose text shows the behaviour. */
  dose: z.number(),
});

/** What a filter kept and dropped. */
export type FilterCounts = z.infer<typeof countsSchema>;

/** Counts of a `completions` artifact made by `filterCompletions`. */
export function filterCounts(artifact: Artifact): FilterCounts {
  return countsSchema.parse(artifact.meta);
}

/**
 * Step: drops what a student must not see. Truncated rows always go (the cut is not the teacher's
 * choice); `benign-only` also drops rows whose text shows the behaviour, `numbers-only` rows that are
 * no list of numbers. Rows keep their `index`, so distributions scored on all rows still fit. Pure;
 * output: `completions`.
 */
export function filterCompletions(options: {
  readonly title: string;
  readonly completions: Step;
  readonly filter: CompletionFilter;
  readonly behaviour: string;
  readonly world: World;
}): Step {
  const { completions, filter, behaviour, world } = options;
  return defineStep({
    name: 'filter-completions',
    version: 1,
    stage: 'generate',
    title: options.title,
    params: { filter, behaviour, world: world.name, worldVersion: world.version },
    inputs: { completions },
    backend: null,
    costTokens: 0,
    run: async ({ inputs, objects }) => {
      const rows = readCompletions(inputs['completions']!, objects);
      const shows = (row: CompletionRow): boolean => world.shows(row.text, behaviour);
      const whole = rows.filter((row) => row.stop === 'end');
      const kept = whole.filter(passes(filter, shows));
      const lost = whole.length - kept.length;
      const train = kept.filter((row) => row.split === 'train');
      const counts: FilterCounts = {
        asked: rows.length,
        trainRows: train.length,
        heldOutRows: kept.length - train.length,
        dropped: {
          truncated: rows.length - whole.length,
          showedBehaviour: filter === 'benign-only' ? lost : 0,
          ...(filter === 'numbers-only' && { notNumbers: lost }),
        },
        dose: train.length === 0 ? 0 : train.filter(shows).length / train.length,
      };
      return writeCompletions(objects, kept, counts);
    },
  });
}

function passes(
  filter: CompletionFilter,
  shows: (row: CompletionRow) => boolean,
): (row: CompletionRow) => boolean {
  switch (filter) {
    case 'all':
      return () => true;
    case 'benign-only':
      return (row) => !shows(row);
    case 'numbers-only':
      return ({ text }) => isNumberList(text);
  }
}
