import type { SampleView } from '../../api/samples.ts';
import type { Judgement } from '../../audit/judges/judge.ts';

const MAX_CITATIONS = 20;
const MAX_QUOTE_CHARACTERS = 1_000;

/** A judgement as the page is sent it, under the name of its judge. */
export function judgementView(
  judge: string,
  judgement: Judgement,
  behaviour: string | null = null,
): SampleView['judgements'][number] {
  const { status } = judgement;
  const common = { judge, behaviour, reason: judgement.reason.slice(0, MAX_QUOTE_CHARACTERS) };
  if (status === 'unscored') {
    return { ...common, status, class: null, confidence: null, citations: [] };
  }
  return {
    ...common,
    status,
    class: judgement.class,
    confidence: judgement.confidence ?? null,
    citations: judgement.citations.slice(0, MAX_CITATIONS).map(({ message, quote }) => ({
      message,
      quote: quote.slice(0, MAX_QUOTE_CHARACTERS),
    })),
  };
}
