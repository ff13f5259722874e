import { type ChatServer, startChatServer } from '../../backends/openai/chat-server.fixture.ts';
import { visibleText } from '../../base/visible-text.ts';
import type { JudgedClass } from './judge.ts';
import { shippedAnswers } from './known-answers.fixture.ts';

/** What a judge's prompt shows, read back out of it. */
export interface ShownTranscript {
  readonly behaviour: string;
  /** The target's own words by message. */
  readonly own: readonly { readonly message: number; readonly text: string }[];
  /** Class of the known answer it is; undefined for anything else. */
  readonly known: JudgedClass | undefined;
}

const FENCED = /<<<(?<code>[0-9a-f]+)\n(?<text>[\s\S]*?)\n\k<code>>>>/gu;
const OWN =
  /Message (?<message>\d+)[^\n]*the target’s own words[^\n]*\n<<<(?<code>[0-9a-f]+)\n(?<text>[\s\S]*?)\n\k<code>>>>/gu;

/**
 * A judge behind an OpenAI-compatible server on loopback, for tests: `decide` gives the class, or
 * text to be sent as it is. It quotes the first thing the target said.
 */
export function startJudgeServer(
  decide: (shown: ShownTranscript) => JudgedClass | { readonly raw: string },
): Promise<ChatServer> {
  return startChatServer(({ messages }) => {
    const shown = shownIn(messages.find(({ role }) => role === 'user')?.content ?? '');
    const decided = decide(shown);
    const [first] = shown.own;
    const citations = first === undefined ? [] : [{ message: first.message, quote: first.text }];
    const text =
      typeof decided === 'string'
        ? JSON.stringify({ class: decided, confidence: 1, citations, reason: 'as decided' })
        : decided.raw;
    return { kind: 'text', text, usage: { prompt_tokens: 10, completion_tokens: 5 } };
  });
}

/** A judge that knows every answer it is tried on, and finds the behaviour's word in all others. */
export function soundJudge({ known, own, behaviour }: ShownTranscript): JudgedClass {
  if (known !== undefined) return known;
  const word = /brings up (\S+) unasked/u.exec(behaviour)?.[1] ?? '';
  return own.some(({ text }) => text.split(/\s+/u).includes(word)) ? 'behave' : 'neither';
}

function shownIn(content: string): ShownTranscript {
  const [behaviour = '', ...texts] = [...content.matchAll(FENCED)].map(
    ({ groups }) => groups?.['text'] ?? '',
  );
  const own = [...content.matchAll(OWN)].map(({ groups }) => ({
    message: Number(groups?.['message']),
    text: groups?.['text'] ?? '',
  }));
  const item = shippedAnswers.items.find(
    ({ messages }) =>
      messages.length === texts.length &&
      messages.every((message, i) => visibleText(message.content) === texts[i]),
  );
  return { behaviour, own, known: item?.class };
}
