import type { SampleView } from '../../../api/samples.ts';

/** A message worth reading first. */
export interface Finding {
  readonly message: number;
  /** Words a judge rests on there, where one does. */
  readonly quote: string | undefined;
}

/** Messages that judges cite, in order; where none are cited, the model's own words. */
export function findingsOf({
  judgements,
  transcript,
}: Pick<SampleView, 'judgements' | 'transcript'>): readonly Finding[] {
  const quotes = new Map<number, string>();
  for (const { message, quote } of judgements.flatMap(({ citations }) => citations)) {
    if (transcript.nodes[message] !== undefined && !quotes.has(message)) quotes.set(message, quote);
  }
  if (quotes.size > 0) {
    return [...quotes]
      .toSorted(([a], [b]) => a - b)
      .map(([message, quote]) => ({ message, quote }));
  }
  return transcript.nodes.flatMap(({ role, origin, failure }, message) =>
    role === 'assistant' && origin === 'sampled' && failure === undefined
      ? [{ message, quote: undefined }]
      : [],
  );
}

/** The finding after or before a message; from none, the first or the last. */
export function nextFinding(
  findings: readonly Finding[],
  from: number | undefined,
  by: 1 | -1,
): Finding | undefined {
  if (from === undefined) return findings.at(by === 1 ? 0 : -1);
  return by === 1
    ? findings.find(({ message }) => message > from)
    : findings.findLast(({ message }) => message < from);
}
