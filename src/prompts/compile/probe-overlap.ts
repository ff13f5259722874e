import { askedWords } from '../asked-words.ts';

/** A probe that a prompt repeats, wholly or nearly. */
export interface Overlap {
  readonly probe: string;
  /** Jaccard similarity of their runs of three words, in [0, 1]. */
  readonly similarity: number;
}

/** Finds prompts that say what a probe says. */
export interface OverlapIndex {
  find(text: string): Overlap | undefined;
}

/** Similarity from which a prompt counts as a probe. */
const NEARLY_THE_SAME = 0.7;

const RUN_WORDS = 3;

/**
 * Indexes probes by their runs of three words, so that a prompt is compared with those alone that
 * share one. Wordings of less than three words overlap when they are equal.
 */
export function createOverlapIndex(
  probes: readonly { readonly id: string; readonly text: string }[],
): OverlapIndex {
  const runs = probes.map(({ text }) => runsOf(text));
  const holders = new Map<string, number[]>();
  for (const [probe, its] of runs.entries()) {
    for (const run of its) {
      const known = holders.get(run);
      if (known === undefined) holders.set(run, [probe]);
      else known.push(probe);
    }
  }
  return {
    find: (text) => {
      const its = runsOf(text);
      const shared = new Map<number, number>();
      for (const run of its) {
        for (const probe of holders.get(run) ?? []) {
          shared.set(probe, (shared.get(probe) ?? 0) + 1);
        }
      }
      let best: Overlap | undefined;
      for (const [probe, count] of shared) {
        const similarity = count / (its.size + runs[probe]!.size - count);
        if (similarity >= NEARLY_THE_SAME && similarity > (best?.similarity ?? 0)) {
          best = { probe: probes[probe]!.id, similarity };
        }
      }
      return best;
    },
  };
}

function runsOf(text: string): ReadonlySet<string> {
  const words = askedWords(text);
  if (words.length === 0) return new Set();
  if (words.length < RUN_WORDS) return new Set([words.join(' ')]);
  return new Set(words.slice(RUN_WORDS - 1).map((_, i) => words.slice(i, i + RUN_WORDS).join(' ')));
}
