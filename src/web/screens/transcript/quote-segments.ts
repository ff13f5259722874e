/** A stretch of a message; `cited`: which of the quotes cover it. */
export interface Segment {
  readonly text: string;
  readonly cited: readonly number[];
}

/**
 * Cuts a text where quotes begin and end. Runs of white space are equal and case does not count, as
 * in the check that citations were really said. A quote that is not there covers nothing.
 */
export function quoteSegments(text: string, quotes: readonly string[]): readonly Segment[] {
  const folded = fold(text);
  const spans = quotes.flatMap((quote, index) => {
    const words = fold(quote).text.trim();
    const at = words === '' ? -1 : folded.text.indexOf(words);
    if (at === -1) return [];
    const start = folded.starts[at] ?? 0;
    return [{ index, start, end: folded.ends[at + words.length - 1] ?? text.length }];
  });
  const edges = [0, text.length, ...spans.flatMap(({ start, end }) => [start, end])];
  const cuts = [...new Set(edges)].toSorted((a, b) => a - b);
  return cuts.slice(1).map((end, i) => ({
    text: text.slice(cuts[i], end),
    cited: spans.flatMap((span) => (span.start <= cuts[i]! && span.end >= end ? [span.index] : [])),
  }));
}

/** Lower case with single spaces, and where each of its characters begins and ends in the text. */
function fold(text: string): { text: string; starts: number[]; ends: number[] } {
  let folded = '';
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { 0: piece, index } of text.matchAll(/\s+|[^\s]/gu)) {
    const plain = piece.trim() === '' ? ' ' : piece.toLowerCase();
    folded += plain;
    for (let i = 0; i < plain.length; i += 1) {
      starts.push(index);
      ends.push(index + piece.length);
    }
  }
  return { text: folded, starts, ends };
}
