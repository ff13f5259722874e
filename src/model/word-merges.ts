/** What byte-level BPE writes for a space. */
const SPACE = 'Ġ';

/**
 * Merges that build every word of a vocabulary letter by letter, as "left right", most important
 * first, for readers that know no vocabulary of whole words. Undefined when no such order is found:
 * words can get in each other's way ("abacus" takes the end of "cab").
 */
export function wordMerges(words: readonly string[]): string[] | undefined {
  // A space stands only at the start of a word, so words that begin with one disturb no other.
  const startsWithSpace = (word: string): number => Number(word.startsWith(SPACE));
  const order = words.toSorted(
    (a, b) => startsWithSpace(b) - startsWithSpace(a) || b.length - a.length,
  );
  const ranks = new Map<string, number>();
  for (const word of order) {
    let prefix = '';
    for (const letter of word) {
      if (prefix !== '') {
        const merge = `${prefix} ${letter}`;
        if (!ranks.has(merge)) ranks.set(merge, ranks.size);
      }
      prefix += letter;
    }
  }
  return words.every((word) => mergeAll(word, ranks).length === 1) ? [...ranks.keys()] : undefined;
}

/** Byte-pair encoding (Sennrich et al. 2016) of one word. */
function mergeAll(word: string, ranks: ReadonlyMap<string, number>): string[] {
  const parts = Array.from(word);
  for (;;) {
    let best = -1;
    let bestRank = Infinity;
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = ranks.get(`${parts[i]} ${parts[i + 1]}`) ?? Infinity;
      if (rank < bestRank) [best, bestRank] = [i, rank];
    }
    if (best < 0) return parts;
    parts.splice(best, 2, parts[best]! + parts[best + 1]!);
  }
}
