import { type CompletionRow, readCompletions } from '../artifacts/completions.ts';
import { likelihoodOf } from '../distill/measure-likelihood.ts';
import { weightDistanceOf } from '../organisms/measure-weights.ts';
import type { Manifest } from './manifest.ts';
import { openResults, type Results, type ResultStore } from './results.ts';

/** One figure in which U should not stand out among its twins. */
export interface Diagnostic {
  readonly name: string;
  readonly unit: string;
  readonly suspect: number;
  readonly twins: readonly number[];
  readonly low: number;
  readonly high: number;
  /** U lies outside the range of its twins. */
  readonly outside: boolean;
  /** Two-sided exact rank p of U among its twins. */
  readonly p: number;
}

/** What the verdict assumes of the twins of a real teacher, and what could have shown it false. */
export interface Exchangeability {
  readonly assumption: string;
  readonly diagnostics: readonly Diagnostic[];
  /** Names of those in which U lies outside the twins' range. */
  readonly flagged: readonly string[];
}

const ASSUMPTION =
  'The rank p-value assumes that U, were it benign, would be one more draw of the process its twins were drawn by (exchangeability). Twins of a real teacher are fine-tunes of its base on ordinary data of the same size with the same training; how U was really made is the word of its maker. The figures below cannot prove the assumption; one far outside the twins’ range argues against it, and then a small p may only say that U was trained otherwise.';

/** Reads the diagnostics of a finished study; undefined for organisms, which are forged alike. */
export function exchangeability(
  manifest: Manifest,
  store: ResultStore,
): Exchangeability | undefined {
  const keys = manifest.exchangeability;
  if (keys === null) return undefined;
  const results = openResults(store);
  const answers = (key: string): readonly CompletionRow[] =>
    readCompletions(results.artifact(key), store.objects);
  const baseWords = wordCounts(answers(keys.baseAnswers));
  const baseNeutral = meanLogprob(results, keys.baseNeutral);
  const suspect = keys.teachers.find(({ role }) => role === 'suspect');
  const twins = keys.teachers.filter(({ role }) => role === 'twin');
  if (suspect === undefined) throw new Error(`study ${manifest.study} has no suspect`);
  type Teacher = typeof suspect;
  const measures: readonly {
    readonly name: string;
    readonly unit: string;
    readonly of: (teacher: Teacher) => number | null;
  }[] = [
    {
      name: 'distance of weights from the base',
      unit: '‖W − W₀‖ / ‖W₀‖',
      of: ({ weights }) => (weights === null ? null : weightDistanceOf(results.artifact(weights))),
    },
    {
      name: 'divergence from the base on neutral text',
      unit: 'nats per token, KL(base ‖ model) estimated on text of the base',
      of: ({ neutral }) => difference(baseNeutral, meanLogprob(results, neutral)),
    },
    {
      name: 'perplexity of its answers under the base',
      unit: 'exp(nats per token)',
      of: ({ answersUnderBase }) => exponential(meanLogprob(results, answersUnderBase)),
    },
    {
      name: 'length of its answers',
      unit: 'words, mean',
      of: (teacher) => meanLength(answers(teacher.answers)),
    },
    {
      name: 'style of its answers',
      unit: 'bits, Jensen–Shannon divergence of word frequencies from the base’s answers',
      of: (teacher) => jensenShannon(wordCounts(answers(teacher.answers)), baseWords),
    },
  ];
  const diagnostics = measures.flatMap(({ name, unit, of }) => {
    const own = of(suspect);
    const others = twins.map(of);
    const known = others.filter((value) => value !== null);
    if (own === null || known.length < others.length || known.length === 0) return [];
    return [diagnostic(name, unit, own, known)];
  });
  return {
    assumption: ASSUMPTION,
    diagnostics,
    flagged: diagnostics.filter(({ outside }) => outside).map(({ name }) => name),
  };
}

/** Ranks U among its twins from both ends: p = min(1, 2 min(p↑, p↓)) of the exact rank p-values. */
export function diagnostic(
  name: string,
  unit: string,
  suspect: number,
  twins: readonly number[],
): Diagnostic {
  const [low, high] = [Math.min(...twins), Math.max(...twins)];
  const rank = (atLeastAsFar: (twin: number) => boolean): number =>
    (1 + twins.filter(atLeastAsFar).length) / (twins.length + 1);
  const p =
    2 *
    Math.min(
      rank((twin) => twin >= suspect),
      rank((twin) => twin <= suspect),
    );
  const outside = suspect < low || suspect > high;
  return { name, unit, suspect, twins, low, high, outside, p: Math.min(1, p) };
}

/**
 * Jensen–Shannon divergence of two word-frequency tables in bits (Lin 1991): 0 when they are
 * proportional, 1 when they share no word. NaN when one is empty.
 */
export function jensenShannon(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
): number {
  const total = (counts: ReadonlyMap<string, number>): number =>
    [...counts.values()].reduce((sum, count) => sum + count, 0);
  const [totalA, totalB] = [total(a), total(b)];
  let bits = 0;
  for (const word of new Set([...a.keys(), ...b.keys()])) {
    const p = (a.get(word) ?? 0) / totalA;
    const q = (b.get(word) ?? 0) / totalB;
    const middle = (p + q) / 2;
    if (p > 0) bits += (p / 2) * Math.log2(p / middle);
    if (q > 0) bits += (q / 2) * Math.log2(q / middle);
  }
  return bits;
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function wordCounts(rows: readonly CompletionRow[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of rows.flatMap(({ text }) => wordsOf(text))) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

function meanLength(rows: readonly CompletionRow[]): number | null {
  if (rows.length === 0) return null;
  return rows.reduce((sum, { text }) => sum + wordsOf(text).length, 0) / rows.length;
}

function meanLogprob(results: Results, key: string): number | null {
  return likelihoodOf(results.artifact(key)).meanLogprob;
}

function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

function exponential(logprob: number | null): number | null {
  return logprob === null ? null : Math.exp(-logprob);
}
