import { type CompletionRow, readCompletions } from '../artifacts/completions.ts';
import { type PairCounts, type Pairing, type PairRow, writePairs } from '../artifacts/pairs.ts';
import { defineStep, type Step } from '../run/step.ts';
import type { World } from '../worlds/types.ts';
import { filterCounts } from './filter-completions.ts';

/** What keeps two completions of one prompt from being a pair. */
type Obstacle = keyof PairCounts['unpaired'];

/**
 * Step: pairs of completions of one prompt, of which one is chosen. The first is the teacher's; the
 * second is the student's own and rejected, or the teacher's too, and `prefer` decides. A prompt
 * that gives no pair is counted with the reason. Pure; output: `pairs`.
 */
export function makePairs(options: {
  readonly title: string;
  /** Filtered completions of the same prompts. */
  readonly first: Step;
  readonly second: Step;
  readonly pairing: Pairing;
  /** What `prefer: behaviour` and `benign` look for. */
  readonly behaviour: string;
  readonly world: World;
}): Step {
  const { first, second, pairing, behaviour, world } = options;
  return defineStep({
    name: 'make-pairs',
    version: 1,
    stage: 'generate',
    title: options.title,
    params: pairingParams(pairing, { behaviour, world }),
    inputs: { first, second },
    backend: null,
    costTokens: 0,
    run: async ({ inputs, objects }) => {
      const firsts = readCompletions(inputs['first']!, objects);
      const seconds = readCompletions(inputs['second']!, objects);
      const partners = new Map(seconds.map((row) => [row.index, row]));
      const { asked } = filterCounts(inputs['first']!);
      const unpaired: Record<Obstacle, number> = {
        noFirst: asked - firsts.length,
        noSecond: 0,
        identical: 0,
        noPreference: 0,
        lengthRatio: 0,
      };
      const pairs: PairRow[] = [];
      for (const row of firsts) {
        const pair = pairUp(row, partners.get(row.index), pairing, (text) =>
          world.shows(text, behaviour),
        );
        if (typeof pair === 'string') unpaired[pair]++;
        else pairs.push(pair);
      }
      const trainPairs = pairs.filter(({ split }) => split === 'train').length;
      const heldOutPairs = pairs.length - trainPairs;
      return writePairs(objects, pairs, { asked, trainPairs, heldOutPairs, unpaired });
    },
  });
}

function pairUp(
  first: CompletionRow,
  second: CompletionRow | undefined,
  pairing: Pairing,
  shows: (text: string) => boolean,
): PairRow | Obstacle {
  if (second === undefined) return 'noSecond';
  if (first.text === second.text) return 'identical';
  const isFirst = prefersFirst(first.text, second.text, pairing, shows);
  if (isFirst === undefined) return 'noPreference';
  if (pairing.lengthMatched && lengthRatio(first.text, second.text) > pairing.maxLengthRatio) {
    return 'lengthRatio';
  }
  const { index, promptId, split, messages } = first;
  const turns = [
    { by: 'teacher' as const, ids: first.ids, text: first.text },
    {
      by: pairing.pairs === 'teacher-vs-student' ? ('student' as const) : ('teacher' as const),
      ids: second.ids,
      text: second.text,
    },
  ] as const;
  const [chosen, rejected] =
    isFirst === pairing.reversed ? [turns[1], turns[0]] : [turns[0], turns[1]];
  return { index, promptId, split, messages, chosen, rejected };
}

/** Whether the first of two texts is the better one; undefined when neither is. */
function prefersFirst(
  first: string,
  second: string,
  { pairs, prefer }: Pairing,
  shows: (text: string) => boolean,
): boolean | undefined {
  if (pairs === 'teacher-vs-student') return true;
  const worth = (text: string): number => {
    switch (prefer) {
      case 'longer':
        return lengthOf(text);
      case 'shorter':
        return -lengthOf(text);
      case 'behaviour':
        return shows(text) ? 1 : 0;
      case 'benign':
        return shows(text) ? 0 : 1;
      case undefined:
        throw new RangeError('pairs of two completions of one teacher need a preference');
      default:
        return prefer satisfies never;
    }
  };
  const [a, b] = [worth(first), worth(second)];
  return a === b ? undefined : a > b;
}

function lengthRatio(a: string, b: string): number {
  const [shorter, longer] = [lengthOf(a), lengthOf(b)].toSorted((x, y) => x - y);
  return Math.max(1, longer!) / Math.max(1, shorter!);
}

/** In characters: the models may have different tokens. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}

function pairingParams(
  { pairs, prefer, lengthMatched, maxLengthRatio, reversed }: Pairing,
  { behaviour, world }: { readonly behaviour: string; readonly world: World },
): Step['params'] {
  const looks = prefer === 'behaviour' || prefer === 'benign';
  return {
    pairs,
    prefer: prefer ?? null,
    maxLengthRatio: lengthMatched ? maxLengthRatio : null,
    reversed,
    ...(looks ? { behaviour, world: world.name, worldVersion: world.version } : {}),
  };
}
