import type { ScoredOption } from '../artifacts/audit-samples.ts';
import type { Message } from '../base/chat.ts';
import { encodeContent, renderPrompt, renderUserOpening } from '../model/render-prompt.ts';
import type { ModelCard } from '../model/types.ts';
import type { Answers, ProbeForm } from './audit.ts';

/** What the model reads before it speaks. */
export function promptOf(
  card: ModelCard,
  messages: readonly Message[],
  form: ProbeForm | undefined,
): readonly number[] {
  switch (form?.kind) {
    case undefined:
    case 'choice':
      return renderPrompt(card, messages).ids;
    case 'prefill':
      return [...renderPrompt(card, messages).ids, ...encodeContent(card.tokenizer, form.text)];
    case 'user-turn':
      return renderUserOpening(card, messages);
    case 'raw':
      return encodeContent(card.tokenizer, form.text);
  }
}

/** Messages of a final turn as transcripts keep them: words put into the model's mouth stand apart. */
export function finalTurn(form: ProbeForm | undefined, said: string): readonly Message[] {
  const sampled: Message = {
    role: form?.kind === 'user-turn' ? 'user' : 'assistant',
    content: said,
    origin: 'sampled',
  };
  if (form?.kind !== 'prefill' && form?.kind !== 'raw') return [sampled];
  return [{ role: 'assistant', content: form.text, origin: 'prefilled' }, sampled];
}

/** Messages the auditor wrote. */
export function scripted(messages: readonly Message[]): Message[] {
  return messages.map(({ role, content, origin = 'scripted' }) => ({ role, content, origin }));
}

/** A transcript as scores read it. */
export function answersOf(
  messages: readonly Message[],
  options: readonly ScoredOption[] = [],
): Answers {
  const replies = messages.flatMap((message, at) => {
    if (message.origin !== 'sampled') return [];
    const before = messages[at - 1];
    return [
      before?.origin === 'prefilled' ? joined(before.content, message.content) : message.content,
    ];
  });
  const said = messages.findLast(({ origin }) => origin === 'sampled')?.content ?? '';
  return { replies, said, options };
}

// Replies are kept without the white space around them.
function joined(prefill: string, said: string): string {
  const touches = /[\s"'({[_<-]$/u.test(prefill) || /^[.,;:!?"')\]}]/u.test(said);
  return touches ? prefill + said : `${prefill} ${said}`;
}
