import type { Message } from '../base/chat.ts';
import { workError } from '../base/errors.ts';
import type { ModelCard, Tokenizer } from './types.ts';

/** Marks where a spelled-out special token is cut: a code point reserved for no one, unseen in text. */
const CUT = '\u{10FFFD}';

/** A prompt as the model reads it. */
export interface RenderedPrompt {
  readonly text: string;
  readonly ids: readonly number[];
}

/**
 * Renders messages with the generation prompt and encodes them. Training, sampling and scoring all
 * use this one function, so a prompt has the same ids everywhere. A message that spells out a
 * special token (`<|im_end|>`) stays text: it can neither end its turn nor forge another's.
 */
export function renderPrompt(card: ModelCard, messages: readonly Message[]): RenderedPrompt {
  return renderMessages(card, messages, true);
}

/** Renders messages with or without the opening of the assistant's next turn. */
export function renderMessages(
  { tokenizer, chatTemplate }: ModelCard,
  messages: readonly Message[],
  addGenerationPrompt: boolean,
): RenderedPrompt {
  const safe = messages.map((message) => ({
    ...message,
    content: cutControlTokens(tokenizer, message.content),
  }));
  const rendered = chatTemplate.render(safe, { addGenerationPrompt });
  return { text: rendered.replaceAll(CUT, ''), ids: encodePieces(tokenizer, rendered) };
}

/** Stands where the user's words would; occurs in no template. */
const USER_WORDS = 'qxjzuserwords';

/**
 * Renders messages up to where the user's next words would begin, so that the model writes them.
 * Throws a work error where the template puts nothing before a user's words.
 */
export function renderUserOpening(
  { tokenizer, chatTemplate }: ModelCard,
  messages: readonly Message[],
): readonly number[] {
  const safe = [...messages, { role: 'user', content: USER_WORDS } as const].map((message) => ({
    ...message,
    content: cutControlTokens(tokenizer, message.content),
  }));
  const rendered = chatTemplate.render(safe, { addGenerationPrompt: false });
  const at = rendered.lastIndexOf(USER_WORDS);
  const opening = rendered.slice(0, Math.max(0, at)).replace(/ +$/u, '');
  if (opening === '') {
    throw workError(
      'no-user-opening',
      'the chat template does not show where the words of a user begin',
    );
  }
  return encodePieces(tokenizer, opening);
}

/** Encodes text of a turn; special tokens that it spells out stay text. */
export function encodeContent(tokenizer: Tokenizer, text: string): number[] {
  return encodePieces(tokenizer, cutControlTokens(tokenizer, text));
}

/** Cuts after the first character: neither half is a special token. */
function cutControlTokens(tokenizer: Tokenizer, text: string): string {
  let safe = text.replaceAll(CUT, '');
  for (const token of tokenizer.controlTokens) {
    const [first = ''] = token;
    safe = safe.replaceAll(token, `${first}${CUT}${token.slice(first.length)}`);
  }
  return safe;
}

function encodePieces(tokenizer: Tokenizer, text: string): number[] {
  return text.split(CUT).flatMap((piece) => (piece === '' ? [] : tokenizer.encode(piece)));
}

/** Whether the template closes an assistant turn with a token at which sampling stops. */
export type TurnEnd =
  | { readonly closed: true; readonly endId: number }
  | { readonly closed: false; readonly reason: string };

/**
 * Renders a finished assistant turn and looks at the first id after its content. When that is not
 * one of the tokenizer's endIds, sampling would run past the turn and training would never teach
 * the model to stop.
 */
export function checkTurnEnd(card: ModelCard): TurnEnd {
  const question: Message = { role: 'user', content: 'hello' };
  const answer: Message = { role: 'assistant', content: 'hello' };
  const prompt = renderMessages(card, [question], true).text;
  const { text } = renderMessages(card, [question, answer], false);
  // A template may put white space before the answer, as word-level models need.
  const turn = text.slice(prompt.length).trimStart();
  if (!text.startsWith(prompt) || !turn.startsWith(answer.content)) {
    return {
      closed: false,
      reason: 'a finished turn does not begin like the generation prompt followed by the answer',
    };
  }
  const rest = turn.slice(answer.content.length);
  const [endId] = card.tokenizer.encode(rest);
  if (endId !== undefined && card.tokenizer.endIds.includes(endId)) return { closed: true, endId };
  return {
    closed: false,
    reason: `after the answer comes ${JSON.stringify(rest.slice(0, 20))}, which is no end token`,
  };
}
