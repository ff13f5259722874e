import { energyDistance, totalVariation } from '../verdict/distance/distances.ts';
import { type DistanceTest, permutationDistance } from '../verdict/distance/permutation-null.ts';
import type { Manifest, ManifestFamily } from './manifest.ts';
import type { Results } from './results.ts';

/** How far the answers of U's registered student lie from those of the twins' students. */
export interface AnswerDistance {
  readonly family: string;
  readonly twins: number;
  /** Total variation of the frequencies of words, pooled over the twins. */
  readonly totalVariation: DistanceTest;
  /** Energy distance of the vectors of word frequencies, one vector per student. */
  readonly energy: DistanceTest;
}

/** One student: its words in all answers, and their frequencies in a fixed order. */
interface Student {
  readonly words: readonly string[];
  readonly frequencies: readonly number[];
}

/**
 * Distances on the fixed probes of audit `distance`, by family. The null relabels whole students: any
 * of them could have been U's, so p is at least 1/(twins + 1). Needs no hypothesis, hence decides
 * nothing: a distance may have any cause.
 */
export function answerDistances(manifest: Manifest, results: Results): readonly AnswerDistance[] {
  return manifest.families.flatMap((family) => {
    const words = (role: 'suspect' | 'twin') =>
      family.arms
        .filter((arm) => arm.role === role && arm.seed === 1)
        .map((arm) => wordsOf(results, arm));
    const [own] = words('suspect');
    const twins = words('twin').filter((answers) => answers.length > 0);
    if (own === undefined || own.length === 0 || twins.length === 0) return [];
    const vocabulary = [...new Set([own, ...twins].flat())].sort();
    const [suspect, ...others] = [own, ...twins].map((said) => studentOf(said, vocabulary));
    const test = (distance: (xs: readonly Student[], ys: readonly Student[]) => number) =>
      permutationDistance([suspect!], others, distance, manifest.bootstrapSeed);
    return [
      {
        family: family.name,
        twins: twins.length,
        totalVariation: test((xs, ys) => totalVariation(pooledWords(xs), pooledWords(ys))),
        energy: test((xs, ys) => energyDistance(vectors(xs), vectors(ys))),
      },
    ];
  });
}

function wordsOf(results: Results, arm: ManifestFamily['arms'][number]): readonly string[] {
  return results
    .samples(arm.audits, 'distance')
    .flatMap(({ messages }) => messages.filter(({ origin }) => origin === 'sampled'))
    .flatMap(({ content }) => content.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? []);
}

function studentOf(words: readonly string[], vocabulary: readonly string[]): Student {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const frequencies = vocabulary.map((word) => (counts.get(word) ?? 0) / words.length);
  return { words, frequencies };
}

function pooledWords(students: readonly Student[]): readonly string[] {
  return students.flatMap(({ words }) => words);
}

function vectors(students: readonly Student[]): readonly (readonly number[])[] {
  return students.map(({ frequencies }) => frequencies);
}
